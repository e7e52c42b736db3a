-- an indicator that place pages show: all of the province panel; of the city panel those that both have and a file prints
select
    'province' as place_level,
    panel_column,
    indicator,
    label_en,
    label_zh,
    unit,
    definition
from reference.indicators
where in_province_panel
union all by name
select
    'city' as place_level,
    panel_column,
    indicator,
    label_en,
    label_zh,
    unit,
    definition
from reference.indicators
where
    in_city_panel
    and in_province_panel
    and indicator in (
        select printed.indicator
        from ledger.panel_quality as printed
        where printed.place_level = 'city' and printed.scope = 'total' and printed.reported > 0
    )
order by place_level desc, panel_column

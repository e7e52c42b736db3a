-- a panel indicator and year: places with a value, and how these came about
select
    panel_quality.place_level,
    panel_quality.indicator,
    coalesce(indicators.label_en, panel_quality.indicator) as label_en,
    coalesce(indicators.label_zh, panel_quality.indicator) as label_zh,
    panel_quality.scope,
    panel_quality.year,
    panel_quality.reported + panel_quality.computed + panel_quality.derived + panel_quality.spliced as places,
    panel_quality.reported,
    panel_quality.derived + panel_quality.computed as derived,
    panel_quality.spliced
from ledger.panel_quality
left join reference.indicators on panel_quality.indicator = indicators.indicator
where panel_quality.year is not null
order by panel_quality.place_level desc, panel_quality.scope desc, panel_quality.indicator, panel_quality.year

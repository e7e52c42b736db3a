-- a province of the panel
select
    province_panel.province_code as place_code,
    any_value(province_panel.province_name_en) as name_en,
    any_value(province_panel.province_name_zh) as name_zh,
    min(province_panel.year) as first_year,
    max(province_panel.year) as last_year
from province_panel
group by province_panel.province_code
order by place_code

-- a city of the panel
select
    city_panel.city_code as place_code,
    city_panel.province_code,
    any_value(city_panel.city_name_en) as name_en,
    any_value(city_panel.city_name_zh) as name_zh,
    min(city_panel.year) as first_year,
    max(city_panel.year) as last_year
from city_panel
group by city_panel.city_code, city_panel.province_code
order by place_code

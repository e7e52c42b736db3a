-- Which cell does a value of a panel come from?
-- From a panel value to its source cell in one join: urban income of Beijing in 2015.
select
    panel.urban_income_cny,
    provenance.path,
    provenance.cell,
    provenance.value_text,
    provenance.source_unit,
    provenance.origin,
    provenance.vintage
from province_panel as panel
inner join province_provenance as provenance
    on panel.province_code = provenance.province_code and panel.year = provenance.year
where panel.province_code = '110000' and panel.year = 2015 and provenance.panel_column = 'urban_income_cny'
order by provenance.path, provenance.cell, provenance.part

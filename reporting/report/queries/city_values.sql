-- a value of the city panel and one cell that it comes from, of some columns, and of some cities or all
select
    city_provenance.city_code as place_code,
    city_provenance.panel_column,
    city_provenance.year,
    city_provenance.value,
    city_provenance.origin,
    city_provenance.vintage,
    city_provenance.part,
    city_provenance.file_id,
    coalesce(city_provenance.sheet, '') as sheet,
    city_provenance.cell,
    city_provenance.header_text,
    city_provenance.value_text,
    city_provenance.source_unit,
    city_provenance.unit_factor,
    city_provenance.currency_factor
from city_provenance
where
    city_provenance.scope = 'total'
    and list_contains(?, city_provenance.panel_column)
    and (? is null or list_contains(?, city_provenance.city_code))
order by
    place_code, city_provenance.panel_column, year, part is null, part, path, sheet, row_number, column_number

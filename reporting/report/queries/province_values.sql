-- a value of the province panel and one cell that it comes from
select
    province_provenance.province_code as place_code,
    province_provenance.panel_column,
    province_provenance.year,
    province_provenance.value,
    province_provenance.origin,
    province_provenance.vintage,
    province_provenance.part,
    province_provenance.file_id,
    coalesce(province_provenance.sheet, '') as sheet,
    province_provenance.cell,
    province_provenance.header_text,
    province_provenance.value_text,
    province_provenance.source_unit,
    province_provenance.unit_factor,
    province_provenance.currency_factor
from province_provenance
where province_provenance.scope = 'total'
order by
    place_code, panel_column, year, part is null, part, path, sheet, row_number, column_number

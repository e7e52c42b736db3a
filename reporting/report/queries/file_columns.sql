-- a printed heading of a file whose cells are asked for, numbered within the file, with the columns it heads
with

headings as (
    select
        file_id,
        coalesce(sheet, '') as sheet,
        header_text,
        indicator,
        scope,
        source_unit,
        min(column_number) as first_column,
        count(distinct column_number) as columns,
        count(*) as cells,
        count(*) filter (where status = 'usable') as usable,
        min(year) as first_year,
        max(year) as last_year
    from staging.resolved_cells
    where indicator is not null
    group by file_id, coalesce(sheet, ''), header_text, indicator, scope, source_unit
)

select
    headings.*,
    case when headings.first_column >= 702 then chr(cast(64 + (headings.first_column - 26) // 676 as integer)) else '' end
    || case
        when headings.first_column >= 26 then chr(cast(65 + (headings.first_column // 26 - 1) % 26 as integer))
        else ''
    end
    || chr(cast(65 + headings.first_column % 26 as integer)) as first_column_letters,
    coalesce(indicators.label_en, headings.indicator) as label_en,
    coalesce(indicators.label_zh, headings.indicator) as label_zh,
    row_number() over (
        partition by headings.file_id
        order by headings.sheet, headings.first_column, headings.header_text, headings.indicator, headings.scope,
            headings.source_unit
    ) as heading_number
from headings
left join reference.indicators on headings.indicator = indicators.indicator
order by headings.file_id, heading_number

-- What the detectors look at: one value a place, indicator, scope, vintage and year of a file, before any choice. Rows
-- of provinces and of the nation in files about cities are among them (is_check_row). rounding_error is half a unit
-- of the last printed decimal, in the unit of the indicator; breaks_before counts the definition breaks behind a year.
select
    cells.file_id,
    cells.place_level,
    cells.place_code,
    cells.indicator,
    cells.scope,
    cells.vintage,
    cells.year,
    cells.status = 'check_row' as is_check_row,
    min(cells.priority) as priority,
    any_value(cells.value) as value,
    any_value({{ rounding_error('cells.value_text') }} * cells.unit_factor * cells.currency_factor) as rounding_error,
    (
        select count(*)
        from {{ ref('definition_breaks') }} as breaks
        where
            breaks.place_level = cells.place_level
            and breaks.indicator = cells.indicator
            and breaks.first_year <= cells.year
    ) as breaks_before
from {{ ref('resolved_cells') }} as cells
where cells.status in ('usable', 'check_row')
group by all

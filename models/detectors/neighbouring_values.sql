-- Each positive value beside the nearest years of its own series: what the detectors over time compare. A series is one
-- place, indicator, scope and vintage over all files of the vintage, so that yearbooks of one year each make a series;
-- where files of a vintage overlap, the best by priority gives the neighbours. Years on the other side of a definition
-- break are no neighbours.
with

positive_values as (
    select *
    from {{ ref('checked_values') }}
    where not is_check_row and place_level <> 'nation' and value > 0
),

best_values as (
    select *
    from positive_values
    qualify row_number() over (
        partition by place_level, place_code, indicator, scope, vintage, year
        order by priority, file_id
    ) = 1
),

neighbours as (
    select
        place_level,
        place_code,
        indicator,
        scope,
        vintage,
        year,
        lag(year) over series as previous_year,
        lag(value) over series as previous_value,
        lag(rounding_error) over series as previous_rounding_error,
        lag(year, 2) over series as second_previous_year,
        lag(value, 2) over series as second_previous_value,
        lead(year) over series as next_year,
        lead(value) over series as next_value,
        lead(rounding_error) over series as next_rounding_error,
        lead(year, 2) over series as second_next_year,
        lead(value, 2) over series as second_next_value
    from best_values
    window series as (
        partition by place_level, place_code, indicator, scope, vintage, breaks_before
        order by year
    )
)

select
    positive_values.file_id,
    positive_values.value,
    positive_values.rounding_error,
    neighbours.*
from positive_values
inner join neighbours
    on positive_values.place_level = neighbours.place_level
    and positive_values.place_code = neighbours.place_code
    and positive_values.indicator = neighbours.indicator
    and positive_values.scope = neighbours.scope
    and positive_values.vintage = neighbours.vintage
    and positive_values.year = neighbours.year

-- The cells behind every value of `observations`: its own cell, the cells of its parts, or the cells behind the two
-- values around its gap.
with

observations as (
    select * from {{ ref('observations') }}
),

chosen as (
    select * from {{ ref('observation_choice') }}
    where is_chosen
),

chosen_cells as (
    select
        place_level,
        place_code,
        indicator,
        scope,
        year,
        indicator as part,
        file_id,
        sheet,
        row_number,
        column_number
    from chosen
    where origin in ('reported', 'computed')
    union all
    select
        parts.place_level,
        parts.place_code,
        parts.indicator,
        parts.scope,
        parts.year,
        parts.part,
        parts.file_id,
        parts.sheet,
        parts.row_number,
        parts.column_number
    from {{ ref('derivation_parts') }} as parts
    inner join chosen
        on parts.place_level = chosen.place_level
        and parts.place_code = chosen.place_code
        and parts.indicator = chosen.indicator
        and parts.scope = chosen.scope
        and parts.year = chosen.year
        and parts.vintage = chosen.vintage
        and chosen.origin = 'derived'
)

select
    observations.place_level,
    observations.place_code,
    observations.indicator,
    observations.scope,
    observations.year,
    observations.origin,
    chosen_cells.year as source_year,
    chosen_cells.part,
    chosen_cells.file_id,
    chosen_cells.sheet,
    chosen_cells.row_number,
    chosen_cells.column_number
from observations
inner join chosen_cells
    on observations.place_level = chosen_cells.place_level
    and observations.place_code = chosen_cells.place_code
    and observations.indicator = chosen_cells.indicator
    and observations.scope = chosen_cells.scope
    and chosen_cells.year
    in (coalesce(observations.gap_from_year, observations.year), coalesce(observations.gap_to_year, observations.year))

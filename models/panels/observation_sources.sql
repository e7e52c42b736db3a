-- The cells behind every value of `observations`: its own cell, or the cells of its parts.
with

observations as (
    select * from {{ ref('observations') }}
),

reported as (
    select * from {{ ref('ranked_observations') }}
    where rank_in_vintage = 1 and origin in ('reported', 'computed')
)

select
    observations.place_level,
    observations.place_code,
    observations.indicator,
    observations.scope,
    observations.year,
    observations.origin,
    observations.indicator as part,
    reported.file_id,
    reported.sheet,
    reported.row_number,
    reported.column_number
from observations
inner join reported
    on observations.place_level = reported.place_level
    and observations.place_code = reported.place_code
    and observations.indicator = reported.indicator
    and observations.source_scope = reported.scope
    and observations.year = reported.year
    and observations.vintage = reported.vintage
union all
select
    observations.place_level,
    observations.place_code,
    observations.indicator,
    observations.scope,
    observations.year,
    observations.origin,
    parts.part,
    parts.file_id,
    parts.sheet,
    parts.row_number,
    parts.column_number
from observations
inner join {{ ref('derivation_parts') }} as parts
    on observations.place_level = parts.place_level
    and observations.place_code = parts.place_code
    and observations.indicator = parts.indicator
    and observations.source_scope = parts.scope
    and observations.year = parts.year
    and observations.vintage = parts.vintage
-- where a source prints a value itself, its parts are rivals of it
anti join reported
    on observations.place_level = reported.place_level
    and observations.place_code = reported.place_code
    and observations.indicator = reported.indicator
    and observations.source_scope = reported.scope
    and observations.year = reported.year
    and observations.vintage = reported.vintage

-- The long panel of every place level: chosen values, and spliced ones where the vintage of a family has none. Nothing
-- is interpolated: filling is a study's choice, made in its mart.
select
    place_level,
    place_code,
    indicator,
    scope,
    year,
    value,
    rounding_error,
    case when is_spliced then 'spliced' else origin end as origin,
    vintage,
    family,
    scope as source_scope
from {{ ref('observation_choice') }}
where is_chosen
union all
-- a city that is all districts, in a year that prints these alone
select
    place_level,
    place_code,
    indicator,
    scope,
    year,
    value,
    rounding_error,
    'spliced' as origin,
    vintage,
    family,
    source_scope
from {{ ref('splices') }}
where is_spliced and source_scope <> scope

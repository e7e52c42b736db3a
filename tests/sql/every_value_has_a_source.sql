-- Law: a value knows where it comes from. Values of the long panel without a source cell.
select
    observations.place_level,
    observations.place_code,
    observations.indicator,
    observations.scope,
    observations.year,
    observations.origin
from {{ ref('observations') }} as observations
anti join {{ ref('observation_sources') }} as sources
    on observations.place_level = sources.place_level
    and observations.place_code = sources.place_code
    and observations.indicator = sources.indicator
    and observations.scope = sources.scope
    and observations.year = sources.year

-- Law: a value knows where it comes from. Values of the long panel without a source cell, or with the wrong number of
-- source years (one, or two around an interpolated value).
select
    observations.place_level,
    observations.place_code,
    observations.indicator,
    observations.scope,
    observations.year,
    observations.origin,
    count(distinct sources.source_year) as source_years
from {{ ref('observations') }} as observations
left join {{ ref('observation_sources') }} as sources
    on observations.place_level = sources.place_level
    and observations.place_code = sources.place_code
    and observations.indicator = sources.indicator
    and observations.scope = sources.scope
    and observations.year = sources.year
group by all
having count(distinct sources.source_year) <> case when observations.origin = 'interpolated' then 2 else 1 end

-- The vintage that each family takes in each year: the default one of family_vintages, or what the var family_vintages
-- asks for, from a first to a last year or for all.
with

years as (
    select distinct
        vintages.place_level,
        vintages.family,
        candidates.year
    from {{ ref('family_vintages') }} as vintages
    inner join {{ ref('candidate_observations') }} as candidates on vintages.place_level = candidates.place_level
    where vintages.is_default
),

asked as (
    {{ asked_vintages() }}
)

select
    years.place_level,
    years.family,
    years.year,
    coalesce(asked.vintage, vintages.vintage) as vintage,
    case when asked.vintage is null then 'priority' else 'var' end as chosen_by
from years
inner join {{ ref('family_vintages') }} as vintages
    on years.place_level = vintages.place_level
    and years.family = vintages.family
left join asked
    on years.place_level = asked.place_level
    and years.family = asked.family
    and years.year between asked.first_year and asked.last_year
where vintages.is_default

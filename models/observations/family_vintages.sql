-- The vintages in which each family of indicators is at hand (seed families; an indicator that no family names is one
-- of its own), and the one that the panels take: that of the best source, by manifest priority, of the family's anchor.
-- A family that has no anchor takes that of its best source. Vintages of a family do not mix, since the identities
-- between its members hold within a vintage only; what the chosen one lacks stays out of the panels, is in
-- province_vintages and city_vintages, and can be chosen by the var family_vintages.
with

members as (
    select
        candidates.place_level,
        candidates.indicator,
        candidates.vintage,
        candidates.year,
        candidates.priority,
        coalesce(families.family, candidates.indicator) as family,
        coalesce(families.is_anchor, true) as is_anchor
    from {{ ref('candidate_observations') }} as candidates
    left join {{ ref('families') }} as families
        on candidates.place_level = families.place_level
        and candidates.indicator = families.indicator
)

select
    place_level,
    family,
    vintage,
    string_agg(distinct indicator, ', ' order by indicator) as indicators,
    min(year) as first_year,
    max(year) as last_year,
    count(*) as candidate_values,
    bool_or(is_anchor) as has_anchor,
    coalesce(min(priority) filter (where is_anchor), min(priority)) as priority,
    row_number() over (
        partition by place_level, family
        order by bool_or(is_anchor) desc, coalesce(min(priority) filter (where is_anchor), min(priority)), vintage
    ) = 1 as is_default
from members
group by place_level, family, vintage

-- The vintage that each family takes in each year: the first by priority (family_vintages); where the family has spans,
-- the next one in years before the first or after the last of the first, never between; or what the var
-- family_vintages asks for, from a first to a last year or for all.
with

vintages as (
    select * from {{ ref('family_vintages') }}
),

defaults as (
    select * from vintages
    where rank_by_priority = 1
),

years as (
    select distinct
        defaults.place_level,
        defaults.family,
        candidates.year
    from defaults
    inner join {{ ref('candidate_observations') }} as candidates on defaults.place_level = candidates.place_level
),

spans as (
    select
        years.place_level,
        years.family,
        years.year,
        arg_min(vintages.vintage, vintages.rank_by_priority) as vintage
    from years
    inner join defaults on years.place_level = defaults.place_level and years.family = defaults.family
    inner join vintages on years.place_level = vintages.place_level and years.family = vintages.family
    where
        defaults.has_spans
        and years.year not between defaults.anchor_first_year and defaults.anchor_last_year
        and years.year between vintages.anchor_first_year and vintages.anchor_last_year
    group by years.place_level, years.family, years.year
),

asked as (
    {{ asked_vintages() }}
),

-- what no file has would leave the family empty without a word
checked as (
    select
        asked.place_level,
        asked.family,
        asked.first_year,
        asked.last_year,
        case
            when vintages.vintage is not null then asked.vintage
            else error(
                'The var family_vintages asks for the vintage ' || asked.vintage || ' of the family ' || asked.family
                || ' (' || asked.place_level || '), which no file has: observations.family_vintages lists those that'
                || ' files have.'
            )
        end as vintage
    from asked
    left join vintages
        on asked.place_level = vintages.place_level
        and asked.family = vintages.family
        and asked.vintage = vintages.vintage
)

select
    years.place_level,
    years.family,
    years.year,
    coalesce(checked.vintage, spans.vintage, defaults.vintage) as vintage,
    case when checked.vintage is not null then 'var' when spans.vintage is not null then 'span' else 'priority' end
        as chosen_by
from years
inner join defaults on years.place_level = defaults.place_level and years.family = defaults.family
left join spans
    on years.place_level = spans.place_level
    and years.family = spans.family
    and years.year = spans.year
left join checked
    on years.place_level = checked.place_level
    and years.family = checked.family
    and years.year between checked.first_year and checked.last_year

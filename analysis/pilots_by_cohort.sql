-- How did inequality move in the pilot cities of each cohort, before and after?
-- Mean urban-rural Theil index over the years before and from the first year of a cohort on, of cities with both, and
-- its change beside that of never treated cities in the same years: a difference of means without controls. Theil
-- indices of cities need files of incomes; a cohort that they do not reach on both sides has no change.
with

settings as (
    select 3 as years_each_side
),

cohorts as (
    select distinct cohort from innovative_city
    where cohort is not null
),

windows as (
    select
        cohorts.cohort,
        mart.city_code,
        mart.cohort is not null as is_pilot,
        avg(mart.theil) filter (where mart.year < cohorts.cohort) as theil_before,
        avg(mart.theil) filter (where mart.year >= cohorts.cohort) as theil_after
    from cohorts
    cross join settings
    inner join innovative_city as mart
        on cohorts.cohort - settings.years_each_side <= mart.year
        and cohorts.cohort + settings.years_each_side > mart.year
        and (mart.cohort is null or cohorts.cohort = mart.cohort)
    where mart.is_study_city
    group by cohorts.cohort, mart.city_code, mart.cohort
),

changes as (
    select
        cohort,
        city_code,
        is_pilot,
        case when theil_after is not null then theil_before end as theil_before,
        case when theil_before is not null then theil_after end as theil_after,
        theil_after - theil_before as theil_change
    from windows
)

select
    cohort,
    count(*) filter (where is_pilot) as pilots,
    count(theil_change) filter (where is_pilot) as pilots_with_theil,
    round(avg(theil_before) filter (where is_pilot), 4) as mean_before,
    round(avg(theil_after) filter (where is_pilot), 4) as mean_after,
    round(avg(theil_change) filter (where is_pilot), 4) as change_of_pilots,
    count(theil_change) filter (where not is_pilot) as others_with_theil,
    round(avg(theil_change) filter (where not is_pilot), 4) as change_of_others,
    round(avg(theil_change) filter (where is_pilot) - avg(theil_change) filter (where not is_pilot), 4) as difference
from changes
group by cohort
order by cohort

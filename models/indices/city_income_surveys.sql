-- Which survey of households an urban or rural income of a city is of. The unified survey replaced the urban and the
-- rural one in different years in different provinces, and no file says when: the level steps in that year.
-- Residual: the growth of a city's income (difference of logarithms), less the growth of its province, less the median
-- of that difference over the other years of the city (a city that always grows faster steps nowhere). Where a
-- province has no growth of one survey (its own figures change their survey, or there are none), the median province
-- stands in, and without any the median city.
-- Step: a residual beyond the spread of all residuals (seed income_survey_rules), not taken back in the year after. A
-- year in which the borders of the city change (boundary_changes, to the row that shows it) neither steps nor takes
-- back.
-- Province: the year in which most of its cities step, in either income (at least two steps); of several such years
-- the one in which they step furthest (median over cities).
-- City: that year, if one of its incomes steps then; else another year in which both do, as long as surveys change in
-- any province (from the first year of one to the last; a step before or after is something else). The survey changes
-- for both incomes of a city at once, so the year of one is that of the other (basis other_series), unless the other
-- has a step of its own in another such year: between the two it is undetermined (basis other_year). Nothing else is
-- inferred: a city that shows no step is undetermined in all years.
-- survey is `computed` where whoever made the file computed the income; series_survey says which survey its series is
-- of in that year.
with

rules as (
    select
        max(value) filter (where rule = 'first_year') as first_year,
        max(value) filter (where rule = 'spreads') as spreads,
        max(value) filter (where rule = 'minimum_steps') as minimum_steps,
        max(value) filter (where rule = 'share_of_cities') as share_of_cities,
        max(value) filter (where rule = 'share_taken_back') as share_taken_back
    from {{ ref('income_survey_rules') }}
),

incomes as (
    select
        observations.place_code as city_code,
        cities.province_code,
        observations.indicator as series,
        observations.year,
        observations.value,
        observations.vintage,
        observations.origin = 'computed' as is_computed
    from {{ ref('observations') }} as observations
    inner join {{ ref('cities') }} as cities on observations.place_code = cities.city_code
    where
        observations.place_level = 'city'
        and observations.scope = 'total'
        and observations.indicator in ('urban_income', 'rural_income')
        and observations.origin <> 'interpolated'
        and observations.value > 0
),

province_incomes as (
    select
        place_code as province_code,
        indicator as series,
        year,
        vintage,
        min(priority) as priority,
        arg_min(value, (priority, file_id, sheet, row_number, column_number)) as value
    from {{ ref('candidate_observations') }}
    where place_level = 'province' and scope = 'total' and indicator in ('urban_income', 'rural_income') and value > 0
    group by place_code, indicator, year, vintage
),

-- A value that two vintages print (but for rounding) is of one survey in both, whatever its file is called.
province_marks as (
    select
        incomes.province_code,
        incomes.series,
        incomes.year,
        incomes.vintage,
        incomes.priority,
        incomes.value,
        coalesce(bool_or(abs(other_marks.value / incomes.value - 1) < 0.001), false) as is_shared
    from province_incomes as incomes
    left join province_incomes as other_marks
        on incomes.province_code = other_marks.province_code
        and incomes.series = other_marks.series
        and incomes.year = other_marks.year
        and incomes.vintage <> other_marks.vintage
    group by incomes.province_code, incomes.series, incomes.year, incomes.vintage, incomes.priority, incomes.value
),

province_growth as (
    select
        later.province_code,
        later.series,
        later.year,
        arg_min(ln(later.value / earlier.value), (later.priority, later.vintage)) as growth
    from province_marks as later
    inner join province_marks as earlier
        on later.province_code = earlier.province_code
        and later.series = earlier.series
        and later.vintage = earlier.vintage
        and later.year = earlier.year + 1
        and later.is_shared = earlier.is_shared
    group by later.province_code, later.series, later.year
),

median_province as (
    select
        series,
        year,
        median(growth) as growth
    from province_growth
    group by series, year
),

city_growth as (
    select
        later.city_code,
        later.province_code,
        later.series,
        later.year,
        ln(later.value / earlier.value) as growth
    from incomes as later
    inner join incomes as earlier
        on later.city_code = earlier.city_code
        and later.series = earlier.series
        and later.year = earlier.year + 1
),

compared as (
    select
        cities.*,
        coalesce(
            provinces.growth,
            median_province.growth,
            median(cities.growth) over (partition by cities.series, cities.year)
        ) as reference_growth
    from city_growth as cities
    left join province_growth as provinces
        on cities.province_code = provinces.province_code
        and cities.series = provinces.series
        and cities.year = provinces.year
    left join median_province
        on cities.series = median_province.series
        and cities.year = median_province.year
),

residuals as (
    select
        compared.city_code,
        compared.province_code,
        compared.series,
        compared.year,
        compared.growth,
        compared.reference_growth,
        compared.growth - compared.reference_growth
        - coalesce(median(other_growth.growth - other_growth.reference_growth), 0) as residual
    from compared
    left join compared as other_growth
        on compared.city_code = other_growth.city_code
        and compared.series = other_growth.series
        and compared.year <> other_growth.year
    group by
        compared.city_code, compared.province_code, compared.series, compared.year, compared.growth,
        compared.reference_growth
),

spreads as (
    select
        series,
        1.4826 * mad(residual) as spread
    from residuals
    group by series
),

border_years as (
    select distinct
        city_code,
        unnest(range(change_year, coalesce(row_year, change_year) + 1)) as year
    from {{ ref('boundary_changes') }}
),

steps as (
    select
        residuals.*,
        spreads.spread,
        residuals.year >= rules.first_year
        and abs(residuals.residual) > rules.spreads * spreads.spread
        and borders.city_code is null
        and not coalesce(
            next_borders.city_code is null
            and next_residuals.residual * residuals.residual < 0
            and abs(next_residuals.residual) > rules.share_taken_back * abs(residuals.residual),
            false
        ) as is_step
    from residuals
    cross join rules
    inner join spreads on residuals.series = spreads.series
    left join residuals as next_residuals
        on residuals.city_code = next_residuals.city_code
        and residuals.series = next_residuals.series
        and residuals.year = next_residuals.year - 1
    left join border_years as borders on residuals.city_code = borders.city_code and residuals.year = borders.year
    left join border_years as next_borders
        on residuals.city_code = next_borders.city_code
        and residuals.year = next_borders.year - 1
),

city_steps as (
    select
        city_code,
        province_code,
        year,
        bool_or(is_step) as is_step,
        count(*) filter (where is_step) as stepping_series,
        max(abs(residual) / nullif(spread, 0)) as size
    from steps
    group by city_code, province_code, year
),

province_shares as (
    select
        province_code,
        year,
        avg(case when is_step then 1.0 else 0.0 end) as share_of_cities,
        count(*) filter (where is_step) + count(*) filter (where stepping_series = 2) as steps,
        median(size) as size
    from city_steps
    group by province_code, year
),

province_years as (
    select
        province_shares.province_code,
        arg_max(province_shares.year, (province_shares.size, -province_shares.year)) as year,
        arg_max(province_shares.share_of_cities, (province_shares.size, -province_shares.year)) as share_of_cities
    from province_shares
    cross join rules
    where
        province_shares.share_of_cities > rules.share_of_cities
        and province_shares.steps >= rules.minimum_steps
    group by province_shares.province_code
),

years_of_change as (
    select
        min(year) as first_year,
        max(year) as last_year
    from province_years
),

city_years as (
    select
        steps.city_code,
        coalesce(
            max(steps.year) filter (where steps.year = provinces.year),
            arg_max(steps.year, (steps.size, -steps.year)) filter (where steps.stepping_series = 2)
        ) as survey_year
    from city_steps as steps
    inner join years_of_change on steps.year between years_of_change.first_year and years_of_change.last_year
    left join province_years as provinces on steps.province_code = provinces.province_code
    where steps.is_step
    group by steps.city_code
),

own_years as (
    select
        city_code,
        series,
        arg_max(year, (abs(residual), -year)) as year
    from steps
    inner join years_of_change on steps.year between years_of_change.first_year and years_of_change.last_year
    where is_step
    group by city_code, series
),

dated as (
    select
        incomes.*,
        city_years.survey_year,
        at_step.residual as step_residual,
        at_step.spread,
        at_step.reference_growth as step_reference_growth,
        provinces.year as province_year,
        provinces.share_of_cities as province_share_of_cities,
        own_years.year as own_year,
        case
            when city_years.survey_year is null then 'undetermined'
            when at_step.is_step then 'own_step'
            when own_years.year is null then 'other_series'
            else 'other_year'
        end as basis
    from incomes
    left join city_years on incomes.city_code = city_years.city_code
    left join province_years as provinces on incomes.province_code = provinces.province_code
    left join own_years on incomes.city_code = own_years.city_code and incomes.series = own_years.series
    left join steps as at_step
        on incomes.city_code = at_step.city_code
        and incomes.series = at_step.series
        and city_years.survey_year = at_step.year
),

surveys as (
    select
        *,
        case
            when survey_year is null then 'undetermined'
            when year < case when basis = 'other_year' then least(survey_year, own_year) else survey_year end then 'old'
            when year >= case when basis = 'other_year' then greatest(survey_year, own_year) else survey_year end
                then 'unified'
            else 'undetermined'
        end as series_survey
    from dated
)

select
    city_code,
    year,
    series,
    value as income_cny,
    vintage,
    case when is_computed then 'computed' else series_survey end as survey,
    series_survey,
    survey_year,
    basis,
    own_year,
    step_residual,
    step_residual / nullif(spread, 0) as step_in_spreads,
    step_reference_growth,
    province_year,
    province_share_of_cities,
    case
        when series_survey <> 'undetermined' then null
        when basis = 'other_year' then 'it steps in another year than the other income of the city'
        when province_year is null
            then 'most cities of the province step in no year, and both incomes of the city in none'
        else 'no step in the year of the province, and none of both incomes in another'
    end as reason
from surveys

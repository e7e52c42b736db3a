-- Urban-rural inequality of cities.
-- Source: Theil (1967); as used by Wan, Lu and Chen (2007).
-- Formula: theil = sum over j in {urban, rural} of s_j ln(s_j / p_j), p_j the share of j in the resident population,
-- s_j its share in income (income = population x per-capita income). income_ratio = urban / rural income.
-- Edges: 0 where both incomes are equal; NULL where an income or the urbanisation rate is missing, and where the two
-- incomes are of different vintages or surveys (city_income_surveys), which cannot be compared: income_survey is then
-- `different`. It is `computed` where one of the incomes was computed by whoever made the file, in a year in which both
-- series are of one survey. The urbanisation rate is that of the source of the incomes where it prints one. Only shares
-- and ratios enter, so units do not matter. urban_share_basis says whether the urbanisation rate is that of residents
-- (model urban_share_basis): where it is `other`, index and shares are of another definition than in other years and
-- provinces, and a step at its border is none of inequality. City yearbooks print no urban and rural incomes: the index
-- needs other files, such as communiqués, and has the cities and years of these as well as those of city_panel.
with

panel as (
    select * from {{ ref('city_panel') }}
),

income_pairs as (
    select
        city_code,
        year,
        max(income_cny) filter (where series = 'urban_income') as urban_income_cny,
        max(income_cny) filter (where series = 'rural_income') as rural_income_cny,
        min(vintage) as vintage,
        count(*) as incomes,
        count(distinct vintage) = 1 and count(distinct series_survey) = 1 as is_one_survey,
        case when bool_or(survey = 'computed') then 'computed' else min(survey) end as survey
    from {{ ref('city_income_surveys') }}
    group by city_code, year
),

printed_rates as (
    select
        place_code as city_code,
        year,
        vintage,
        arg_min(value, (priority, file_id, sheet, row_number, column_number)) as urbanisation_rate_pct
    from {{ ref('candidate_observations') }}
    where place_level = 'city' and indicator = 'urbanisation_rate' and scope = 'total'
    group by place_code, year, vintage
),

city_years as (
    select
        city_code,
        year
    from panel
    union
    select
        city_code,
        year
    from income_pairs
),

incomes as (
    select
        city_years.city_code,
        cities.name_zh as city_name_zh,
        city_years.year,
        coalesce(bases.urban_share_basis, 'undetermined') as urban_share_basis,
        coalesce(printed_rates.urbanisation_rate_pct, panel.urbanisation_rate_pct) / 100 as urban_share,
        case when pairs.is_one_survey then pairs.urban_income_cny end as urban_income_cny,
        case when pairs.is_one_survey then pairs.rural_income_cny end as rural_income_cny,
        case when pairs.incomes = 2 then case when pairs.is_one_survey then pairs.survey else 'different' end end
            as income_survey
    from city_years
    left join {{ ref('cities') }} as cities on city_years.city_code = cities.city_code
    left join {{ ref('urban_share_basis') }} as bases
        on cities.province_code = bases.province_code
        and city_years.year = bases.year
    left join panel on city_years.city_code = panel.city_code and city_years.year = panel.year
    left join income_pairs as pairs on city_years.city_code = pairs.city_code and city_years.year = pairs.year
    left join printed_rates
        on city_years.city_code = printed_rates.city_code
        and city_years.year = printed_rates.year
        and pairs.vintage = printed_rates.vintage
)

select
    city_code,
    city_name_zh,
    year,
    urban_share,
    case when urban_share is not null then urban_share_basis end as urban_share_basis,
    income_survey,
    {{ income_share('urban_share', 'urban_income_cny', 'rural_income_cny') }} as urban_income_share,
    {{ ratio('urban_income_cny', 'rural_income_cny') }} as income_ratio,
    {{ urban_rural_theil('urban_share', 'urban_income_cny', 'rural_income_cny') }} as theil
from incomes

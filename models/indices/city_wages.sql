-- Wages and public finance of cities, as shares of GDP, and the wage gap.
-- Formulas: wage_share = wage bill of on-post staff / GDP; wage_gap = wage_share minus the mean of all other cities of
-- the year (leave-one-out; in a balanced panel its two-way fixed effects coefficients are those of the wage share times
-- N / (N - 1)); revenue, expenditure and education shares = budget item / GDP; internet_share = subscribers /
-- registered population.
-- Edges: NULL where a part is missing; the gap is NULL for a city alone in its year.
with

shares as (
    select
        city_code,
        city_name_zh,
        year,
        {{ ratio('wage_bill_onpost_100m_cny', 'gdp_100m_cny') }} as wage_share,
        {{ ratio('budget_revenue_100m_cny', 'gdp_100m_cny') }} as revenue_share,
        {{ ratio('budget_expenditure_100m_cny', 'gdp_100m_cny') }} as expenditure_share,
        {{ ratio('exp_education_100m_cny', 'gdp_100m_cny') }} as education_share,
        {{ ratio('internet_users_10k_households', 'pop_registered_yearend_10k_persons') }} as internet_share
    from {{ ref('city_panel') }}
)

select
    city_code,
    city_name_zh,
    year,
    wage_share,
    {{ gap_to_others('wage_share', 'year') }} as wage_gap,
    revenue_share,
    expenditure_share,
    education_share,
    internet_share
from shares

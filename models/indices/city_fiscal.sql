-- How far the budget of a city rests on its own revenue. Fiscal self-sufficiency is budget revenue over budget
-- expenditure (财政自给率), the fiscal gap what expenditure exceeds revenue by, over GDP; both of the general public budget
-- as yearbooks print it. NULL where a part is missing, or the divisor zero.
select
    city_code,
    city_name_zh,
    year,
    {{ ratio('budget_revenue_100m_cny', 'budget_expenditure_100m_cny') }} as fiscal_self_sufficiency,
    {{ ratio('(budget_expenditure_100m_cny - budget_revenue_100m_cny)', 'gdp_100m_cny') }} as fiscal_gap
from {{ ref('city_panel') }}

-- Total factor productivity of cities.
-- Formula: ln Y = a + alpha ln K + (1 - alpha) ln L, with Y GDP (10k CNY), K fixed-asset investment of the year (10k
-- CNY), L employees of urban units (persons); alpha by pooled least squares of ln(Y / L) on ln(K / L);
-- tfp = exp(ln Y - alpha ln K - (1 - alpha) ln L). The level of tfp depends on the units, the variation of its
-- logarithm does not. alpha_city is the same slope within a city, where it has at least eight years; is_capital_biased
-- says whether it exceeds one half (marginal product alpha of capital above 1 - alpha of labour, as the study reads
-- it).
-- Edges: NULL where Y, K or L is missing or not positive.
with

inputs as (
    select
        city_code,
        city_name_zh,
        year,
        gdp_100m_cny * 10000 as output_10k_cny,
        fai_100m_cny * 10000 as capital_10k_cny,
        emp_unit_total_10k_persons * 10000 as labour_persons
    from {{ ref('city_panel') }}
),

pooled as (
    select {{ capital_elasticity('output_10k_cny', 'capital_10k_cny', 'labour_persons') }} as alpha from inputs
),

by_city as (
    select
        city_code,
        {{ capital_elasticity('output_10k_cny', 'capital_10k_cny', 'labour_persons') }} as alpha_city
    from inputs
    group by city_code
    having count(*) filter (where output_10k_cny > 0 and capital_10k_cny > 0 and labour_persons > 0) >= 8
)

select
    inputs.city_code,
    inputs.city_name_zh,
    inputs.year,
    pooled.alpha,
    by_city.alpha_city,
    {{ total_factor_productivity(
        'inputs.output_10k_cny', 'inputs.capital_10k_cny', 'inputs.labour_persons', 'pooled.alpha'
    ) }} as tfp,
    by_city.alpha_city > 0.5 as is_capital_biased
from inputs
cross join pooled
left join by_city on inputs.city_code = by_city.city_code

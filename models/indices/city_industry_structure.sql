-- Structure of industry of cities: output shares y, employment shares l of the three sectors.
-- Source: the indices of quality and rationalisation (a Theil index coupled to employment) as the study innovative_city
-- uses them.
-- Formulas: industry_ratio = y3 / y2; upgrading_quantity = y1 + 2 y2 + 3 y3; labour productivity of sector m in 10k
-- CNY a worker = GDP x y_m / employment_m; upgrading_raw = sum of y_m x productivity_m; structure_distance = sum of
-- y_m ln(y_m / l_m), larger is less rational; sector_theil = sum of y_m ln(3 y_m), in [0, ln 3].
-- Edges: shares are of the sum of the three printed ones; NULL where a sector is missing, or has output and no workers.
-- Employment is of urban units only, so few farm workers stand for all farm output: the primary term dominates
-- upgrading_raw and weighs heavily in structure_distance.
{% set output_columns = ['gdp_share_primary_pct', 'gdp_share_secondary_pct', 'gdp_share_tertiary_pct'] %}
{% set employment_columns = ['emp_primary_10k_persons', 'emp_secondary_10k_persons', 'emp_tertiary_10k_persons'] %}
with

shares as (
    select
        city_code,
        city_name_zh,
        year,
        gdp_100m_cny,
        emp_primary_10k_persons,
        emp_secondary_10k_persons,
        emp_tertiary_10k_persons,
        {{ sector_share(output_columns[0], output_columns) }} as output_share_primary,
        {{ sector_share(output_columns[1], output_columns) }} as output_share_secondary,
        {{ sector_share(output_columns[2], output_columns) }} as output_share_tertiary,
        {{ sector_share(employment_columns[0], employment_columns) }} as employment_share_primary,
        {{ sector_share(employment_columns[1], employment_columns) }} as employment_share_secondary,
        {{ sector_share(employment_columns[2], employment_columns) }} as employment_share_tertiary
    from {{ ref('city_panel') }}
),

productivities as (
    select
        *,
        {{ ratio('gdp_100m_cny * output_share_primary', 'emp_primary_10k_persons') }}
            as productivity_primary_10k_cny,
        {{ ratio('gdp_100m_cny * output_share_secondary', 'emp_secondary_10k_persons') }}
            as productivity_secondary_10k_cny,
        {{ ratio('gdp_100m_cny * output_share_tertiary', 'emp_tertiary_10k_persons') }}
            as productivity_tertiary_10k_cny
    from shares
)

{% set output_shares = ['output_share_primary', 'output_share_secondary', 'output_share_tertiary'] %}
{% set employment_shares = ['employment_share_primary', 'employment_share_secondary', 'employment_share_tertiary'] %}
select
    city_code,
    city_name_zh,
    year,
    output_share_primary,
    output_share_secondary,
    output_share_tertiary,
    employment_share_primary,
    employment_share_secondary,
    employment_share_tertiary,
    productivity_primary_10k_cny,
    productivity_secondary_10k_cny,
    productivity_tertiary_10k_cny,
    {{ ratio('output_share_tertiary', 'output_share_secondary') }} as industry_ratio,
    {{ upgrading_quantity(output_shares) }} as upgrading_quantity,
    output_share_primary * productivity_primary_10k_cny
    + output_share_secondary * productivity_secondary_10k_cny
    + output_share_tertiary * productivity_tertiary_10k_cny as upgrading_raw_10k_cny,
    {{ structure_distance(output_shares, employment_shares) }} as structure_distance,
    {{ sector_theil(output_shares) }} as sector_theil
from productivities

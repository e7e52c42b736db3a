-- Urban-rural inequality of provinces.
-- Source: Theil (1967); as used by Wan, Lu and Chen (2007).
-- Formula: theil = sum over j in {urban, rural} of s_j ln(s_j / p_j), p_j the share of j in the resident population,
-- s_j its share in income (income = population x per-capita income). income_ratio = urban / rural income.
-- Edges: 0 where both incomes are equal; NULL where an income or the urbanisation rate is missing. Only shares and
-- ratios enter, so units do not matter. Both incomes are of one survey, because each series keeps to one vintage and
-- the two come from one file or one survey.
with

panel as (
    select * from {{ ref('province_panel') }}
),

shares as (
    select
        province_code,
        year,
        urbanisation_rate_pct / 100 as urban_share,
        urban_income_cny,
        rural_income_cny
    from panel
)

select
    province_code,
    year,
    urban_share,
    {{ income_share('urban_share', 'urban_income_cny', 'rural_income_cny') }} as urban_income_share,
    {{ ratio('urban_income_cny', 'rural_income_cny') }} as income_ratio,
    {{ urban_rural_theil('urban_share', 'urban_income_cny', 'rural_income_cny') }} as theil
from shares

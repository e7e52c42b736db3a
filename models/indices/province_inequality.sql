-- Urban-rural inequality of provinces.
-- Source: Theil (1967); as used by Wan, Lu and Chen (2007).
-- Formula: theil = sum over j in {urban, rural} of s_j ln(s_j / p_j), p_j the share of j in the resident population,
-- s_j its share in income (income = population x per-capita income). income_ratio = urban / rural income.
-- Edges: 0 where both incomes are equal; NULL where an income or the urbanisation rate is missing, and where the two
-- incomes are of different surveys (vintages), which cannot be compared. Only shares and ratios enter, so units do not
-- matter.
with

incomes as (
    {{ urban_rural_incomes('province') }}
)

select
    province_code,
    year,
    urban_share,
    {{ income_share('urban_share', 'urban_income_cny', 'rural_income_cny') }} as urban_income_share,
    {{ ratio('urban_income_cny', 'rural_income_cny') }} as income_ratio,
    {{ urban_rural_theil('urban_share', 'urban_income_cny', 'rural_income_cny') }} as theil
from incomes

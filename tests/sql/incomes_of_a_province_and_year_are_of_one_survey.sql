{{ config(severity='warn') }}

-- Urban and rural income of different vintages: no Theil index is computed from them, since it never mixes surveys.
-- The remedy is a source of the same survey, or one vintage in the manifest if they are the same survey.
select
    urban.place_code,
    urban.year,
    urban.vintage as urban_vintage,
    rural.vintage as rural_vintage
from {{ ref('observations') }} as urban
inner join {{ ref('observations') }} as rural
    on urban.place_level = rural.place_level
    and urban.place_code = rural.place_code
    and urban.scope = rural.scope
    and urban.year = rural.year
    and rural.indicator = 'rural_income'
where urban.indicator = 'urban_income' and urban.vintage <> rural.vintage

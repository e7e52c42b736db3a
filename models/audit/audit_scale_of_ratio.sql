-- Variables that must be printed on another scale than their definition (seed published_scale), with the evidence.
-- Where no moment of the variable is printed on that scale, the scale is an inference and stays open.
with

scales as (
    select * from {{ ref('published_scale') }}
    where factor <> 1
),

moments as (
    select * from {{ ref('printed_moments') }}
)

select
    scales.study,
    'scale_of_ratio' as check_kind,
    moments.table_number,
    cast(null as varchar) as column_number,
    scales.variable as term,
    'scale' as subject,
    moments.sd as printed_value,
    moments.sd_low * scales.factor as implied_low,
    moments.sd_high * scales.factor as implied_high,
    case when moments.sd is null then 'not determinable' else 'implausible' end as verdict,
    coalesce(
        'sd ' || {{ shown('moments.sd') }} || ' x ' || {{ shown('scales.factor') }} || ' = '
        || {{ shown('moments.sd * scales.factor') }} || '; ', ''
    ) || scales.evidence as arithmetic,
    list_filter([moments.mean_key, moments.sd_key, moments.minimum_key], lambda key: key is not null) as numbers_used
from scales
left join moments
    on scales.applies_to = 'every table'
    and scales.study = moments.study
    and scales.variable = moments.variable

-- Every number that the studies print, as the interval it stands for: half a unit of its last digit either side.
-- Decimals come from the text where it is kept (coefficients and what stands beneath, claims). Of fits and moments only
-- the number is kept, and trailing zeros are lost: they show as many decimals as any number of the same kind, table and
-- at least the same order of magnitude, which holds for a fixed number of decimals and of significant digits alike.
-- Counts and stars are exact. A claim that is no single number (a list, a span of years) has no value.
with

coefficients as (
    select
        study,
        table_number,
        column_number,
        term,
        translate(printed, '−', '-') as printed,
        estimate,
        paren_value,
        paren_kind,
        stars
    from {{ ref('published_estimates') }}
),

fits as (
    select * from {{ ref('published_fits') }}
),

descriptives as (
    select * from {{ ref('published_descriptives') }}
),

claims as (
    select * from {{ ref('published_claims') }}
),

-- numbers whose text is kept; rounded ones whose text is not; and exact ones
coefficient_numbers as (
    select
        study,
        table_number,
        column_number,
        term,
        unnest([  -- noqa: AL03
            {
                'kind': 'estimate',
                'value': cast(estimate as double),
                'text': regexp_extract(printed, '^[-+]?\d*\.?\d+')
            },
            {
                'kind': paren_kind,
                'value': cast(paren_value as double),
                'text': regexp_extract(printed, '\s[^\d.]*(\d*\.?\d+)', 1)
            }
        ], recursive := true)
    from coefficients
),

rounded_numbers as (
    select
        study,
        table_number,
        cast(column_number as varchar) as column_number,
        unnest([  -- noqa: AL03
            { 'kind': 'r2', 'term': null, 'value': r2 },
            { 'kind': 'f', 'term': null, 'value': f_stat },
            { 'kind': 'other', 'term': other_stat_name, 'value': other_stat_value }
        ], recursive := true)
    from fits
    union all
    select
        study,
        table_number,
        null as column_number,
        unnest([  -- noqa: AL03
            { 'kind': 'mean', 'term': variable, 'value': mean },
            { 'kind': 'sd', 'term': variable, 'value': standard_deviation },
            { 'kind': 'minimum', 'term': variable, 'value': minimum },
            { 'kind': 'maximum', 'term': variable, 'value': maximum }
        ], recursive := true)
    from descriptives
),

exact_numbers as (
    select
        study,
        'stars' as kind,
        table_number,
        cast(column_number as varchar) as column_number,
        term,
        stars as value
    from coefficients
    union all
    select
        study,
        'n' as kind,
        table_number,
        cast(column_number as varchar) as column_number,
        null as term,
        observations as value
    from fits
    union all
    select
        study,
        'observations' as kind,
        table_number,
        null as column_number,
        variable as term,
        observations as value
    from descriptives
),

with_decimals as (
    select
        study,
        kind,
        table_number,
        cast(column_number as varchar) as column_number,
        term,
        text as printed,
        value,
        {{ decimals_of_text('text') }} as decimals
    from coefficient_numbers
    where value is not null
    union all
    select
        study,
        kind,
        table_number,
        column_number,
        term,
        {{ shown('value') }} as printed,
        value,
        max({{ decimals_of_number('value') }}) over (
            partition by study, kind, table_number
            order by {{ magnitude('value') }} desc
            range between unbounded preceding and current row
        ) as decimals
    from rounded_numbers
    where value is not null
    union all
    select
        study,
        kind,
        table_number,
        column_number,
        term,
        cast(value as varchar) as printed,
        cast(value as double) as value,
        null as decimals
    from exact_numbers
    where value is not null
    union all
    select
        study,
        'claim' as kind,
        null as table_number,
        null as column_number,
        claim_id as term,
        value as printed,
        {{ strict_number('value') }} as value,
        nullif({{ decimals_of_text('value') }}, 0) as decimals
    from claims
)

select
    study,
    kind || ':' || concat_ws('/', study, table_number, column_number, term) as number_key,
    kind,
    table_number,
    column_number,
    term,
    printed,
    value,
    decimals,
    value - coalesce({{ half_unit('decimals') }}, 0) as low,
    value + coalesce({{ half_unit('decimals') }}, 0) as high
from with_decimals

-- The printed coefficients as intervals, with the standard error and |t| that stand beneath or follow from what does.
-- t_high is NULL where the standard error may be 0.
with

numbers as (
    select * from {{ ref('printed_numbers') }}
),

parts as (
    select
        estimates.study,
        estimates.table_number,
        estimates.column_number,
        estimates.term,
        estimates.value as estimate,
        estimates.low as estimate_low,
        estimates.high as estimate_high,
        {{ absolute_low('estimates.low', 'estimates.high') }} as size_low,
        {{ absolute_high('estimates.low', 'estimates.high') }} as size_high,
        beneath.kind as paren_kind,
        beneath.value as beneath_signed,
        abs(beneath.value) as beneath,
        greatest(abs(beneath.value) - (beneath.high - beneath.value), 0) as beneath_low,
        abs(beneath.value) + (beneath.high - beneath.value) as beneath_high,
        stars.value as stars,
        estimates.number_key as estimate_key,
        beneath.number_key as paren_key,
        stars.number_key as stars_key
    from numbers as estimates
    left join numbers as beneath
        on beneath.kind in ('se', 't')
        and estimates.study = beneath.study
        and estimates.table_number = beneath.table_number
        and estimates.column_number = beneath.column_number
        and estimates.term = beneath.term
    left join numbers as stars
        on stars.kind = 'stars'
        and estimates.study = stars.study
        and estimates.table_number = stars.table_number
        and estimates.column_number = stars.column_number
        and estimates.term = stars.term
    where estimates.kind = 'estimate'
)

select
    study,
    table_number,
    column_number,
    term,
    estimate,
    estimate_low,
    estimate_high,
    size_low,
    size_high,
    paren_kind,
    beneath_signed,
    beneath,
    beneath_low,
    case when paren_kind = 'se' then beneath_low else {{ quotient_low('size_low', 'beneath_high') }} end as se_low,
    case when paren_kind = 'se' then beneath_high else {{ quotient_high('size_high', 'beneath_low') }} end as se_high,
    case when paren_kind = 't' then beneath_low else {{ quotient_low('size_low', 'beneath_high') }} end as t_low,
    case when paren_kind = 't' then beneath_high else {{ quotient_high('size_high', 'beneath_low') }} end as t_high,
    stars,
    estimate_key,
    paren_key,
    stars_key
from parts

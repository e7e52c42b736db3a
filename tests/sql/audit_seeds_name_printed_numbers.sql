-- Quantities of the audit seeds that are neither a number nor the key of a printed number, claims that are not printed,
-- and exemptions of numbers that a check uses or that nobody prints.
with

numbers as (
    select * from {{ ref('printed_numbers') }}
),

quantities as (
    select
        'sample_compositions' as seed,
        unnest([units, first_year, last_year, lags, base]) as quantity
    from {{ ref('sample_compositions') }}
    union all
    select
        'claim_targets' as seed,
        unnest([number_1, number_2, number_3, 'claim:' || study || '/' || claim_id]) as quantity
    from {{ ref('claim_targets') }}
    union all
    select
        'published_mediations' as seed,
        share_claim as quantity
    from {{ ref('published_mediations') }}
    union all
    select
        'claimed_effects' as seed,
        claim as quantity
    from {{ ref('claimed_effects') }}
    union all
    select
        'claimed_effects' as seed,
        'estimate:' || concat_ws('/', study, table_number, column_number, term) as quantity
    from {{ ref('claimed_effects') }}
    union all
    select
        'published_partitions' as seed,
        'n:' || concat_ws('/', study, table_number, column_number) as quantity
    from {{ ref('published_partitions') }}
)

select distinct
    quantities.seed,
    quantities.quantity
from quantities
anti join numbers on quantities.quantity = numbers.number_key
where quantities.quantity is not null and try_cast(quantities.quantity as double) is null
union all
select
    'audit_exemptions' as seed,
    exemptions.key_pattern as quantity
from {{ ref('audit_exemptions') }} as exemptions
left join {{ ref('audit_coverage') }} as coverage
    on regexp_full_match(coverage.number_key, exemptions.key_pattern)
    and coverage.exempt_because is not null
group by exemptions.key_pattern
having count(coverage.number_key) = 0

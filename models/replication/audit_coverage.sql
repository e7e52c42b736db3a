-- Every printed number with the checks of published_audit that it enters, and how many of them could tell something;
-- for a number in none, the reason (seed audit_exemptions, by pattern of the key). A number in neither fails a test.
with

numbers as (
    select * from {{ ref('printed_numbers') }}
),

uses as (
    select
        verdict,
        check_kind,
        unnest(numbers_used) as number_key
    from {{ ref('published_audit') }}
),

counts as (
    select
        number_key,
        count(*) as checks,
        count(*) filter (where verdict <> 'not determinable') as telling_checks,
        count(*) filter (where verdict in ('contradiction', 'implausible')) as findings,
        string_agg(distinct check_kind, ', ' order by check_kind) as check_kinds
    from uses
    group by number_key
),

exemptions as (
    select * from {{ ref('audit_exemptions') }}
)

select
    numbers.study,
    numbers.number_key,
    numbers.kind,
    numbers.table_number,
    numbers.column_number,
    numbers.term,
    numbers.printed,
    coalesce(counts.checks, 0) as checks,
    coalesce(counts.telling_checks, 0) as telling_checks,
    coalesce(counts.findings, 0) as findings,
    counts.check_kinds,
    case
        when counts.checks is null
            then
                (
                    select min(exemptions.reason)
                    from exemptions
                    where regexp_full_match(numbers.number_key, exemptions.key_pattern)
                )
    end as exempt_because
from numbers
left join counts on numbers.number_key = counts.number_key

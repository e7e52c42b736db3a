-- Law: nothing is lost silently. Records that the ledger counts as used, against those that the indices are made of.
with

ledger as (
    select coalesce(sum(used), 0) as used from {{ ref('wage_record_ledger') }}
),

inequality as (
    select coalesce(sum(records), 0) as records from {{ ref('city_wage_inequality') }}
)

select
    ledger.used,
    inequality.records
from ledger
cross join inequality
where ledger.used <> inequality.records

-- The printed numbers of the studies held against each other: every check in one list, one model a kind. A printed
-- number stands for an interval (half a unit of its last digit either side), and verdicts follow from intervals:
-- contradiction: no numbers that round to the printed ones fit together.
-- implausible: they fit only under a condition that the arithmetic names and that is not likely.
-- consistent: some do. not determinable: rounding, other samples or missing numbers leave it open.
with

checks as (
    select * from {{ ref('audit_stars') }}
    union all by name
    select * from {{ ref('audit_partition_n') }}
    union all by name
    select * from {{ ref('audit_pooled_between') }}
    union all by name
    select * from {{ ref('audit_sample_arithmetic') }}
    union all by name
    select * from {{ ref('audit_units_implied') }}
    union all by name
    select * from {{ ref('audit_first_stage') }}
    union all by name
    select * from {{ ref('audit_added_regressor') }}
    union all by name
    select * from {{ ref('audit_mediations') }}
    union all by name
    select * from {{ ref('audit_index_direction') }}
    union all by name
    select * from {{ ref('audit_moments') }}
    union all by name
    select * from {{ ref('audit_claims_numbers') }}
    union all by name
    select * from {{ ref('audit_claims_stars') }}
    union all by name
    select * from {{ ref('audit_scale_of_ratio') }}
    union all by name
    select * from {{ ref('audit_smallest_se') }}
    union all by name
    select * from {{ ref('audit_smallest_r2') }}
)

select
    study,
    check_kind,
    table_number,
    column_number,
    term,
    subject,
    cast(printed_value as double) as printed_value,
    cast(implied_low as double) as implied_low,
    cast(implied_high as double) as implied_high,
    verdict,
    arithmetic,
    list_sort(list_distinct(numbers_used)) as numbers_used
from checks

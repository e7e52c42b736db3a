-- What every expectation of the gates found in this build, and what follows where it is not met.
with

found as (
    select * from {{ ref('landing_gate') }}
    union all
    select * from {{ ref('panel_gate') }}
    union all
    select * from {{ ref('result_gate') }}
)

select
    gate,
    suite,
    expectation,
    severity,
    verdict,
    relation,
    row_condition,
    column_name,
    kind,
    arguments,
    rows_checked,
    rows_against,
    share_against,
    observed,
    examples,
    because,
    {{ run_stamp() }}
from found

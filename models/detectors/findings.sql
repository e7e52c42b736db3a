-- All detectors in one list: what data do that they should not, column by column and cell by cell (place_code is NULL
-- where a whole column is meant). The severity in the seed detectors says whether the values are kept (flag) or kept
-- out of the panels (quarantine). Where a whole column is quarantined, its cells are not listed one by one as well.
with

column_findings as (
    select * from {{ ref('province_sum_findings') }}
    union all
    select * from {{ ref('column_jump_findings') }}
    union all
    select * from {{ ref('column_step_findings') }}
    union all
    select * from {{ ref('identical_column_findings') }}
    union all
    select * from {{ ref('swapped_columns_findings') }}
    union all
    select * from {{ ref('misplaced_column_findings') }}
),

cell_findings as (
    select * from {{ ref('cell_spike_findings') }}
    union all
    select * from {{ ref('cell_currency_findings') }}
    union all
    select * from {{ ref('cell_jump_findings') }}
    union all
    select * from {{ ref('contradiction_findings') }}
    union all
    select * from {{ ref('copied_row_findings') }}
    union all
    select * from {{ ref('sum_findings') }}
    union all
    select * from {{ ref('quotient_findings') }}
    union all
    select * from {{ ref('cities_sum_findings') }}
    union all
    select * from {{ ref('districts_exceed_findings') }}
    union all
    select * from {{ ref('policy_findings') }}
)

select * from column_findings
union all
select cell_findings.*
from cell_findings
anti join column_findings
    on cell_findings.file_id = column_findings.file_id
    and cell_findings.place_level = column_findings.place_level
    and cell_findings.indicator = column_findings.indicator
    and cell_findings.scope = column_findings.scope
    and cell_findings.vintage = column_findings.vintage
    and cell_findings.year = column_findings.year
    and column_findings.severity = 'quarantine'

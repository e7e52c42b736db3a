-- Rows of the audit seeds that no check of published_audit comes from: a column, term or claim that is not printed, or
-- a relation that no model knows, would drop out of its joins unseen.
with

audit as (
    select * from {{ ref('published_audit') }}
)

select
    'claim_targets' as seed,
    targets.study,
    targets.claim_id || ': ' || targets.quantity as missing
from {{ ref('claim_targets') }} as targets
anti join audit
    on audit.check_kind = 'text_against_table'
    and targets.study = audit.study
    and starts_with(audit.subject, targets.claim_id || ': ' || targets.quantity)
union all
select
    'claimed_effects' as seed,
    effects.study,
    effects.term || ', ' || effects.concept as missing
from {{ ref('claimed_effects') }} as effects
anti join audit
    on audit.check_kind = 'index_direction'
    and effects.study = audit.study
    and effects.table_number = audit.table_number
    and effects.column_number = audit.column_number
    and effects.term = audit.term
union all
select
    'published_mediations' as seed,
    mediations.study,
    mediations.mediator as missing
from {{ ref('published_mediations') }} as mediations
anti join audit
    on audit.check_kind = 'omitted_variable'
    and mediations.study = audit.study
    and mediations.mediator = audit.subject
union all
select
    'published_partitions' as seed,
    partitions.study,
    partitions.partition as missing
from {{ ref('published_partitions') }} as partitions
anti join audit
    on audit.check_kind = 'partition_n'
    and partitions.study = audit.study
    and partitions.partition = audit.subject
union all
select
    'sample_compositions' as seed,
    compositions.study,
    compositions.composition as missing
from {{ ref('sample_compositions') }} as compositions
anti join audit
    on audit.check_kind = 'sample_arithmetic'
    and audit.verdict <> 'not determinable'
    and compositions.study = audit.study
    and compositions.table_number = audit.table_number
    and compositions.column_number is not distinct from audit.column_number
    and compositions.composition = audit.subject
union all
select
    'variable_bounds' as seed,
    bounds.study,
    bounds.variable as missing
from {{ ref('variable_bounds') }} as bounds
anti join audit
    on audit.check_kind = 'moments'
    and starts_with(audit.subject, 'possible')
    and bounds.study = audit.study
    and bounds.variable = audit.term

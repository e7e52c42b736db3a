-- Published specifications as one family a study: Holm (1979) keeps the chance of any false rejection at the level of
-- the test. The hypothesis of a specification is that its first variable (the endogenous one where there is one) has no
-- effect; the p values are two, under the published convention and clustered by place.
with

specifications as (
    select
        *,
        main_variable as term
    from {{ ref('full_specifications') }}
    where suite = 'regression'
),

estimates as (
    select * from {{ ref('estimates') }}
),

tested as (
    select
        published.study,
        published.spec_id,
        published.term,
        fitted.p_value,
        refitted.p_value as clustered_p_value
    from specifications as published
    inner join specifications as twins on published.spec_id = twins.twin_of and twins.vcov = 'cluster'
    inner join estimates as fitted on published.spec_id = fitted.spec_id and published.term = fitted.term
    inner join estimates as refitted on twins.spec_id = refitted.spec_id and published.term = refitted.term
    where published.is_published
),

ranked as (
    select
        *,
        count(*) over (partition by study) as hypotheses,
        row_number() over (partition by study order by p_value, spec_id) as p_value_rank,
        row_number() over (partition by study order by clustered_p_value, spec_id) as clustered_p_value_rank
    from tested
)

select
    study,
    spec_id,
    term,
    hypotheses,
    p_value,
    {{ holm_p_value('p_value', 'p_value_rank', 'hypotheses', 'study') }} as holm_p_value,
    clustered_p_value,
    {{ holm_p_value('clustered_p_value', 'clustered_p_value_rank', 'hypotheses', 'study') }} as clustered_holm_p_value,
    {{ run_stamp() }}
from ranked

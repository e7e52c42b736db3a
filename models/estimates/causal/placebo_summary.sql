-- The true policy among drawn ones. share_as_extreme: draws whose estimate is at least as far from zero; p_value is
-- (such draws + 1) / (draws + 1).
select
    specifications.study,
    output.spec_id,
    {{ statistic_integers(['draws', 'draws_estimated']) }},
    {{ statistic_columns([
        'estimate', 'standard_error', 'share_as_extreme', 'p_value', 'mean', 'sd', 'p2_5', 'p97_5'
    ]) }},
    {{ run_stamp() }}
from {{ ref('causal_output') }} as output
inner join {{ ref('causal_specifications') }} as specifications on output.spec_id = specifications.spec_id
where specifications.suite = 'placebo' and output.part = 'summary'
group by specifications.study, output.spec_id

-- Checks of an instrument made from a base year. leave_one_out: the two-stage estimate with all units, the lowest and
-- highest without one, and the units left out there. instrument_pretrend: the change of the outcome between two years,
-- before the instrument can have done much, on the base-year value across units.
select
    specifications.study,
    output.spec_id,
    specifications.suite,
    {{ statistic_columns([
        'estimate', 'standard_error', 'p_value', 'conf_low', 'conf_high', 'first_stage_f', 'minimum', 'maximum'
    ]) }},
    {{ statistic_texts(['unit_minimum', 'unit_maximum']) }},
    {{ statistic_columns(['share_same_sign', 'lowest_first_stage_f']) }},
    {{ statistic_integers(['start_year', 'end_year', 'n_units', 'n_units_lost']) }},
    {{ run_stamp() }}
from {{ ref('causal_output') }} as output
inner join {{ ref('causal_specifications') }} as specifications on output.spec_id = specifications.spec_id
where
    (specifications.suite = 'leave_one_out' and output.part = 'leave_one_out')
    or (specifications.suite = 'instrument_pretrend' and output.part = 'pre_trend')
group by specifications.study, output.spec_id, specifications.suite

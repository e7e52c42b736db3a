-- All coefficients before adoption being zero: Wald F with the errors of the specification. NULL where no year
-- before adoption is estimated. band_critical_value is the sup-t quantile that the bands of event_study are made
-- with.
select
    specifications.study,
    output.spec_id,
    {{ statistic_columns([
        'pretrend_f', 'pretrend_df_model', 'pretrend_df_residual', 'pretrend_p_value', 'band_critical_value'
    ]) }},
    {{ statistic_integers(['n', 'n_units', 'n_treated_units']) }},
    {{ run_stamp() }}
from {{ ref('causal_output') }} as output
inner join {{ ref('causal_specifications') }} as specifications on output.spec_id = specifications.spec_id
where specifications.suite = 'event_study' and output.part = 'pre_trend'
group by specifications.study, output.spec_id, output.row_number

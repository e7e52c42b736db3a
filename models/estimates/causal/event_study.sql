-- Coefficients by year relative to adoption; the base years are zero and have no error. Intervals hold one
-- coefficient each, bands all of a specification at once (sup-t).
select
    specifications.study,
    output.spec_id,
    {{ statistic_integers(['relative_year']) }},
    {{ statistic_flags(['is_base', 'is_binned']) }},
    {{ statistic_columns([
        'estimate', 'standard_error', 'p_value', 'conf_low', 'conf_high', 'band_low', 'band_high'
    ]) }},
    {{ run_stamp() }}
from {{ ref('causal_output') }} as output
inner join {{ ref('causal_specifications') }} as specifications on output.spec_id = specifications.spec_id
where specifications.suite = 'event_study' and output.part = 'coefficients'
group by specifications.study, output.spec_id, output.row_number

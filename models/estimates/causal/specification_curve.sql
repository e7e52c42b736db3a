-- One coefficient under every combination of defensible choices, or as many of them as the var curve_rows allows.
-- Names of several controls and effects are separated by semicolons; sample is empty where every row counts.
-- is_reference marks the fit of the study (all controls, its effects and errors, every row, no winsorising).
select
    specifications.study,
    output.spec_id,
    {{ statistic_integers(['fit']) }},
    {{ statistic_flags(['is_reference']) }},
    {{ statistic_texts(['outcome', 'treatment', 'controls', 'fixed_effects', 'sample']) }},
    {{ statistic_columns(['winsorised']) }},
    {{ statistic_texts(['vcov', 'cluster']) }},
    {{ statistic_columns(['estimate', 'standard_error', 'p_value', 'conf_low', 'conf_high']) }},
    {{ statistic_integers(['n', 'n_clusters']) }},
    {{ statistic_texts(['dropped', 'status', 'reason']) }},
    {{ run_stamp() }}
from {{ ref('causal_output') }} as output
inner join {{ ref('causal_specifications') }} as specifications on output.spec_id = specifications.spec_id
where specifications.suite = 'specification_curve' and output.part = 'curve'
group by specifications.study, output.spec_id, output.row_number

-- Average effects on the treated that stay unbiased when effects differ between cohorts and grow with time, and the
-- two-way coefficient of the same sample (estimator two_way). kind overall is the average over treated units and
-- years and has no relative_year; kind dynamic is one year since adoption. Intervals hold one effect each, bands all
-- years of a specification at once.
select
    specifications.study,
    output.spec_id,
    {{ statistic_texts(['estimator', 'kind']) }},
    {{ statistic_integers(['relative_year']) }},
    {{ statistic_columns(['estimate', 'standard_error', 'conf_low', 'conf_high', 'band_low', 'band_high']) }},
    {{ run_stamp() }}
from {{ ref('causal_output') }} as output
inner join {{ ref('causal_specifications') }} as specifications on output.spec_id = specifications.spec_id
where specifications.suite = 'robust_att' and output.part = 'effects'
group by specifications.study, output.spec_id, output.row_number

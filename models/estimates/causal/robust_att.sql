-- Average effects on the treated that stay unbiased when effects differ between cohorts and grow with time, and the
-- two-way coefficient of the same sample (estimator two_way). kind overall is the average over treated units and
-- years and has no relative_year; kind dynamic is one year since adoption. Intervals hold one effect each, bands all
-- years of a specification at once.
{{ suite_table({'robust_att': 'effects'}) }}

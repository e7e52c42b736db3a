-- Two-by-two differences in differences that a two-way coefficient without controls averages. control_cohort is NULL
-- for units never treated; later_vs_earlier takes units that are treated already as controls.
{{ suite_table({'goodman_bacon': 'comparisons'}) }}

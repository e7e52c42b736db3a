-- The effect on places matched cohort by cohort with places never treated: one coefficient of the stacked cohorts.
-- The balance of each cohort is in matching_balance.
{{ suite_table({'matching': 'effect'}) }}

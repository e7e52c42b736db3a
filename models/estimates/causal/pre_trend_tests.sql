-- All coefficients before adoption being zero: Wald F with the errors of the specification. NULL where no year
-- before adoption is estimated. band_critical_value is the sup-t quantile that the bands of event_study are made
-- with.
{{ suite_table({'event_study': 'pre_trend'}) }}

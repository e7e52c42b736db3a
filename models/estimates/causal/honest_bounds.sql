-- The average effect from adoption on where trends may differ: by a slope that changes at most by the magnitude a
-- year (smoothness), or by steps at most the magnitude times the largest one before adoption (relative_magnitude).
-- identified_* is NULL where the estimates before adoption already bend more than the magnitude allows.
{{ suite_table({'event_study': 'bounds'}) }}

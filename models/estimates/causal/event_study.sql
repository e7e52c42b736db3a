-- Coefficients by year relative to adoption; the base years are zero and have no error. Intervals hold one
-- coefficient each, bands all of a specification at once (sup-t).
{{ suite_table({'event_study': 'coefficients'}) }}

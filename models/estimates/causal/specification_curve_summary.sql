-- How far the fits of a curve agree with the one of the study: share_same_sign, and the share that has the same sign
-- and a p value below 0.05. fits_possible counts the whole grid, over all outcomes.
{{ suite_table({'specification_curve': 'summary'}) }}

-- The true policy among drawn ones. share_as_extreme: draws whose estimate is at least as far from zero; p_value is
-- (such draws + 1) / (draws + 1).
{{ suite_table({'placebo': 'summary'}) }}

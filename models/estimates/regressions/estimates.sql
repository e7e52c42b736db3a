-- Coefficients of every specification that could be estimated, under its own convention. wild_p_value is that of the
-- wild cluster bootstrap, where errors are clustered by at most fifty places: t tests reject too often with few.
{{ suite_table({'regression': 'estimates'}) }}

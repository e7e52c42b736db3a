-- The weight of a two-way coefficient on the effect of each treated unit and time; weights sum to one.
{{ suite_table({'twfe_weights': 'cells'}) }}

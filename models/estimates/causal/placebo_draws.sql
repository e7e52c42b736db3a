-- Estimates of drawn policies: treated places and years dealt out anew, as many places a year as there are.
{{ suite_table({'placebo': 'draws'}) }}

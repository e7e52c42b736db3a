-- Two-by-two comparisons by kind; kind all is the two-way coefficient.
{{ suite_table({'goodman_bacon': 'summary'}) }}

-- Two-stage least squares without each unit in turn; first_stage_f is the classical F of the instruments.
{{ suite_table({'leave_one_out': 'left_out'}) }}

-- A two-way coefficient without each period in turn; left_out is NULL for the fit on all of them.
{{ suite_table({'leave_one_period_out': 'fits'}) }}

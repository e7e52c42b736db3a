"""What the explorer asks of a warehouse and makes of the answers: functions that know of no screen."""

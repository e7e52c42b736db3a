-- Checks of an instrument made from a base year. leave_one_out: the two-stage estimate with all units, the lowest and
-- highest without one, and the units left out there. instrument_pretrend: the change of the outcome between two years,
-- before the instrument can have done much, on the base-year value across units.
{{ suite_table({'leave_one_out': 'leave_one_out', 'instrument_pretrend': 'pre_trend'}) }}

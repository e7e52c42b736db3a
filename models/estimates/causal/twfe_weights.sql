-- Weights of a two-way coefficient on the effects of treated units and times (ATTs), in short. sigma_zero: the
-- smallest standard deviation of the ATTs with which their average may be zero; sigma_opposite: that with which all
-- may have the other sign (NULL where no weight is negative).
{{ suite_table({'twfe_weights': 'summary'}) }}

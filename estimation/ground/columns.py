"""Names of the columns that every sample has beside its variables; no variable of a specification may take one."""

from __future__ import annotations

UNIT, TIME, CLUSTER, OUTCOME = "unit", "time", "cluster", "outcome"
#: is a value that the row rests on interpolated?
FILLED = "filled"
#: first treated time of the unit, and whether it is treated by now: where a policy is adopted for good
COHORT, TREATMENT = "cohort", "treatment"
#: is the row one that matching finds partners for?
TREATED = "treated"
#: is every value that an incomplete row rests on reported, and none interpolated?
REPORTED = "reported"
RESERVED = (UNIT, TIME, CLUSTER, OUTCOME, FILLED, COHORT, TREATMENT, TREATED)

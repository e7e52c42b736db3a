"""Estimation: marts in, tidy rows out.

A regression is a row of `seeds/specifications.csv`. `run_specifications` reads each one's sample from its mart with
SQL, fits it with pyfixest, adds the statistics that Stata prints, and returns long rows, which SQL turns into result
tables. A specification that cannot be estimated on the data at hand returns a status and the reason.

What is no single regression is a module of its own, a function from a frame to long rows: `placebo`, `twfe_weights`,
`robust_att`, `event_study`, `mediation`, `specification_curve`, `instrument_checks` and `balance`. They rest on
`adoption` (the panel and its checks), `absorption` (fixed effects of many columns) and `cluster_grams` (reweighted
clusters), and raise NotEstimable with the reason.
"""

from estimation.fit_cache import fit_cache_folder
from estimation.matching import matched_sample
from estimation.regression import Fit, fit_panel
from estimation.runner import run_specification, run_specifications
from estimation.sample import NotEstimable, estimation_sample
from estimation.specification import Matching, Specification, Term, read_specifications

__all__ = [
    "Fit",
    "Matching",
    "NotEstimable",
    "Specification",
    "Term",
    "estimation_sample",
    "fit_cache_folder",
    "fit_panel",
    "matched_sample",
    "read_specifications",
    "run_specification",
    "run_specifications",
]

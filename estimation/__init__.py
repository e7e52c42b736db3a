"""Estimation: marts in, tidy rows out.

A specification is a row of `seeds/specifications/specifications.csv`, whatever its suite. `run_specifications` reads
its sample from its mart with SQL, asks its suite, and returns long rows, which SQL turns into result tables. A
specification that cannot be estimated on the data at hand returns a status and the reason.

`ground` has types, names of columns and the one error; `numerics` numbers that know no specification (pyfixest is
called there, in least_squares, and nowhere else); `samples` what a specification is and the rows it reads; `suites` the
tools, a module each; `run` the registry, the runner and its cache.
"""

from estimation.ground.errors import NotEstimable
from estimation.run.fit_cache import fit_cache_folder
from estimation.run.runner import run_specification, run_specifications
from estimation.samples.sample import estimation_sample
from estimation.samples.specification import Specification, Term, read_specifications
from estimation.suites.contract import Limits

__all__ = [
    "Limits",
    "NotEstimable",
    "Specification",
    "Term",
    "estimation_sample",
    "fit_cache_folder",
    "read_specifications",
    "run_specification",
    "run_specifications",
]

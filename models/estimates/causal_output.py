"""Everything the causal suites return, as long rows; SQL turns them into the result tables of each suite.

Specifications name their marts as data: mart_columns is made from every mart, so this model comes after all of them.
"""

from estimation import fit_cache_folder
from estimation.causal_runner import run_causal_specifications
from estimation.causal_suites import Limits


def model(dbt, session):
    dbt.config(materialized="table")
    limits = Limits(
        placebo_draws=dbt.config.get("placebo_draws"),
        bootstrap_draws=dbt.config.get("bootstrap_draws"),
        curve_rows=dbt.config.get("curve_rows"),
    )
    return run_causal_specifications(
        session,
        dbt.ref("causal_specifications").df(),
        dbt.ref("mart_columns").df(),
        limits=limits,
        confidence_level=dbt.config.get("confidence_level"),
        say=lambda line: print(f"  {line}", flush=True),
        cache_folder=fit_cache_folder(),
    )

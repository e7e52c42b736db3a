"""Everything the suites return, as long rows; SQL turns them into the result tables.

Specifications name their marts as data: mart_columns is made from every mart, so this model comes after all of them. It
comes after the gate of panels as well: what does not pass is not estimated on.
"""

import estimation


def model(dbt, session):
    dbt.config(materialized="table")
    dbt.ref("mart_columns")
    dbt.ref("panel_gate")
    settings = dbt.ref("settings").df().iloc[0]
    return estimation.run_specifications(
        session,
        dbt.ref("full_specifications").df(),
        limits=estimation.Limits(
            placebo_draws=int(settings["placebo_draws"]),
            bootstrap_draws=int(settings["bootstrap_draws"]),
            curve_fits=int(settings["curve_fits"]),
        ),
        confidence_level=float(settings["confidence_level"]),
        say=lambda line: print(f"  {line}", flush=True),
        cache_folder=estimation.fit_cache_folder(),
    )

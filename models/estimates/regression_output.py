"""Everything the regressions return, as long rows; SQL turns them into estimates and fits.

Specifications name their marts as data: mart_columns is made from every mart, so this model comes after all of them.
"""

import estimation


def model(dbt, session):
    dbt.config(materialized="table")
    return estimation.run_specifications(
        session,
        dbt.ref("specifications").df(),
        dbt.ref("mart_columns").df(),
        confidence_level=dbt.config.get("confidence_level"),
        say=lambda line: print(f"  {line}", flush=True),
        cache_folder=estimation.fit_cache_folder(),
    )

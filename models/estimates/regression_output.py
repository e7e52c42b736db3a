"""Everything the regressions return, as long rows; SQL turns them into estimates and fits."""

import estimation


def model(dbt, session):
    dbt.config(materialized="table")
    dbt.ref("import_inequality")
    dbt.ref("trade_wage_share")
    dbt.ref("innovative_city")
    return estimation.run_specifications(
        session,
        dbt.ref("specifications").df(),
        dbt.ref("mart_columns").df(),
        confidence_level=dbt.config.get("confidence_level"),
        say=lambda line: print(f"  {line}", flush=True),
        cache_folder=estimation.fit_cache_folder(),
    )

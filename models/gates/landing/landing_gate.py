"""The gate after landing: what files gave, before anything is made of it."""

import gates


def model(dbt, session):
    dbt.config(materialized="table")
    return gates.evaluated(
        "landing",
        dbt.ref("expectation_suites").df(),
        dbt.ref("expectations").df(),
        {
            "file_quality": dbt.ref("file_quality"),
            "listing_quality": dbt.ref("listing_quality"),
            "landed_files": dbt.ref("landed_files"),
            "policy_listings": dbt.ref("policy_listings"),
        },
        say=lambda line: print(f"  {line}", flush=True),
    )

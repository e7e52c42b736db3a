"""The gate before publication: results, before anybody reads them."""

import gates


def model(dbt, session):
    dbt.config(materialized="table")
    return gates.evaluated(
        "result",
        dbt.ref("expectation_suites").df(),
        dbt.ref("expectations").df(),
        {
            # the model of this room, in which SQL prepares what is expected
            "sample_sizes": dbt.ref("sample_sizes"),
            # what was run
            "fits": dbt.ref("fits"),
            "specification_status": dbt.ref("specification_status"),
            # regressions
            "descriptives": dbt.ref("descriptives"),
            "estimates": dbt.ref("estimates"),
            "mediation": dbt.ref("mediation"),
            "multiple_testing": dbt.ref("multiple_testing"),
            # causal suites
            "event_study": dbt.ref("event_study"),
            "goodman_bacon_summary": dbt.ref("goodman_bacon_summary"),
            "honest_bounds": dbt.ref("honest_bounds"),
            "instrument_checks": dbt.ref("instrument_checks"),
            "instrument_left_out": dbt.ref("instrument_left_out"),
            "matched_effects": dbt.ref("matched_effects"),
            "matching_balance": dbt.ref("matching_balance"),
            "period_left_out": dbt.ref("period_left_out"),
            "placebo_summary": dbt.ref("placebo_summary"),
            "pre_trend_tests": dbt.ref("pre_trend_tests"),
            "robust_att": dbt.ref("robust_att"),
            "specification_curve_summary": dbt.ref("specification_curve_summary"),
            "twfe_weights": dbt.ref("twfe_weights"),
            # beside the print
            "claims_check": dbt.ref("claims_check"),
            "coverage": dbt.ref("coverage"),
            "estimate_changes": dbt.ref("estimate_changes"),
            "published_audit": dbt.ref("published_audit"),
            "replication_scorecard": dbt.ref("replication_scorecard"),
            "scorecard_by_table": dbt.ref("scorecard_by_table"),
        },
        say=lambda line: print(f"  {line}", flush=True),
    )

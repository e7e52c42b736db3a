"""The verdict on a printed coefficient, on columns made by hand; above all on what is printed as zero."""

from __future__ import annotations

import pytest

from tests.support.models import Row, run

KEY = {"study": "made_up", "table_number": 1, "column_number": "1"}
#: p-value of ours for a number of stars
P_VALUES = {0: 0.5, 2: 0.03}


def scorecard(printed: str, stars: int, estimate: float, our_stars: int) -> Row:
    """The row of one printed coefficient."""
    (row,) = run(
        "replication_scorecard",
        published_estimates=[
            KEY
            | {
                "term": "x",
                "dependent": "y",
                "estimate": float(printed),
                "paren_value": 0.001,
                "paren_kind": "se",
                "stars": stars,
                "printed": f"{printed}{'*' * stars} (0.001)",
            }
        ],
        published_scale=[{"study": "another", "variable": "x", "factor": 1}],
        published_fits=[KEY | {"observations": 100}],
        full_specifications=[
            KEY | {"spec_id": "s", "suite": "regression", "is_published": True, "twin_of": "none", "vcov": "hc1"}
        ],
        fits=[{"spec_id": "s", "n": 100, "status": "estimated", "reason": "none"}],
        estimates=[
            {
                "spec_id": "s",
                "term": "x",
                "estimate": estimate,
                "standard_error": 0.001,
                "p_value": P_VALUES[our_stars],
                "conf_low": estimate - 0.002,
                "conf_high": estimate + 0.002,
            }
        ],
        simulation_truth=[{"spec_id": "none", "term": "x", "truth": 0.0, "kind": "structural", "note": ""}],
        landed_files=[{"is_simulated": False}],
        run_identity=[{"run_id": "a run"}],
    )["replication_scorecard"]
    return row


@pytest.mark.parametrize(
    ("printed", "ours", "same_sign", "verdict"),
    [
        (("-0.000", 2), (-0.0008, 2), True, "same sign and significance"),
        (("-0.000", 2), (-0.0004, 2), True, "reproduced"),
        (("-0.000", 2), (-0.0004, 0), True, "same sign"),
        (("-0.000", 2), (0.0004, 2), False, "differs"),  # equal as printed, but for the sign
        (("0.000", 2), (0.0004, 2), None, "reproduced"),
        (("0.000", 2), (-0.0004, 2), None, "reproduced"),
        (("0.000", 2), (0.0004, 0), None, "same sign"),
        (("0.000", 0), (-0.0008, 0), None, "differs"),  # -0.001 as one would print it
        (("0.012", 2), (0.0124, 2), True, "reproduced"),
        (("0.012", 2), (0.02, 2), True, "same sign and significance"),
        (("-0.012", 0), (-0.0124, 2), True, "same sign"),
        (("-0.012", 2), (0.0124, 2), False, "differs"),
    ],
)
def test_a_zero_has_the_sign_that_is_printed_before_it(
    printed: tuple[str, int], ours: tuple[float, int], same_sign: bool | None, verdict: str
) -> None:
    row = scorecard(*printed, *ours)
    assert (row["same_sign"], row["verdict"]) == (same_sign, verdict)

"""Balance by hand and under weights; matching cohort by cohort with a matcher that is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from estimation import NotEstimable
from estimation.numerics.balance import matching_balance
from estimation.suites.matching import matched_by_cohort
from tests.support.adoption_panels import adoption_panel

SECTION = pd.DataFrame({"treated": [1, 1, 0, 0, 0], "x": [4.0, 6.0, 1.0, 3.0, 8.0], "flat": 2.0})


def test_balance_by_hand() -> None:
    """Treated 4 and 6; controls 1, 3, 8 before, 3 and 8 after: variances 2 and 13, then 12.5."""
    table = matching_balance(SECTION, "treated", ["x"], np.array([True, True, False, True, True])).set_index("sample")
    spread = np.sqrt((2 + 13) / 2)
    assert table.loc["before", "standardised_difference"] == pytest.approx((5 - 4) / spread)
    assert table.loc["after", "standardised_difference"] == pytest.approx((5 - 5.5) / spread)
    assert table.loc["before", "variance_ratio"] == pytest.approx(2 / 13)
    assert table.loc["after", "variance_ratio"] == pytest.approx(2 / 12.5)
    assert table[["n_treated", "n_control"]].to_numpy().tolist() == [[2, 3], [2, 2]]


def test_weights_are_used_and_missing_ones_are_no_match() -> None:
    table = matching_balance(SECTION, "treated", ["x"], [1, 1, np.nan, 3, 1]).set_index("sample")
    assert table.loc["after", "mean_control"] == pytest.approx((3 * 3 + 8) / 4)
    assert table.loc["after", "effective_n_control"] == pytest.approx(16 / 10)
    # Doubling every weight changes nothing but what counts rows.
    again = matching_balance(SECTION, "treated", ["x"], [2, 2, np.nan, 6, 2]).set_index("sample")
    pd.testing.assert_frame_equal(again, table)


def test_undefined_figures_are_missing() -> None:
    table = matching_balance(SECTION, "treated", ["flat"], np.ones(5))
    assert table[["standardised_difference", "variance_ratio"]].isna().all(axis=None)
    one = matching_balance(SECTION, "treated", ["x"], [1, 0, 0, 1, 1]).set_index("sample")
    assert np.isnan(one.loc["after", "variance_ratio"])


def nearest(section: pd.DataFrame) -> pd.Series:
    """A matcher for tests: each treated unit with the control nearest in x0, with replacement."""
    treated, controls = section[section["treatment"] == 1], section[section["treatment"] == 0]
    chosen = [(controls["x0"] - value).abs().idxmin() for value in treated["x0"]]
    weights = pd.Series(0.0, index=section.index)
    weights[treated.index] = 1.0
    return weights.add(pd.Series(chosen).value_counts(), fill_value=0)


def test_each_cohort_is_matched_in_the_year_before_it() -> None:
    frame = adoption_panel({2009.0: 3, 2011.0: 2, np.nan: 9}, range(2006, 2014), controls=2)
    table = matched_by_cohort(frame, ["x0", "x1"], nearest)
    assert table.groupby("cohort")["treatment"].sum().to_dict() == {2009.0: 3, 2011.0: 2}
    assert (table[table["treatment"] == 0].groupby("cohort")["weight"].sum() == [3, 2]).all()
    section = frame[frame["time"] == 2010].set_index("unit")
    treated = table[(table["cohort"] == 2011) & (table["treatment"] == 1)]
    never = section[section["cohort"].isna()]["x0"]
    expected = {(never - section.loc[unit, "x0"]).abs().idxmin() for unit in treated["unit"]}
    found = table[(table["cohort"] == 2011) & (table["treatment"] == 0)]
    assert set(found["unit"]) == expected


def test_bad_input_is_one_sentence() -> None:
    with pytest.raises(NotEstimable, match="no untreated row is in the sample after matching"):
        matching_balance(SECTION, "treated", ["x"], [1, 1, 0, 0, 0])
    with pytest.raises(NotEstimable, match="no treated row is in the sample before matching"):
        matching_balance(SECTION[2:], "treated", ["x"], [1, 1, 1])
    with pytest.raises(NotEstimable, match="5 rows have no value of flat"):
        matching_balance(SECTION.assign(flat=np.nan), "treated", ["flat"], np.ones(5))
    with pytest.raises(NotEstimable, match="x has values other than 0 and 1"):
        matching_balance(SECTION, "x", ["flat"], np.ones(5))
    with pytest.raises(ValueError, match="4 weights for 5 rows"):
        matching_balance(SECTION, "treated", ["x"], np.ones(4))
    with pytest.raises(ValueError, match="negative"):
        matching_balance(SECTION, "treated", ["x"], [1, 1, 1, 1, -1])
    frame = adoption_panel({2006.0: 3, 2011.0: 2, np.nan: 9}, range(2006, 2014), controls=1)
    with pytest.raises(NotEstimable, match="the cohort of 2006 has no cross-section with units never treated in 2005"):
        matched_by_cohort(frame, ["x0"], nearest)
    with pytest.raises(NotEstimable, match="no unit of the cohort of 2011 is matched"):
        matched_by_cohort(frame[frame["cohort"] != 2006], ["x0"], lambda section: section["x0"] * 0)

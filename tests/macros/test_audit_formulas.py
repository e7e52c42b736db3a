"""Interval arithmetic of the audit, and its formulas, on hand-worked numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.macros import evaluate

APPROX = 1e-6  # half units are wider by a millionth


@pytest.mark.parametrize(
    ("text", "expected"), [("-0.010", 3), ("135.613", 3), ("0", 0), ("-.5", 1), ("4509", 0), ("0.00", 2)]
)
def test_decimals_of_a_printed_text(text: str, expected: int) -> None:
    assert evaluate("decimals_of_text('text')", "text", [(text,)]) == [expected]


@pytest.mark.parametrize(
    ("value", "expected"), [(0.2, 1), (0.0012, 4), (104.701, 3), (12.0, 0), (0.0, 0), (-0.029, 3), (0.00005, 5)]
)
def test_decimals_that_a_number_still_shows(value: float, expected: int) -> None:
    assert evaluate("decimals_of_number('value')", "value", [(value,)]) == [expected]


@pytest.mark.parametrize(
    ("value", "expected"), [(1.0, 0), (9.99, 0), (10.0, 1), (-1000.0, 3), (0.1, -1), (0.0506, -2), (0.0, -99)]
)
def test_order_of_magnitude(value: float, expected: int) -> None:
    assert evaluate("magnitude('value')", "value", [(value,)]) == [expected]


def test_half_a_unit() -> None:
    # three decimals: 0.0005; none: 0.5
    assert evaluate("half_unit('decimals')", "decimals", [(3,), (0,)]) == pytest.approx([0.0005, 0.5], rel=2 * APPROX)


@pytest.mark.parametrize(
    ("interval", "low", "high"), [((-3.0, -2.0), 2.0, 3.0), ((-1.0, 2.0), 0.0, 2.0), ((1.0, 2.0), 1.0, 2.0)]
)
def test_absolute_value_of_an_interval(interval: tuple[float, float], low: float, high: float) -> None:
    assert evaluate("absolute_low('low', 'high')", "low, high", [interval]) == [low]
    assert evaluate("absolute_high('low', 'high')", "low, high", [interval]) == [high]


ENDS = st.tuples(st.floats(-100, 100), st.floats(-100, 100)).map(sorted)


@settings(max_examples=40, deadline=None)
@given(ENDS, ENDS, st.floats(0, 1), st.floats(0, 1))
def test_a_product_lies_in_the_product_of_intervals(a: list, b: list, at: float, bt: float) -> None:
    product = (a[0] + at * (a[1] - a[0])) * (b[0] + bt * (b[1] - b[0]))
    bounds = [
        evaluate(f"product_{end}('a_low', 'a_high', 'b_low', 'b_high')", "a_low, a_high, b_low, b_high", [(*a, *b)])[0]
        for end in ("low", "high")
    ]
    assert bounds[0] - 1e-9 <= product <= bounds[1] + 1e-9


def test_a_quotient_is_unbounded_where_the_divisor_may_be_zero() -> None:
    assert evaluate("quotient_high('a', 'b')", "a, b", [(0.02, 0.01), (0.02, 0.0)]) == [2.0, None]
    assert evaluate("quotient_low('a', 'b')", "a, b", [(0.01, 0.02), (0.01, 0.0)]) == [0.5, None]


@pytest.mark.parametrize(
    ("intervals", "expected"),
    [
        ((1.0, 2.0, 2.0, 3.0), True),  # touching
        ((1.0, 2.0, 2.1, 3.0), False),
        ((1.0, 2.0, 0.0, 0.9), False),
        ((1.0, None, 5.0, 6.0), True),  # open above
        ((None, 2.0, 3.0, None), False),
    ],
)
def test_whether_intervals_meet(intervals: tuple, expected: bool) -> None:
    columns = "a_low, a_high, b_low, b_high"
    rows = [(0.0, 0.0, 0.0, 0.0), intervals]  # the first row fixes the types
    assert evaluate("intervals_meet('a_low', 'a_high', 'b_low', 'b_high')", columns, rows)[1] is expected


def test_verdict_of_a_condition_that_may_be_unknown() -> None:
    rows = [(1.0,), (3.0,), (None,)]
    assert evaluate("audit_verdict('x < 2')", "x", rows) == ["consistent", "contradiction", "not determinable"]


@pytest.mark.parametrize(
    ("t", "fewest", "most"),
    # inside a band of critical values both are possible
    [(1.5, 0, 0), (1.66, 0, 1), (1.8, 1, 1), (2.0, 1, 2), (2.3, 2, 2), (2.6, 2, 3), (2.81, 3, 3)],
)
def test_stars_that_a_t_statistic_earns(t: float, fewest: int, most: int) -> None:
    assert evaluate("fewest_stars('t')", "t", [(t,)]) == [fewest]
    assert evaluate("most_stars('t')", "t", [(t,)]) == [most]


def test_an_unbounded_t_may_earn_every_star() -> None:
    assert evaluate("most_stars('t')", "t", [(1.0,), (None,)]) == [0, 3]


def test_units_that_f_and_r2_leave_room_for() -> None:
    # 100 rows, 4 regressors, 16 units: 80 degrees of freedom; R2 = 0.5 gives F = (0.5 / 4) / (0.5 / 80) = 20
    (units,) = evaluate("implied_units('n', 'k', 'f', 'r2')", "n, k, f, r2", [(100.0, 4.0, 20.0, 0.5)])
    assert units == pytest.approx(16)


def test_t_squared_of_an_added_regressor() -> None:
    # R2 from 0.50 to 0.52 with 96 degrees of freedom: 0.02 x 96 / 0.48 = 4
    (t_squared,) = evaluate("implied_t_squared('a', 'b', 'df')", "a, b, df", [(0.5, 0.52, 96.0)])
    assert t_squared == pytest.approx(4)


@pytest.mark.parametrize(
    ("mean", "low", "high", "n", "expected"),
    [
        # two values 0 and 1: the bound is reached, sqrt(0.5 x 0.5 x 2)
        (0.5, 0.0, 1.0, 2.0, math.sqrt(0.5)),
        # mean 2 in [1, 5], 10 numbers: sqrt(3 x 1 x 10 / 9)
        (2.0, 1.0, 5.0, 10.0, math.sqrt(30 / 9)),
        # mean outside
        (6.0, 1.0, 5.0, 10.0, None),
    ],
)
def test_largest_standard_deviation(mean: float, low: float, high: float, n: float, expected: float | None) -> None:
    columns = "mean, low, high, n"
    rows = [(0.5, 0.0, 1.0, 2.0), (mean, low, high, n)]
    value = evaluate("largest_sd('mean', 'mean', 'low', 'high', 'n')", columns, rows)[1]
    assert value == (None if expected is None else pytest.approx(expected))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=2, max_size=30))
def test_no_sample_is_wider_than_its_extremes_allow(values: list[float]) -> None:
    x = np.array(values)
    row = (float(x.mean()), float(x.min()), float(x.max()), float(x.size))
    (bound,) = evaluate("largest_sd('mean', 'mean', 'low', 'high', 'n')", "mean, low, high, n", [row])
    # a mean that rounding puts outside the extremes has no bound
    assert bound is None or x.std(ddof=1) <= bound + 1e-6


def test_standard_deviation_of_zeros_and_ones() -> None:
    # 3 ones among 10: the sample itself
    (value,) = evaluate("binary_sd('p', 'n')", "p, n", [(0.3, 10.0)])
    assert value == pytest.approx(np.std([1] * 3 + [0] * 7, ddof=1))


def test_smallest_standard_error_and_r2_of_a_simple_regression() -> None:
    draw = np.random.default_rng(1)
    x = draw.normal(size=50)
    y = x + draw.normal(size=50)
    slope, intercept = np.polyfit(x, y, 1)
    residuals = y - intercept - slope * x
    r2 = 1 - residuals @ residuals / ((y - y.mean()) @ (y - y.mean()))
    error = math.sqrt(residuals @ residuals / 48 / ((x - x.mean()) @ (x - x.mean())))
    row = (float(y.std(ddof=1)), float(x.std(ddof=1)), float(r2), 50.0)
    (smallest,) = evaluate("smallest_standard_error('y', 'x', 'r2', 'n')", "y, x, r2, n", [row])
    # without controls only the degrees of freedom are between the two: 48 against 50
    assert smallest == pytest.approx(error * math.sqrt(48 / 50))
    (least,) = evaluate("smallest_r2('t', 'n')", "t, n", [(slope / error, 48.0)])
    assert least == pytest.approx(r2)


@pytest.mark.parametrize(
    ("n", "units", "years", "lags", "expected"),
    [
        (360.0, 30.0, 12.0, 1.0, 30.0),  # balanced: the first year of each
        (360.0, 30.0, 12.0, 2.0, 60.0),
        # 12 rows of 3 units in 10 years: one unit has all ten years, two have one year each: 2 + 1 + 1
        (12.0, 3.0, 10.0, 2.0, 4.0),
        (4509.0, 270.0, 18.0, 1.0, 270.0),
    ],
)
def test_rows_lost_to_lags(n: float, units: float, years: float, lags: float, expected: float) -> None:
    call = "fewest_lost_to_lags('n', 'units', 'years', 'lags')"
    assert evaluate(call, "n, units, years, lags", [(n, units, years, lags)]) == [expected]


def test_numbers_in_a_sentence() -> None:
    assert evaluate("shown('x')", "x", [(0.25,), (4509.0,), (None,)]) == ["0.25", "4509", "?"]
    assert evaluate("shown_interval('a', 'b')", "a, b", [(1.0, 2.5), (0.5, None)]) == ["1 to 2.5", "0.5 to inf"]


def test_quantities_are_numbers_or_keys() -> None:
    assert evaluate("keys_among(['a', 'b', 'c'])", "a, b, c", [("7", "n:a/2/1", None), ("x", "y", "z")]) == [
        ["n:a/2/1"],
        [],
    ]
    assert evaluate("constant_or('value', 'text')", "value, text", [(2.0, "7"), (None, "7")]) == [2.0, 7.0]

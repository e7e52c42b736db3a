"""Index formulas: hand-worked numbers, then properties, then a second implementation in NumPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.macros import evaluate

THEIL = "urban_rural_theil('p', 'u', 'r')"
SHARES = st.floats(0.001, 0.999)
INCOMES = st.floats(1e-3, 1e7)
PLACES = st.lists(st.tuples(SHARES, INCOMES, INCOMES), min_size=1, max_size=40)


def theil(places: list[tuple]) -> list:
    return evaluate(THEIL, "p, u, r", places)


def theil_in_numpy(p: float, u: float, r: float) -> float:
    incomes = np.array([p * u, (1 - p) * r])
    populations = np.array([p, 1 - p])
    shares = incomes / incomes.sum()
    used = shares > 0
    return float((shares[used] * np.log(shares[used] / populations[used])).sum())


@pytest.mark.parametrize(
    ("p", "u", "r", "expected"),
    [
        # incomes 1.5 and 0.5 of a total of 2: shares 3/4, 1/4 against 1/2, 1/2
        (0.5, 3.0, 1.0, 0.75 * math.log(1.5) + 0.25 * math.log(0.5)),
        # incomes 0.6 x 20000 = 12000 and 0.4 x 8000 = 3200: shares 15/19 and 4/19
        (0.6, 20000.0, 8000.0, 15 / 19 * math.log(15 / 19 / 0.6) + 4 / 19 * math.log(4 / 19 / 0.4)),
        # poor towns: incomes 0.2 and 1.6, shares 1/9 and 8/9 against 0.2 and 0.8
        (0.2, 1.0, 2.0, 1 / 9 * math.log(5 / 9) + 8 / 9 * math.log(10 / 9)),
        # equal incomes: no inequality
        (0.3, 7.0, 7.0, 0.0),
        # one group only: it has all people and all income, and the other term drops
        (1.0, 5.0, 3.0, 0.0),
        (0.0, 5.0, 3.0, 0.0),
        # the countryside earns nothing: its term is 0 ln 0 = 0, the towns have all income: ln(1 / 0.5)
        (0.5, 4.0, 0.0, math.log(2)),
        # and the other way round: a fifth lives in the countryside and has all income, ln(1 / 0.2)
        (0.8, 0.0, 4.0, math.log(5)),
    ],
)
def test_theil_equals_hand_worked_numbers(p: float, u: float, r: float, expected: float) -> None:
    assert theil([(p, u, r)])[0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("p", "u", "r"),
    [(None, 1.0, 1.0), (0.5, None, 1.0), (0.5, 1.0, None), (0.5, 0.0, 0.0), (1.2, 1.0, 1.0), (0.5, -1.0, 1.0)],
)
def test_theil_is_null_where_it_is_undefined(p: float | None, u: float | None, r: float | None) -> None:
    # the row of numbers fixes the column types
    assert theil([(0.5, 1.0, 1.0), (p, u, r)])[1] is None


@settings(max_examples=60, deadline=None)
@given(PLACES)
def test_theil_is_never_negative_and_below_its_bound(places: list[tuple]) -> None:
    for (p, _, _), value in zip(places, theil(places), strict=True):
        assert 0 <= value <= max(-math.log(p), -math.log(1 - p)) + 1e-12


@settings(max_examples=40, deadline=None)
@given(PLACES, st.floats(1e-4, 1e4))
def test_theil_does_not_depend_on_units(places: list[tuple], scale: float) -> None:
    scaled = [(p, u * scale, r * scale) for p, u, r in places]
    assert theil(scaled) == pytest.approx(theil(places), rel=1e-9, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(PLACES)
def test_theil_does_not_depend_on_the_order_of_rows_or_groups(places: list[tuple]) -> None:
    values = theil(places)
    assert theil(places[::-1]) == values[::-1]
    swapped = [(1 - p, r, u) for p, u, r in places]
    assert theil(swapped) == pytest.approx(values, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(PLACES)
def test_theil_equals_numpy(places: list[tuple]) -> None:
    assert theil(places) == pytest.approx([max(0.0, theil_in_numpy(*place)) for place in places], abs=1e-11)


def test_rounding_never_takes_the_index_below_zero() -> None:
    # Equal incomes leave s ln(s / p) = 0 twice, but for rounding, which falls on either side.
    places = [(share / 997, income, income) for share in range(1, 997) for income in (3.3, 12345.67)]
    assert min(theil(places)) >= 0


def test_income_ratio_and_income_share_by_hand() -> None:
    # urban share 0.5, incomes 3 and 1: 1.5 / 2; incomes 2e4 and 8e3 at 0.6: 12000 / 15200; no income at all
    rows = [(0.5, 3.0, 1.0), (0.6, 2e4, 8e3), (0.5, 0.0, 0.0), (0.3, 5.0, 0.0)]
    shares = evaluate("income_share('p', 'u', 'r')", "p, u, r", rows)
    assert shares == [0.75, pytest.approx(15 / 19), None, 1.0]
    assert evaluate("ratio('u', 'r')", "p, u, r", rows) == [3.0, 2.5, None, None]


def test_terms_of_a_theil_index_by_hand() -> None:
    # 0.5 ln(0.5 / 0.25); 0 ln 0 = 0, even over 0; something over nothing, and a negative share, are undefined
    rows = [(0.5, 0.25), (0.0, 0.5), (0.0, 0.0), (0.5, 0.0), (-0.1, 0.5), (0.5, -0.1)]
    values = evaluate("xlogx_ratio('x', 'y')", "x, y", rows)
    assert values == [pytest.approx(0.5 * math.log(2), abs=1e-15), 0.0, 0.0, None, None, None]


def test_ratio_and_logarithm_are_null_not_infinite() -> None:
    rows = [(6.0, 3.0), (1.0, 0.0), (0.0, 0.0), (0.0, 2.0), (-1.0, 4.0), (None, 2.0), (2.0, None)]
    assert evaluate("ratio('a', 'b')", "a, b", rows) == [2.0, None, None, 0.0, -0.25, None, None]
    rows = [(math.e,), (1.0,), (10.0,), (0.0,), (-1.0,), (None,)]
    assert evaluate("log_or_null('a')", "a", rows) == [1.0, 0.0, pytest.approx(math.log(10)), None, None, None]


def test_arguments_of_a_ratio_are_whole_expressions() -> None:
    # 1 + 5 over 1 + 2, and its double
    assert evaluate("ratio('(a + b)', '(a + 2)') ~ ' * 2'", "a, b", [(1.0, 5.0)]) == [4.0]
    assert evaluate("'2 / ' ~ ratio('a', 'b')", "a, b", [(1.0, 4.0)]) == [8.0]


def test_centred_product_is_worked_by_hand() -> None:
    # means 3 and 20: (1-3)(30-20), (3-3)(10-20), (5-3)(20-20)
    rows = [(1.0, 30.0), (3.0, 10.0), (5.0, 20.0)]
    assert evaluate("centred_product('a', 'b')", "a, b", rows) == [-20.0, 0.0, 0.0]


def test_centred_product_over_a_sample_uses_the_means_of_the_sample() -> None:
    # sample means over the rows below 5: 2 and 20; the row outside is centred on them too: (5-2)(50-20)
    rows = [(1.0, 30.0), (3.0, 10.0), (5.0, 50.0)]
    assert evaluate("centred_product('a', 'b', 'a < 5')", "a, b", rows) == [-10.0, -10.0, 90.0]
    # a missing value is in no mean and has no product
    rows = [(1.0, 30.0), (3.0, 10.0), (None, 20.0)]
    assert evaluate("centred_product('a', 'b')", "a, b", rows) == [-10.0, -10.0, None]


PAIRS = st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.integers(0, 1)), min_size=2, max_size=30)


@settings(max_examples=30, deadline=None)
@given(PAIRS, st.floats(-100, 100))
def test_centred_product_equals_numpy_and_does_not_depend_on_the_origin(pairs: list[tuple], shift: float) -> None:
    rows = [*pairs, (1.0, 2.0, 1)]
    a, b, flag = np.array(rows).T
    expected = (a - a[flag == 1].mean()) * (b - b[flag == 1].mean())
    assert evaluate("centred_product('a', 'b', 'flag = 1')", "a, b, flag", rows) == pytest.approx(expected, abs=1e-6)
    shifted = [(x + shift, y - shift, flag) for x, y, flag in rows]
    values = evaluate("centred_product('a', 'b', 'flag = 1')", "a, b, flag", shifted)
    assert values == pytest.approx(expected, abs=1e-6)


def test_lags_respect_gaps_and_places() -> None:
    # place 1 has no 2003: the lag of 2004 is missing, not the value of 2002
    rows = [(1, 2001, 10.0), (1, 2002, 11.0), (1, 2004, 13.0), (2, 2002, 20.0), (2, 2003, 21.0)]
    lags = evaluate("lag_years('x', 'place', 1)", "place, year, x", rows)
    assert lags == [None, 10.0, None, None, 20.0]


def test_lags_of_missing_values_and_of_rows_in_any_order() -> None:
    # the year before is there, its value is not: missing; the order of the rows is that of a shuffled table
    rows = [(1, 2003, 12.0), (1, 2001, 10.0), (2, 2002, 20.0), (1, 2002, None), (2, 2001, 19.0)]
    assert evaluate("lag_years('x', 'place', 1)", "place, year, x", rows) == [None, None, 19.0, 10.0, None]


def test_a_lag_of_two_years_needs_that_year_and_not_the_one_between() -> None:
    # place 1 has no 2003: 2004 has its lag of 2002, 2005 has none; 2006 has that of 2004, which is missing there
    rows = [(1, 2001, 10.0), (1, 2002, 11.0), (1, 2004, None), (1, 2005, 14.0), (1, 2006, 15.0), (2, 2003, 21.0)]
    lags = evaluate("lag_years('x', 'place', 2)", "place, year, x", rows)
    assert lags == [None, None, 11.0, None, None, None]


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(1, 3), st.integers(2000, 2010)), st.none() | st.floats(-1e6, 1e6), min_size=1, max_size=25
    ),
    st.integers(1, 4),
)
def test_lags_equal_a_look_up(values: dict[tuple[int, int], float | None], years: int) -> None:
    rows = [(place, year, x) for (place, year), x in values.items()]
    lags = evaluate(f"lag_years('x', 'place', {years})", "place, year, x", rows)
    assert lags == [values.get((place, year - years)) for place, year, _ in rows]


SAMPLED = [(0.0, 1), (10.0, 1), (20.0, 1), (30.0, 1), (40.0, 1), (-5.0, 0), (99.0, 0), (15.0, 0), (None, 1)]


def test_winsorised_and_trimmed_by_hand() -> None:
    # Quantiles 0.1 and 0.9 of 0, 10, 20, 30, 40: positions 0.4 and 3.6, so 4 and 36. They bound other rows as well.
    winsorised = evaluate("winsorised('x', 's = 1', 0.1)", "x, s", SAMPLED)
    assert winsorised == pytest.approx([4, 10, 20, 30, 36, 4, 36, 15, None])
    trimmed = evaluate("without_outliers('x', 's = 1', 0.1)", "x, s", SAMPLED)
    assert trimmed == [None, 10, 20, 30, None, None, None, 15, None]


@pytest.mark.parametrize("macro", ["winsorised", "without_outliers"])
def test_percentile_zero_changes_nothing_and_no_sample_gives_nothing(macro: str) -> None:
    assert evaluate(f"{macro}('x', 's = 1', 0)", "x, s", SAMPLED) == [x for x, _ in SAMPLED]
    assert evaluate(f"{macro}('x', 's = 2', 0.1)", "x, s", SAMPLED) == [None] * len(SAMPLED)


def test_trimming_keeps_values_on_the_bounds() -> None:
    # Quantiles 0.25 and 0.75 of 0, 10, 20, 30, 40 are values of the sample: 10 and 30
    rows = [(value, 1) for value in (0.0, 10.0, 20.0, 30.0, 40.0)]
    assert evaluate("without_outliers('x', 's = 1', 0.25)", "x, s", rows) == [None, 10.0, 20.0, 30.0, None]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.integers(0, 1)), min_size=1, max_size=60),
    st.sampled_from([0.01, 0.05, 0.2, 0.49]),
)
def test_winsorised_and_trimmed_equal_numpy(rows: list[tuple[float, int]], percentile: float) -> None:
    rows = [*rows, (0.0, 1)]
    values = np.array([x for x, _ in rows])
    low, high = np.quantile([x for x, in_sample in rows if in_sample], [percentile, 1 - percentile])
    winsorised = evaluate(f"winsorised('x', 's = 1', {percentile})", "x, s", rows)
    assert winsorised == pytest.approx(np.clip(values, low, high), rel=1e-9, abs=1e-9)
    trimmed = evaluate(f"without_outliers('x', 's = 1', {percentile})", "x, s", rows)
    for value, kept in zip(values, trimmed, strict=True):
        # On a bound, to rounding, either answer is right.
        if min(abs(value - low), abs(value - high)) > 1e-9 * max(1, abs(low), abs(high)):
            assert kept == (value if low < value < high else None)


def test_above_sample_mean_compares_with_the_sample_only() -> None:
    # mean of the rows in the sample (flag 1): 2; to equal it is not to be above it
    rows = [(1.0, 1), (3.0, 1), (100.0, 0), (2.0, 0), (None, 1)]
    assert evaluate("above_sample_mean('x', 'flag = 1')", "x, flag", rows) == [False, True, True, False, None]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 1)), min_size=1, max_size=30), st.sampled_from((1, 64)))
def test_above_sample_mean_equals_numpy_in_any_unit(rows: list[tuple[int, int]], scale: int) -> None:
    rows = [*rows, (0, 1)]
    x, flag = np.array(rows).T
    # In whole numbers, x > sum / n is x n > sum, which has no rounding.
    expected = x * flag.sum() > x[flag == 1].sum()
    scaled = [(float(value * scale), member) for value, member in rows]
    assert evaluate("above_sample_mean('x', 'flag = 1')", "x, flag", scaled) == expected.tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.5", 12.5),
        (" 12.5\t", 12.5),
        ("-3", -3.0),
        ("+3", 3.0),
        ("1,234.5", 1234.5),
        ("1e3", 1000.0),
        ("\u300012\u00a0", 12.0),
        ("L42", None),
        ("1_2", None),
        ("12 34", None),
        ("57.78.", None),
        ("1,2345", None),
        ("·5", None),
        ("", None),
    ],
)
def test_a_number_is_a_number_only_by_the_strict_pattern(text: str, expected: float | None) -> None:
    assert evaluate("strict_number('t')", "t", [(text,)]) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019年", 2019),
        ("2019", 2019),
        ("2019.0", 2019),
        (" 2019 年", 2019),
        ("19", 19),
        ("2019-20", None),
        ("年", None),
    ],
)
def test_years(text: str, expected: int | None) -> None:
    assert evaluate("strict_year('t')", "t", [(text,)]) == [expected]


def test_cell_names() -> None:
    rows = [(0, 0), (4, 3), (0, 25), (9, 26), (0, 51), (0, 52), (99, 254), (0, 701), (0, 702), (1048575, 16383)]
    names = evaluate("cell_name('r', 'c')", "r, c", rows)
    assert names == ["A1", "D5", "Z1", "AA10", "AZ1", "BA1", "IU100", "ZZ1", "AAA1", "XFD1048576"]


def test_normalised_text_folds_brackets_blanks_and_case() -> None:
    texts = evaluate("normalise_text('t')", "t", [("\ufeff 地区 （亿元）　",), ("Index：％",)])
    assert texts == ["地区 (亿元)", "index:%"]

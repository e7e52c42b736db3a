"""The weighted indices of records: by hand, by property and in NumPy."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.macros import connection, sql

ROWS = st.lists(st.tuples(st.floats(0, 1e6), st.floats(0.01, 100)), min_size=1, max_size=40)


def indices(records: Iterable[tuple[float, float]]) -> tuple[float | None, float | None, float | None]:
    """Gini, Theil T and Theil L of (wage, weight), by the macros that the model uses."""
    wages, weights = zip(*records, strict=True)
    given = pa.table({"g": [1] * len(wages), "x": pa.array(wages, pa.float64()), "w": pa.array(weights, pa.float64())})
    connection().register("given", given)
    ((gini, theil_t, theil_l),) = (
        connection()
        .execute(
            f"""
            select {sql("weighted_gini('x', 'w', 'c')")}, {sql("weighted_theil_t('x', 'w')")},
                {sql("weighted_theil_l('x', 'w')")}
            from (select *, {sql("running_weight('w', 'x', 'g')")} as c from given)
            """
        )
        .fetchall()
    )
    return gini, theil_t, theil_l


def unit_weights(*wages: float) -> list[tuple[float, float]]:
    return [(wage, 1.0) for wage in wages]


def numpy_gini(records: list[tuple[float, float]]) -> float:
    """Half the relative mean absolute difference, over all pairs."""
    x, w = np.array(records).T
    differences = np.abs(x[:, None] - x[None, :])
    return float(w @ differences @ w / (2 * w.sum() * (w @ x)))


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        # 2 (1 x 1 + 2 x 2 + 3 x 3) / (3 x 6) - 4 / 3
        (unit_weights(1, 2, 3), 2 / 9),
        # 2 (1 x 1 + 2 x 1 + 3 x 4) / (3 x 6) - 4 / 3, whichever of the equal ones stands first
        (unit_weights(4, 1, 1), 1 / 3),
        # one of four has all: (n - 1) / n
        (unit_weights(0, 0, 0, 8), 3 / 4),
        (unit_weights(0, 1), 1 / 2),
        # (w x (2 C - w)) = 3 x 1 x 3 + 1 x 5 x 7, over W = 4 times 8, less 1
        ([(5.0, 1.0), (1.0, 3.0)], 44 / 32 - 1),
        (unit_weights(7, 7, 7), 0.0),
        ([(7.0, 0.3), (7.0, 1.1)], 0.0),
        (unit_weights(5), 0.0),
        ([(5.0, 0.37)], 0.0),
        (unit_weights(0, 0), None),
        (unit_weights(0), None),
    ],
)
def test_gini_by_hand(records: list[tuple[float, float]], expected: float | None) -> None:
    assert indices(records)[0] == (None if expected is None else pytest.approx(expected, abs=1e-15))


@pytest.mark.parametrize(
    ("records", "theil_t", "theil_l"),
    [
        # mean 2: (0.5 ln 0.5 + 1.5 ln 1.5) / 2 and -(ln 0.5 + ln 1.5) / 2
        (unit_weights(1, 3), (0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2, -(math.log(0.5) + math.log(1.5)) / 2),
        # mean 2, weights 3 and 1: (3 x 0.5 ln 0.5 + 2.5 ln 2.5) / 4
        (
            [(1.0, 3.0), (5.0, 1.0)],
            (1.5 * math.log(0.5) + 2.5 * math.log(2.5)) / 4,
            -(3 * math.log(0.5) + math.log(2.5)) / 4,
        ),
        # a wage of 0 adds nothing to T, and leaves L without a value
        (unit_weights(0, 1), math.log(2), None),
        (unit_weights(4, 4), 0.0, 0.0),
        (unit_weights(0, 0), None, None),
    ],
)
def test_theil_by_hand(records: list[tuple[float, float]], theil_t: float | None, theil_l: float | None) -> None:
    for value, expected in zip(indices(records)[1:], (theil_t, theil_l), strict=True):
        assert value == (None if expected is None else pytest.approx(expected, abs=1e-14))


@settings(max_examples=60, deadline=None)
@given(ROWS.filter(lambda rows: sum(wage * weight for wage, weight in rows) > 1e-3))
def test_gini_is_half_the_relative_mean_difference(records: list[tuple[float, float]]) -> None:
    assert indices(records)[0] == pytest.approx(numpy_gini(records), abs=1e-12)


def test_gini_of_many_records_is_half_the_relative_mean_difference() -> None:
    random = np.random.default_rng(1)
    records = list(zip(random.lognormal(10.8, 0.6, 2000).round(), random.uniform(0.5, 2.5, 2000), strict=True))
    assert indices(records)[0] == pytest.approx(numpy_gini(records), abs=1e-12)


def test_rounding_never_takes_an_index_below_zero() -> None:
    # Equal wages differ from their mean by rounding alone, which falls on either side.
    draw = np.random.default_rng(1)
    for number in range(2, 80):
        wages = np.full(number, draw.lognormal(10, 1))
        values = indices(zip(wages.tolist(), draw.uniform(0.5, 2.5, number).tolist(), strict=True))
        assert all(value is not None and 0 <= value < 1e-12 for value in values)


@settings(max_examples=60, deadline=None)
@given(ROWS.filter(lambda rows: max(wage for wage, _ in rows) > 1))
def test_bounds(records: list[tuple[float, float]]) -> None:
    gini, theil_t, theil_l = indices(records)
    shares = np.array([weight for _, weight in records]) / sum(weight for _, weight in records)
    assert gini is not None
    assert theil_t is not None
    assert 0 <= gini <= 1 - shares.min() + 1e-12
    assert 0 <= theil_t <= -math.log(shares.min()) + 1e-9
    assert (theil_l is None) == any(wage == 0 for wage, _ in records)
    assert theil_l is None or theil_l >= 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(1, 1e6), st.floats(0.01, 100)), min_size=1, max_size=30),
    st.floats(1e-3, 1e3),
    st.floats(1e-3, 1e3),
    st.randoms(use_true_random=False),
)
def test_units_order_and_split_records_do_not_matter(records: list, money: float, people: float, random) -> None:
    expected = [pytest.approx(value, abs=1e-11) for value in indices(records)]
    shuffled = random.sample(records, len(records))
    assert list(indices(shuffled)) == expected
    assert list(indices([(wage * money, weight * people) for wage, weight in records])) == expected
    halves = [(wage, weight / 2) for wage, weight in records for _ in range(2)]
    assert list(indices(halves)) == expected


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 1e6), st.integers(1, 5)), min_size=1, max_size=20))
def test_a_weight_is_a_record_repeated(records: list[tuple[float, int]]) -> None:
    repeated = [(wage, 1.0) for wage, weight in records for _ in range(weight)]
    weighted = [(wage, float(weight)) for wage, weight in records]
    assert list(indices(weighted)) == [pytest.approx(value, abs=1e-11) for value in indices(repeated)]

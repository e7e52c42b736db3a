"""Formulas of industrial structure, productivity and decomposition: by hand, by property, and in NumPy."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.indices_in_pandas import nested_theil
from tests.support.macros import connection, evaluate, sql

SHARES = ["y1", "y2", "y3"]
EMPLOYMENT = ["l1", "l2", "l3"]
DISTANCE = f"structure_distance({SHARES}, {EMPLOYMENT})"
COLUMNS = "y1, y2, y3, l1, l2, l3"


def simplex() -> st.SearchStrategy[tuple[float, ...]]:
    """Three positive shares that sum to one."""
    return st.tuples(*[st.floats(0.001, 1.0)] * 3).map(lambda parts: tuple(part / sum(parts) for part in parts))


def test_sector_shares_sum_to_one_and_need_every_sector() -> None:
    rows = [(10.0, 40.0, 50.0), (0.0, 0.0, 0.0), (1.0, None, 2.0), (-1.0, 1.0, 1.0)]
    shares = [evaluate(f"sector_share('{name}', {SHARES})", "y1, y2, y3", rows) for name in SHARES]
    assert [column[0] for column in shares] == [0.1, 0.4, 0.5]
    assert [column[1:] for column in shares] == [[None] * 3] * 3


def test_upgrading_quantity_by_hand() -> None:
    # 0.1 + 2 x 0.4 + 3 x 0.5; all primary; all tertiary
    rows = [(0.1, 0.4, 0.5), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)]
    assert evaluate(f"upgrading_quantity({SHARES})", "y1, y2, y3", rows) == pytest.approx([2.4, 1.0, 3.0])


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # 0.1 ln(0.1 / 0.4) + 0.4 ln(0.4 / 0.3) + 0.5 ln(0.5 / 0.3)
        ((0.1, 0.4, 0.5, 0.4, 0.3, 0.3), 0.1 * math.log(0.25) + 0.4 * math.log(4 / 3) + 0.5 * math.log(5 / 3)),
        # the same structure
        ((0.2, 0.3, 0.5, 0.2, 0.3, 0.5), 0.0),
        # no primary output: its term is 0, whatever its employment
        ((0.0, 0.5, 0.5, 0.2, 0.4, 0.4), math.log(1.25)),
        # primary output without employment
        ((0.1, 0.4, 0.5, 0.0, 0.5, 0.5), None),
    ],
)
def test_structure_distance_by_hand(row: tuple[float, ...], expected: float | None) -> None:
    (value,) = evaluate(DISTANCE, COLUMNS, [row])
    assert value == (None if expected is None else pytest.approx(expected, abs=1e-12))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(simplex(), simplex()), min_size=1, max_size=20))
def test_structure_distance_is_not_negative(pairs: list) -> None:
    rows = [(*output, *employment) for output, employment in pairs]
    for value, (output, employment) in zip(evaluate(DISTANCE, COLUMNS, rows), pairs, strict=True):
        assert value >= -1e-12
        assert value == pytest.approx(float(np.sum(np.array(output) * np.log(np.array(output) / employment))), abs=1e-9)


def test_sector_theil_by_hand() -> None:
    # values 1, 2, 3 about their mean 2: (0.5 ln 0.5 + 1 ln 1 + 1.5 ln 1.5) / 3; equal sizes; one sector only
    rows = [(1 / 6, 2 / 6, 3 / 6), (1 / 3, 1 / 3, 1 / 3), (0.0, 0.0, 1.0)]
    expected = [(0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 3, 0.0, math.log(3)]
    assert evaluate(f"sector_theil({SHARES})", "y1, y2, y3", rows) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.lists(simplex(), min_size=1, max_size=20))
def test_sector_theil_lies_between_zero_and_ln_3(rows: list) -> None:
    for value in evaluate(f"sector_theil({SHARES})", "y1, y2, y3", rows):
        assert -1e-12 <= value <= math.log(3) + 1e-12


def test_gap_to_others_by_hand() -> None:
    # year 1: 1 - (2 + 6) / 2, 2 - (1 + 6) / 2, 6 - (1 + 2) / 2; year 2: alone; a missing value is in no mean
    rows = [(1, 1.0), (1, 2.0), (1, 6.0), (2, 5.0), (1, None)]
    assert evaluate("gap_to_others('w', 'year')", "year, w", rows) == [-3.0, -1.5, 4.5, None, None]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.001, 10), min_size=2, max_size=30))
def test_gaps_are_deviations_from_the_mean_times_n_over_n_minus_1(wages: list[float]) -> None:
    gaps = evaluate("gap_to_others('w', 'year')", "year, w", [(1, wage) for wage in wages])
    n, mean = len(wages), sum(wages) / len(wages)
    assert gaps == pytest.approx([(wage - mean) * n / (n - 1) for wage in wages], abs=1e-9)


QUALITY = "upgrading_quality([('y1', 'q1'), ('y2', 'q2')], 'flag = 1')"


def test_upgrading_quality_by_hand() -> None:
    # Means over the sample (flag 1): q1 2, q2 20. 0.5 x 1 / 2 + 0.5 x 30 / 20; 0.25 x 3 / 2 + 0.75 x 10 / 20; outside
    # the sample on the same means: 1 x 4 / 2 + 0; a missing productivity is in no mean and leaves the row undefined.
    rows = [(0.5, 0.5, 1.0, 30.0, 1), (0.25, 0.75, 3.0, 10.0, 1), (1.0, 0.0, 4.0, 99.0, 0), (0.5, 0.5, None, 20.0, 1)]
    values = evaluate(QUALITY, "y1, y2, q1, q2, flag", rows)
    assert values == [1.0, 0.75, 2.0, None]
    # no productivity in the sample: no mean to divide by
    assert evaluate(QUALITY, "y1, y2, q1, q2, flag", [(0.5, 0.5, 0.0, 3.0, 1), (0.5, 0.5, 1.0, 3.0, 0)]) == [None, None]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(0.01, 1e3), st.floats(0.01, 1e3), st.integers(0, 1)),
        min_size=1,
        max_size=25,
    ),
    st.floats(0.01, 100),
)
def test_upgrading_quality_equals_numpy_and_has_no_dimension(rows: list[tuple], unit: float) -> None:
    rows = [(y, 1 - y, q1, q2, flag) for y, q1, q2, flag in [*rows, (0.5, 1.0, 1.0, 1)]]
    y1, y2, q1, q2, flag = np.array(rows).T
    expected = y1 * q1 / q1[flag == 1].mean() + y2 * q2 / q2[flag == 1].mean()
    assert evaluate(QUALITY, "y1, y2, q1, q2, flag", rows) == pytest.approx(expected, rel=1e-9)
    # each sector's productivity in a unit of its own
    scaled = [(y1, y2, q1 * unit, q2 / unit, flag) for y1, y2, q1, q2, flag in rows]
    assert evaluate(QUALITY, "y1, y2, q1, q2, flag", scaled) == pytest.approx(expected, rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*[st.floats(0, 1e4)] * 3), min_size=1, max_size=20), st.floats(0.01, 100))
def test_sector_shares_equal_numpy_in_any_unit(rows: list[tuple], unit: float) -> None:
    rows = [(*row[:2], row[2] + 0.1) for row in rows]
    values = np.array(rows)
    scaled = [tuple(value * unit for value in row) for row in rows]
    for number, name in enumerate(SHARES):
        expected = (values / values.sum(axis=1, keepdims=True))[:, number]
        for given_rows in (rows, scaled):
            found = evaluate(f"sector_share('{name}', {SHARES})", "y1, y2, y3", given_rows)
            assert found == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_one_negative_or_missing_sector_leaves_no_share_whichever_it_is() -> None:
    rows = [(1.0, 2.0, 3.0)]
    rows += [tuple(bad if at == number else 1.0 for at in range(3)) for number in range(3) for bad in (None, -0.5)]
    for name in SHARES:
        assert evaluate(f"sector_share('{name}', {SHARES})", "y1, y2, y3", rows)[1:] == [None] * 6


@settings(max_examples=30, deadline=None)
@given(st.lists(simplex(), min_size=1, max_size=20))
def test_upgrading_quantity_and_sector_theil_equal_numpy(rows: list) -> None:
    shares = np.array(rows)
    quantities = evaluate(f"upgrading_quantity({SHARES})", "y1, y2, y3", rows)
    assert quantities == pytest.approx(shares @ [1, 2, 3], abs=1e-12)
    assert all(1 - 1e-12 <= quantity <= 3 + 1e-12 for quantity in quantities)
    # from sizes and their mean, as the index is defined
    relative = shares / shares.mean(axis=1, keepdims=True)
    theil = (relative * np.log(relative)).mean(axis=1)
    assert evaluate(f"sector_theil({SHARES})", "y1, y2, y3", rows) == pytest.approx(theil, abs=1e-9)


def test_total_factor_productivity_by_hand() -> None:
    # Y = 3 K^0.4 L^0.6 at K = 32, L = 243: K^0.4 = 4, L^0.6 = 27; then no capital
    rows = [(3 * 4 * 27.0, 32.0, 243.0), (1.0, 0.0, 1.0)]
    values = evaluate("total_factor_productivity('y', 'k', 'l', '0.4')", "y, k, l", rows)
    assert values == [pytest.approx(3.0, rel=1e-12), None]


def test_capital_elasticity_recovers_a_cobb_douglas_function() -> None:
    rows = [(5 * k**0.35 * labour**0.65, k, labour) for k, labour in [(1.0, 2.0), (4.0, 3.0), (9.0, 1.0), (2.0, 8.0)]]
    values = evaluate("capital_elasticity('y', 'k', 'l')", "y, k, l", [*rows, (1.0, 0.0, 1.0), (0.0, 1.0, 1.0)], True)
    assert values == [pytest.approx(0.35, rel=1e-12)]


INPUTS = st.tuples(*[st.floats(0.01, 1e4)] * 3)


@settings(max_examples=30, deadline=None)
@given(st.lists(INPUTS, min_size=1, max_size=15), st.floats(0.05, 0.95))
def test_total_factor_productivity_equals_numpy_with_constant_returns(rows: list[tuple], alpha: float) -> None:
    call = f"total_factor_productivity('y', 'k', 'l', '{alpha}')"
    y, k, labour = np.array(rows).T
    expected = y / (k**alpha * labour ** (1 - alpha))
    assert evaluate(call, "y, k, l", rows) == pytest.approx(expected, rel=1e-9)
    # twice of all inputs and output: the same productivity; twice the output alone: twice
    assert evaluate(call, "y, k, l", [(2 * a, 2 * b, 2 * c) for a, b, c in rows]) == pytest.approx(expected, rel=1e-9)
    assert evaluate(call, "y, k, l", [(2 * a, b, c) for a, b, c in rows]) == pytest.approx(2 * expected, rel=1e-9)


@pytest.mark.parametrize("gap", [(0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0), (None, 1.0, 1.0), (1.0, -1.0, 1.0)])
def test_total_factor_productivity_needs_every_part(gap: tuple) -> None:
    rows = [(1.0, 1.0, 1.0), gap]
    assert evaluate("total_factor_productivity('y', 'k', 'l', '0.4')", "y, k, l", rows) == [1.0, None]


def test_capital_elasticity_by_hand() -> None:
    # ln(K / L): 0, 1, 2; ln(Y / L): 0, 2, 1; deviations -1, 0, 1 and -1, 1, 0: slope (1 + 0 + 0) / (1 + 0 + 1)
    e = math.e
    rows = [(1.0, 1.0, 1.0), (2 * e**2, 2 * e, 2.0), (3 * e, 3 * e**2, 3.0)]
    assert evaluate("capital_elasticity('y', 'k', 'l')", "y, k, l", rows, True) == [pytest.approx(0.5, rel=1e-12)]


@pytest.mark.parametrize("seed", range(1, 6))
def test_capital_elasticity_equals_numpy_in_any_unit(seed: int) -> None:
    draw = np.random.default_rng(seed)
    y, k, labour = draw.lognormal(2, 1, (3, 40))
    expected = np.polyfit(np.log(k / labour), np.log(y / labour), 1)[0]
    for scales in ((1, 1, 1), (1e4, 10, 0.001)):
        rows = list(zip(*((scales * np.array([y, k, labour]).T).T).tolist(), strict=True))
        (value,) = evaluate("capital_elasticity('y', 'k', 'l')", "y, k, l", rows, is_aggregate=True)
        assert value == pytest.approx(expected, rel=1e-9)


def test_capital_elasticity_is_null_without_variation() -> None:
    # the same capital intensity twice; one row; a second intensity that only a row without output has
    for rows in (
        [(1.0, 2.0, 1.0), (3.0, 4.0, 2.0)],
        [(1.0, 2.0, 1.0)],
        [(1.0, 2.0, 1.0), (0.0, 9.0, 1.0), (None, 5.0, 1.0)],
    ):
        assert evaluate("capital_elasticity('y', 'k', 'l')", "y, k, l", rows, is_aggregate=True) == [None]


def values_over(call: str, columns: str, places: list[tuple]) -> dict[str, float]:
    """The one row of a decomposition, by column, over places of these columns and of one year."""
    names = columns.split(", ")
    given = pa.table(
        dict(zip(names, map(list, zip(*places, strict=True)), strict=True)) | {"year": [2000] * len(places)}
    )
    connection().register("places", given)
    answer = connection().execute(sql(call))
    names = [name for name, *_ in answer.description]
    ((*values,),) = answer.fetchall()
    return dict(zip(names, values, strict=True))


def decomposition(places: list[tuple[str, float, float]]) -> dict[str, float]:
    """Decomposition of (group, population, income)."""
    return values_over("theil_decomposition('places')", "group_name, population, income", places)


def test_theil_decomposition_by_hand() -> None:
    # Two people with 1 and 3: mean 2. T = (0.5 ln 0.5 + 1.5 ln 1.5) / 2, L = (ln 2 + ln(2 / 3)) / 2. Each a group of
    # its own: all is between them.
    values = decomposition([("a", 1.0, 1.0), ("b", 1.0, 3.0)])
    t = (0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2
    index_l = (math.log(2) + math.log(2 / 3)) / 2
    assert values["theil_t"] == pytest.approx(t, abs=1e-14)
    assert values["theil_t_between"] == pytest.approx(t, abs=1e-14)
    assert values["theil_t_within"] == pytest.approx(0, abs=1e-14)
    assert values["theil_l"] == pytest.approx(index_l, abs=1e-14)
    # one group: all is within it
    values = decomposition([("a", 1.0, 1.0), ("a", 1.0, 3.0)])
    assert values["theil_t_between"] == pytest.approx(0, abs=1e-14)
    assert values["theil_t_within"] == pytest.approx(t, abs=1e-14)


def test_theil_decomposition_leaves_out_places_without_people_or_income() -> None:
    values = decomposition([("a", 1.0, 1.0), ("a", 1.0, 1.0), ("b", 0.0, 9.0), ("b", 1.0, 0.0)])
    assert values["places"] == 2
    assert values["theil_t"] == pytest.approx(0, abs=1e-14)


PLACES = st.lists(st.tuples(st.sampled_from("abc"), st.floats(0.1, 1e4), st.floats(0.1, 1e6)), min_size=2, max_size=25)


@settings(max_examples=40, deadline=None)
@given(PLACES, st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_theil_decomposition_is_additive_and_free_of_units(
    places: list[tuple[str, float, float]], people: float, money: float
) -> None:
    values = decomposition(places)
    for index in ("theil_t", "theil_l"):
        parts = values[f"{index}_between"] + values[f"{index}_within"]
        assert values[index] == pytest.approx(parts, abs=1e-12)
        assert values[index] >= -1e-12
        assert values[f"{index}_between"] >= -1e-12
        assert values[f"{index}_within"] >= -1e-12
    scaled = decomposition([(group, n * people, y * money) for group, n, y in places])
    assert scaled["theil_t"] == pytest.approx(values["theil_t"], abs=1e-9)
    assert scaled["theil_l_within"] == pytest.approx(values["theil_l_within"], abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(PLACES)
def test_theil_decomposition_equals_numpy(places: list[tuple[str, float, float]]) -> None:
    population = np.array([place[1] for place in places])
    income = np.array([place[2] for place in places])
    weight = population / population.sum()
    relative = income / (weight @ income)
    values = decomposition(places)
    assert values["theil_t"] == pytest.approx(float(weight @ (relative * np.log(relative))), abs=1e-10)
    assert values["theil_l"] == pytest.approx(float(-(weight @ np.log(relative))), abs=1e-10)


PARTS = ("_between", "_within", "_between_subgroups", "_within_subgroups")


def nested_decomposition(places: list[tuple[str, str, float, float]]) -> dict[str, float]:
    """Decomposition of (region, province, population, income) with provinces as subgroups."""
    call = "theil_decomposition('places', ['year'], 'province')"
    return values_over(call, "group_name, province, population, income", places)


def test_nested_decomposition_by_hand() -> None:
    # Four people with 1, 3, 2, 2 in three provinces of two regions; mean 2. Both regions have it: nothing between them.
    # Region a: provinces of one person with 1 and 3: T = (0.5 ln 0.5 + 1.5 ln 1.5) / 2, half of all income.
    values = nested_decomposition(
        [("a", "p", 1.0, 1.0), ("a", "q", 1.0, 3.0), ("b", "r", 1.0, 2.0), ("b", "r", 1.0, 2.0)]
    )
    t = (0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2
    index_l = (math.log(2) + math.log(2 / 3)) / 2
    assert values["theil_t"] == pytest.approx(t / 2, abs=1e-14)
    assert values["theil_t_between"] == pytest.approx(0, abs=1e-14)
    assert values["theil_t_between_subgroups"] == pytest.approx(t / 2, abs=1e-14)
    assert values["theil_t_within_subgroups"] == pytest.approx(0, abs=1e-14)
    assert values["theil_l_between_subgroups"] == pytest.approx(index_l / 2, abs=1e-14)


def test_nested_decomposition_puts_each_difference_on_its_level() -> None:
    # One province a region, incomes 1, 1 and 3, 3: all between regions.
    values = nested_decomposition(
        [("a", "p", 1.0, 1.0), ("a", "p", 1.0, 1.0), ("b", "q", 1.0, 3.0), ("b", "q", 1.0, 3.0)]
    )
    t = (0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2
    assert values["theil_t_between"] == pytest.approx(t, abs=1e-14)
    assert values["theil_t_between_subgroups"] == pytest.approx(0, abs=1e-14)
    assert values["theil_t_within_subgroups"] == pytest.approx(0, abs=1e-14)
    # The same people in one province: all within it. Weights count: three people with 1 and one with 3, mean 1.5.
    values = nested_decomposition([("a", "p", 3.0, 1.0), ("a", "p", 1.0, 3.0)])
    assert values["theil_t_within_subgroups"] == pytest.approx(0.5 * math.log(2 / 3) + 0.5 * math.log(2), abs=1e-14)
    assert values["theil_l_within_subgroups"] == pytest.approx(0.75 * math.log(1.5) + 0.25 * math.log(0.5), abs=1e-14)


def test_nested_decomposition_of_one_place_and_of_a_province_in_two_groups() -> None:
    # Edge: one place is equal to itself on every level.
    assert nested_decomposition([("a", "p", 5.0, 7.0)]) == {
        **{f"theil_{weight}{part}": 0.0 for weight in "tl" for part in ("", *PARTS)},
        "year": 2000,
        "places": 1,
    }
    # Edge: a province cut by a grouping of cities counts as two, so its cities' difference lies between the groups.
    values = nested_decomposition([("a", "p", 1.0, 1.0), ("b", "p", 1.0, 3.0)])
    assert values["theil_t_between"] == pytest.approx(values["theil_t"], abs=1e-14)
    # Edge: no income, no index
    assert nested_decomposition([("a", "p", 1.0, 2.0), ("b", "q", 1.0, 0.0), ("b", "q", 1.0, -1.0)])["places"] == 1


NESTED_PLACES = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("pqr"), st.floats(0.1, 1e4), st.floats(0.1, 1e6)),
    min_size=1,
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(NESTED_PLACES)
def test_nested_decomposition_is_additive_and_keeps_the_simple_one(places: list[tuple[str, str, float, float]]) -> None:
    values = nested_decomposition(places)
    simple = decomposition([(region, people, income) for region, _, people, income in places])
    for index in ("theil_t", "theil_l"):
        within = values[f"{index}_between_subgroups"] + values[f"{index}_within_subgroups"]
        assert values[f"{index}_within"] == pytest.approx(within, abs=1e-12)
        assert values[index] == pytest.approx(values[f"{index}_between"] + within, abs=1e-12)
        assert min(values[index + part] for part in PARTS) >= -1e-12
        for part in ("", "_between", "_within"):
            assert values[index + part] == pytest.approx(simple[index + part], abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(NESTED_PLACES)
def test_nested_decomposition_equals_numpy(places: list[tuple[str, str, float, float]]) -> None:
    values = nested_decomposition(places)
    for name, expected in nested_theil(places).items():
        assert values[name] == pytest.approx(expected, abs=1e-10), name

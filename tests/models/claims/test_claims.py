"""claims_check on the embedded default: every claim once, verdicts that follow from the numbers beside them."""

from __future__ import annotations

import duckdb
import pytest

from tests.support.macros import sql


@pytest.fixture(scope="module")
def claims(default_warehouse):
    return default_warehouse.sql("from claims_check").df().set_index(["study", "claim_id"])


def test_every_published_claim_is_one_simulated_row(default_warehouse, claims) -> None:
    listed = default_warehouse.sql("select study, claim_id from reference.published_claims").fetchall()
    assert sorted(listed) == sorted(claims.index)
    assert claims["is_simulated"].all()


def test_values_in_print_are_those_of_the_printed_tables(claims) -> None:
    """By hand from the tables: coefficients as printed, a ratio, a share of two counts, the two mediations."""
    expected = {
        ("trade_wage_share", "tw_08"): -1.363,
        ("trade_wage_share", "tw_32"): 1.842,
        ("trade_wage_share", "tw_41"): 3552,
        ("trade_wage_share", "tw_63"): 4019 / 225.42,
        ("innovative_city", "ic_12"): 0.0097,
        ("innovative_city", "ic_45"): 100 * 0.1389 * 0.1140 / (0.1389 * 0.1140 + 0.0341),
        ("innovative_city", "ic_50"): 100 * 0.1161 * 0.1502 / (0.1161 * 0.1502 + 0.0322),
    }
    for key, value in expected.items():
        assert claims.loc[key, "value_in_print"] == pytest.approx(value), key


def test_verdicts_in_print_tell_what_the_tables_contradict(claims) -> None:
    contradicted = {"tw_20", "tw_41", "tw_42", "tw_43", "ic_14", "ic_15", "ic_24", "ic_28"}
    fails = claims.index[claims["verdict_in_print"] == "fails"]
    assert {claim_id for _, claim_id in fails} == contradicted


def test_values_in_data_are_those_of_the_result_tables(default_warehouse, claims) -> None:
    """Recomputed here from the tables in Python: a scaled coefficient, stars, observations, a count, a mediation."""

    def one(query: str):
        ((value,),) = default_warehouse.sql(query).fetchall()
        return value

    card = "from replication_scorecard where spec_id = '{}' and term = '{}'"
    path = "select estimate from estimates where spec_id = '{}' and term = '{}'"
    delta, theta, phi = (
        one(path.format(*key))
        for key in (("ic_t5_m10_ais", "treat_post"), ("ic_t5_m10_theil", "ais"), ("ic_t5_m10_theil", "treat_post"))
    )
    expected = {
        ("trade_wage_share", "tw_08"): one("select estimate " + card.format("tw_t2_c1", "trade")),
        ("trade_wage_share", "tw_09"): one("select stars " + card.format("tw_t2_c1", "trade")),
        ("trade_wage_share", "tw_40"): one("select n from fits where spec_id = 'tw_t6_c7'"),
        ("trade_wage_share", "tw_11"): one("select first_stage_f from fits where spec_id = 'tw_t2_c8'"),
        ("innovative_city", "ic_23"): one(
            "select 100 * max(abs(after)) from matching_balance where spec_id = 'ic_t3_m5'"
        ),
        ("innovative_city", "ic_45"): 100 * delta * theta / (delta * theta + phi),
    }
    for key, value in expected.items():
        assert claims.loc[key, "value_in_data"] == pytest.approx(value, rel=1e-12), key
    # the printed unit of trade is a hundredth of ours
    ours = one(path.format("tw_t2_c1", "trade"))
    assert claims.loc[("trade_wage_share", "tw_08"), "value_in_data"] == pytest.approx(100 * ours)


def test_a_coefficient_holds_in_data_only_at_the_printed_digits(claims) -> None:
    coefficients = claims[(claims["unit"] == "coefficient") & claims["value_in_data"].notna()]
    assert len(coefficients) > 10
    for (_, claim_id), row in coefficients.iterrows():
        if claim_id == "ic_24":  # a second part of this claim compares two coefficients
            continue
        decimals = len(row["claimed"].partition(".")[2])
        holds = abs(row["value_in_data"] - float(row["claimed"])) <= 0.5 * 10**-decimals
        assert row["verdict_in_data"] == ("holds" if holds else "fails"), claim_id


def test_cities_in_deficit_are_counted_as_the_study_counts_them(default_warehouse, claims) -> None:
    frame = default_warehouse.sql(
        "select city_code, balance_side = 'deficit' as d from trade_wage_share "
        "where in_published_sample and is_complete"
    ).df()
    years = frame.groupby("city_code")["d"].agg(["sum", "count"])
    value = claims["value_in_data"]
    assert value["trade_wage_share", "tw_45"] == (years["sum"] > 9).sum()
    assert value["trade_wage_share", "tw_47"] == (years["sum"] == years["count"]).sum()


def test_a_claim_about_a_table_that_is_not_there_is_not_estimable(default_warehouse, claims) -> None:
    tables = {name for (name,) in default_warehouse.sql("select table_name from duckdb_tables()").fetchall()}
    rows = default_warehouse.sql("select study, claim_id, model from reference.claim_values").fetchall()
    absent = [(study, claim_id, model) for study, claim_id, model in rows if model and model not in tables]
    for study, claim_id, model in absent:
        row = claims.loc[(study, claim_id)]
        assert row["verdict_in_data"] == "not estimable"
        assert f"there is no table {model}" in row["sentence"]


def test_claims_that_no_data_decide_say_why(claims) -> None:
    open_ones = claims[claims["verdict_in_data"] == "not checkable"]
    assert open_ones["value_in_data"].isna().all()
    assert not open_ones["sentence"].str.contains("no data decide it").any()


RELATIONS = [
    # relation, claimed and half a unit of it, numbers, holds
    ("value", 0.5, 0.05, (0.54, None, None), True),
    ("value", 0.5, 0.05, (0.56, None, None), False),
    ("absolute", 2.0, 0.5, (-2.2, None, None), True),
    ("about", 80, 0, (73.0, None, None), True),
    ("about", 80, 0, (71.0, None, None), False),
    ("at_most", 3, 0, (2.0, None, None), False),
    ("at_most", 3, 0, (3.0, None, None), True),
    ("at_least", 10, 0, (12.0, None, None), False),
    ("at_least", 10, 0, (9.0, None, None), True),
    ("ratio", 2, 0.5, (4.0, 2.0, None), True),
    ("ratio", 2, 0.5, (4.0, 0.0, None), None),
    ("percent_ratio", 50, 0.5, (1.0, 2.0, None), True),
    ("percent_of_sum", 25, 0.5, (1.0, 3.0, None), True),
    ("percent_above", 50, 0.5, (3.0, 2.0, None), True),
    ("sum", 6, 0, (1.0, 2.0, 3.0), True),
    ("sum", 6, 0, (4.0, 2.0, None), True),
    ("difference", 21, 0, (28.0, 3.0, 4.0), True),
    ("above", 0, 0, (11.0, 10.0, None), True),
    ("above", 0, 0, (9.0, 10.0, None), False),
    ("larger_size", 0, 0, (-3.0, 2.0, None), True),
    ("opposite_sign", 0, 0, (-3.0, 2.0, None), True),
    ("opposite_sign", 0, 0, (3.0, 2.0, None), False),
    ("within_factor_two", 0, 0, (3.0, 2.0, None), True),
    ("within_factor_two", 0, 0, (5.0, 2.0, None), False),
    ("value", 0.5, 0.05, (None, None, None), None),
    ("larger_size", 0, 0, (None, 2.0, None), None),
]


@pytest.mark.parametrize(("relation", "claimed", "half_unit", "numbers", "holds"), RELATIONS)
def test_relations_on_exact_numbers(relation, claimed, half_unit, numbers, holds) -> None:
    columns = ", ".join(
        f"cast(${position} as double) as {name}{bound}"
        for position, name in enumerate(("first", "second", "third"), start=1)
        for bound in ("", "_low", "_high")
    )
    query = f"""
        with resolved as (
            select '{relation}' as relation, {claimed} as claimed, {claimed - half_unit} as claimed_low,
                {claimed + half_unit} as claimed_high, {columns}
        ),
        implied as (
            select *, {sql("claim_implied('low')")} as claim_implied_low,
                {sql("claim_implied('high')")} as claim_implied_high
            from resolved
        )
        select {sql("claim_holds()")} from implied
    """
    assert duckdb.execute(query, list(numbers)).fetchall() == [(holds,)]

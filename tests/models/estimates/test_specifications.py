"""The seed of specifications: every row can be estimated where its mart has every variable it names."""

from __future__ import annotations

import re

import duckdb
import numpy as np
import pandas as pd
import pytest

from estimation import run_specifications
from tests.support.macros import sql
from tests.support.models import keyed, run
from tests.support.project import seed_path
from tests.support.specifications import full_specifications

#: The elasticity of a city has one value a city, so city effects leave nothing of it: these rows say so on any data.
WITHOUT_VARIATION = {"tw_mpk_within", "tw_mpk_within_cl", "tw_mpl_within", "tw_mpl_within_cl"}
SQL_WORDS = {"and", "or", "not", "in", "is", "cast", "as", "integer", "coalesce", "false", "true", "null"}
SQL_WORDS |= {"centred_product", "lag_years"}
CATEGORIES = {
    "region": ["east", "central", "west"],
    "coast": ["coastal", "inland"],
    "balance_side": ["surplus", "deficit"],
}
PROVINCES = ["110000", "120000", "310000", "150000", "450000", "520000", "650000", "210000", "320000", "440000"]


@pytest.fixture(scope="module")
def seed() -> pd.DataFrame:
    """Regressions of the seed, a row a kind of standard errors."""
    return full_specifications()[full_specifications()["suite"] == "regression"]


@pytest.fixture(scope="module")
def marts(seed) -> duckdb.DuckDBPyConnection:
    """A mart a study, 60 places over 16 years, random in every variable that the specifications name."""
    connection = duckdb.connect()
    product = sql("centred_product('a', 'b')")
    connection.execute(f"create macro centred_product(a, b) as ({product})")
    lag = sql("lag_years('value', 'place', 'years', 'moment')")
    connection.execute(f"create macro lag_years(value, place, moment, years) as ({lag})")
    for mart, rows in seed.groupby("mart"):
        frame = _random_mart(rows)  # noqa: F841
        connection.execute(f"create table {mart} as from frame")
    return connection


def _random_mart(rows: pd.DataFrame) -> pd.DataFrame:
    generator = np.random.default_rng(1)
    places, years = 60, np.arange(2004, 2020)
    place, year = np.repeat(np.arange(places), len(years)), np.tile(years, places)
    cohort = np.where(place % 3 == 0, 2008 + place % 7, np.nan)
    made = {
        rows["unit_column"].iloc[0]: np.char.add("place", np.char.zfill(place.astype(str), 3)),
        "year": year,
        "cohort": pd.array(cohort, dtype="Int64"),
        "treat_post": year >= cohort,
        "province_code": np.array(PROVINCES)[place % len(PROVINCES)],
        "alpha_city": generator.uniform(0.2, 0.8, places)[place],
        "interpolated_columns": pd.array([None for _ in place], dtype="string"),
        "is_municipality": place < 4,
        "is_subprovincial": (place >= 4) & (place < 20),
    }
    for name in sorted(_names(rows) - set(made)):
        if name in CATEGORIES:
            made[name] = generator.choice(CATEGORIES[name], len(place))
        elif name.startswith(("is_", "in_")):
            made[name] = (generator.uniform(size=places) < 0.7)[place]
        else:
            made[name] = generator.normal(size=len(place))
    made["in_published_sample"] = year >= 2005
    return pd.DataFrame(made)


def _names(rows: pd.DataFrame) -> set[str]:
    """Mart columns that expressions and rules name: words outside quotes that are no SQL and no name of a variable."""
    names: set[str] = set()
    for column in ("dependent", "endogenous", "regressors", "instruments"):
        for text in rows[column].dropna():
            names |= {word for part in text.split(";") for word in _words(part.partition("=")[2] or part)}
    for text in rows["sample"]:
        names |= _words(text)
    return names


def _words(text: str) -> set[str]:
    return set(re.findall(r"\b[a-z_]\w*", re.sub(r"'[^']*'", "", text))) - SQL_WORDS


def test_every_specification_is_estimable_where_its_variables_are(seed, marts) -> None:
    output = run_specifications(marts, seed)
    status = output[output["part"] == "status"].pivot(index="spec_id", columns="statistic", values="detail")
    failed = status[status["status"] != "estimated"]
    assert set(failed.index) == WITHOUT_VARIATION, failed["reason"].to_dict()
    assert status["reason"].drop(failed.index).isna().all(), "nothing is dropped for collinearity"
    named = output[(output["part"] == "estimates") & (output["statistic"] == "term")]
    terms = named.groupby("spec_id")["detail"].agg(set)
    printed = pd.read_csv(seed_path("published_estimates"), dtype={"column_number": str})
    published = seed[seed["is_published"]].merge(printed, on=["study", "table_number", "column_number"])
    assert len(published) == len(printed)
    for row in published.to_dict("records"):
        assert row["term"] in terms[row["spec_id"]], row["spec_id"]


def test_every_printed_column_of_every_study_has_one_published_specification(seed) -> None:
    key = ["study", "table_number", "column_number"]
    printed = pd.read_csv(seed_path("published_fits"), dtype={"column_number": str})[key]
    published = seed.loc[seed["is_published"], key].astype({"table_number": int})
    assert sorted(map(tuple, published.to_numpy())) == sorted(map(tuple, printed.to_numpy()))


def test_a_list_of_errors_is_a_row_each_and_the_first_keeps_the_name(seed) -> None:
    differ = {"spec_id", "is_published", "twin_of", "reading", "vcov", "cluster_column"}
    same = [name for name in seed.columns if name not in differ]
    twins = seed[seed["twin_of"].notna()].set_index("twin_of")
    first = seed[seed["twin_of"].isna()].set_index("spec_id")
    pd.testing.assert_frame_equal(twins[same], first.loc[twins.index, same], check_names=False)
    assert not twins["is_published"].any()
    assert (twins["spec_id"] == twins.index + "_cl").all()
    assert (twins["cluster_column"] == twins["unit_column"]).all()


def test_every_published_regression_is_clustered_by_place_as_well(seed) -> None:
    clustered = seed[(seed["vcov"] == "cluster") & seed["twin_of"].notna()]
    assert set(seed.loc[seed["is_published"], "spec_id"]) <= set(clustered["twin_of"])


def test_a_row_says_of_its_errors_and_defaults_what_differs() -> None:
    """By hand: defaults of the study, what the row says instead, names and words of further errors."""
    study = {"study": "s", "mart": "m", "unit_column": "town_code", "time_column": "year", "cohort_column": None}
    study |= {"sample": "true", "errors": "classical; cluster", "unit_effects": "absorbed", "time_effects": "dummies"}
    row = dict.fromkeys(("table_number", "column_number", "printed_in", "endogenous", "instruments", "options"))
    row |= {"study": "s", "suite": "regression", "label": "l", "is_published": False, "data_scope": "further reading"}
    row |= {"dependent": "y", "regressors": "x = a + b; z", "reading": None, "sample": None, "r2_kind": None}
    row |= {"unit_effects": None, "time_effects": "none"}
    rows = [
        {**row, "spec_id": "plain", "errors": None},
        {**row, "spec_id": "own", "errors": "hc1; classical ;cluster(province_code)", "reading": "as printed"},
        {**row, "spec_id": "other", "errors": "cluster", "suite": "placebo", "sample": "year > 2000"},
    ]
    found = keyed(
        run("full_specifications", specifications=rows, studies=[study | {"r2_kind": "overall"}])[
            "full_specifications"
        ],
        "spec_id",
    )
    names = ("plain", "plain_cl", "own", "own_classical", "own_cl_province_code", "other")
    assert set(found) == {(name,) for name in names}
    plain, plain_cl, own, own_classical, own_cl, other = (found[(name,)] for name in names)
    assert (plain["vcov"], plain["reading"]) == ("classical", None)
    assert (plain["cluster_column"], plain["twin_of"]) == (None, None)
    assert (plain["sample"], plain["unit_effects"], plain["time_effects"]) == ("true", "absorbed", "none")
    assert (plain["r2_kind"], plain["main_variable"], plain["mart"]) == ("overall", "x", "m")
    assert (plain_cl["cluster_column"], plain_cl["twin_of"]) == ("town_code", "plain")
    assert plain_cl["reading"] == "clustered by town"
    assert (own["vcov"], own["reading"]) == ("hc1", "as printed")
    assert (own_classical["vcov"], own_classical["reading"]) == ("classical", "as printed; classical errors")
    assert (own_cl["cluster_column"], own_cl["reading"]) == ("province_code", "as printed; clustered by province")
    assert (other["sample"], other["unit_effects"], other["cluster_column"]) == ("year > 2000", None, "town_code")

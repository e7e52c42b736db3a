"""The seed of specifications: every row can be estimated where its mart has every variable it names."""

from __future__ import annotations

import re
from collections import Counter

import duckdb
import numpy as np
import pandas as pd
import pytest

from estimation import run_specifications
from tests.support.macros import sql
from tests.support.project import seed_path, seed_rows

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
    texts = ["twin_of", "column_number", "cluster_column", "endogenous", "instruments", "matching"]
    return pd.read_csv(seed_path("specifications"), dtype=dict.fromkeys(texts, str))


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
        "interpolated_indicators": [[] for _ in place],
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
    no_columns = pd.DataFrame({"study": [], "column_name": [], "indicators": []}, dtype=str)
    output = run_specifications(marts, seed, no_columns)
    status = output[output["kind"] == "status"].set_index("spec_id")
    failed = status[status["statistic"] != "estimated"]
    assert set(failed.index) == WITHOUT_VARIATION, failed["detail"].to_dict()
    assert status["detail"].drop(failed.index).isna().all(), "nothing is dropped for collinearity"
    terms = output[output["kind"] == "estimate"].groupby("spec_id")["term"].agg(set)
    printed = pd.read_csv(seed_path("published_estimates"), dtype={"column_number": str})
    published = seed[seed["is_published"]].merge(printed, on=["study", "table_number", "column_number"])
    assert len(published) == len(printed)
    for row in published.to_dict("records"):
        assert row["term"] in terms[row["spec_id"]], row["spec_id"]


def test_a_study_has_as_many_published_specifications_as_printed_columns(seed) -> None:
    counts = seed[seed["is_published"]].groupby("study").size().to_dict()
    assert counts == Counter(row["study"] for row in seed_rows("published_fits"))
    assert {"import_inequality": 15, "trade_wage_share": 35, "innovative_city": 15}.items() <= counts.items()


def test_every_specification_has_a_twin_that_differs_in_its_errors_only(seed) -> None:
    differ = {"spec_id", "is_published", "twin_of", "reading", "vcov", "cluster_column"}
    same = [name for name in seed.columns if name not in differ]
    twins = seed[seed["twin_of"].notna()].set_index("twin_of")
    first = seed[seed["twin_of"].isna()].set_index("spec_id")
    assert set(twins.index) == set(first.index)
    pd.testing.assert_frame_equal(twins.loc[first.index, same], first[same], check_names=False)
    assert (twins["vcov"] == "cluster").all()
    assert (twins["spec_id"] == twins.index + "_cl").all()

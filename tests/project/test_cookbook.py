"""The queries of analysis/ ask one question each, run on the embedded default, and say what their page says."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from reporting.warehouse import opened
from tests.support.cookbook import PAGE, SUBJECTS, Answer, Query, answer, page, queries
from tests.support.warehouse import ROOT, dbt

QUERIES = {query.name: query for query in queries()}
#: seconds that a query may take, on a machine that does other things as well
TIME_LIMIT = 2

every_query = pytest.mark.parametrize("query", QUERIES.values(), ids=list(QUERIES))


@pytest.fixture(scope="module")
def warehouse(default_warehouse_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The embedded default as `regional query` opens it: read-only, no file within reach."""
    with opened(str(default_warehouse_file)) as connection:
        yield connection


def frame(warehouse: duckdb.DuckDBPyConnection, sql: str) -> pd.DataFrame:
    return warehouse.execute(sql).df()


def answer_of(warehouse: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    given = answer(warehouse, QUERIES[name].sql)
    return pd.DataFrame(given.rows, columns=list(given.columns))


def test_there_are_enough_questions_each_of_one_subject() -> None:
    assert len(QUERIES) >= 20
    assert sorted(name for names in SUBJECTS.values() for name in names) == sorted(QUERIES)
    assert len({query.question for query in QUERIES.values()}) == len(QUERIES)


@every_query
def test_a_query_begins_with_its_question(query: Query) -> None:
    assert re.match(r"[A-Z][^?]+\?$", query.question)
    (statement,) = duckdb.extract_statements(query.sql)
    assert statement.type.name == "SELECT"


@every_query
def test_what_one_would_change_stands_first(query: Query) -> None:
    """As a CTE `settings`, before any other, where a query has one."""
    ctes = re.findall(r"^(\w+) as \($", query.sql, flags=re.MULTILINE)
    assert "settings" not in ctes[1:]
    assert "select " not in query.sql.partition("settings as (")[0] or "settings" not in query.sql


@every_query
def test_a_query_answers_with_named_columns_in_time(query: Query, warehouse: duckdb.DuckDBPyConnection) -> None:
    begun = time.monotonic()
    given = answer(warehouse, query.sql)
    assert time.monotonic() - begun < TIME_LIMIT
    assert given.rows
    assert len(set(given.columns)) == len(given.columns)
    assert [name for name in given.columns if not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == []
    infinite = [value for row in given.rows for value in row if isinstance(value, float) and not abs(value) < 1e300]
    assert infinite == []


@every_query
def test_the_order_of_an_answer_is_complete(query: Query, warehouse: duckdb.DuckDBPyConnection) -> None:
    """No two rows share the values that the last `order by` names: another run gives the same order."""
    before, _, after = query.sql.rpartition("\norder by")
    keys = re.sub(r"\n?limit \d+|\b(?:asc|desc|nulls (?:first|last))\b", "", after)
    assert before, "it has no order"
    assert answer(warehouse, f"{before}\nqualify count(*) over (partition by {keys}) > 1").rows == []


def test_dbt_compiles_every_query(tmp_path: Path) -> None:
    done = dbt("compile", "--select", "path:analysis", warehouse=tmp_path / "regional.duckdb")
    assert done.returncode == 0, done.stdout
    compiled = {
        path.stem: path for path in (tmp_path / "regional.work" / "target" / "compiled").rglob("analysis/*.sql")
    }
    assert compiled.keys() == QUERIES.keys()
    for name, path in compiled.items():
        assert path.read_text(encoding="utf-8").strip() == QUERIES[name].sql.strip()


def test_the_page_shows_what_the_queries_answer(warehouse: duckdb.DuckDBPyConnection) -> None:
    said = PAGE.read_text(encoding="utf-8")
    assert "**SIMULATED**" in said[:2000]
    assert said == page(warehouse), "write it again: python -m tests.support.cookbook, after make build"


def test_the_page_on_queries_and_the_one_on_loading_are_linked() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(docs/cookbook.md)" in readme
    assert "(docs/loading.md)" in readme


def test_the_tests_of_order_and_names_find_what_is_wrong(warehouse: duckdb.DuckDBPyConnection) -> None:
    loose = Query("loose", "", "", "select year from province_panel\norder by year")
    with pytest.raises(AssertionError):
        test_the_order_of_an_answer_is_complete(loose, warehouse)
    with pytest.raises(AssertionError):
        test_a_query_answers_with_named_columns_in_time(Query("x", "", "", "select count(*) from fits"), warehouse)


def test_the_gap_is_that_of_the_panel(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Ratios and their change from the incomes of the panel, in pandas."""
    given = answer_of(warehouse, "gap_closed_by_province").set_index("province")
    panel = frame(warehouse, "from province_panel where year in (2013, 2020)")
    ratios = (panel["urban_income_cny"] / panel["rural_income_cny"]).groupby([panel["province_name_en"], panel["year"]])
    wide = ratios.first().unstack()
    change = 100 * ((wide[2020] / wide[2013]) ** (1 / 7) - 1)
    assert len(given) == 31
    for province, row in given.iterrows():
        assert row["ratio_first"] == pytest.approx(wide.loc[province, 2013], abs=6e-4)
        assert row["change_pct_a_year"] == pytest.approx(change[province], abs=6e-3)
    assert given["change_pct_a_year"].is_monotonic_increasing


def test_a_coefficient_is_traced_to_every_cell_of_its_sample(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Without its city, the query reaches cells of every variable of every observation of the fit."""
    query = QUERIES["coefficient_to_cells"].sql
    condition = "on settings.city_code = observation.city_code and settings.observation_year = observation.year"
    assert query.count(condition) == 1
    wide = query.replace(condition, "on true").replace(
        "    observation.year,", "    observation.city_code,\n    observation.year,"
    )
    cells = frame(warehouse, wide)
    ((n,),) = warehouse.sql("select n from fits where spec_id = 'ic_t2_m4'").fetchall()
    variables = {"theil", "ln_agdp", "ln_agdp_sq", "open", "gov", "talents", "ainternet", "urban"}
    assert len(cells[["city_code", "year"]].drop_duplicates()) == n
    assert len(cells[["city_code", "year", "variable"]].drop_duplicates()) == n * len(variables)
    assert set(cells["variable"]) == variables
    one = answer_of(warehouse, "coefficient_to_cells")
    # a derived value has cells of all its parts: an index needs both incomes, and the people
    assert set(one.loc[one["variable"] == "theil", "part"]) == {"rural_income", "urban_income", "urbanisation_rate"}


def test_parts_of_the_decomposition_sum_to_the_whole(warehouse: duckdb.DuckDBPyConnection) -> None:
    given = answer_of(warehouse, "theil_between_and_within").dropna()
    parts = given["cities_between_regions_pct"] + given["between_provinces_pct"] + given["within_provinces_pct"]
    assert len(given) > 5
    assert parts.to_numpy() == pytest.approx([100] * len(given), abs=0.2)


def test_means_without_marked_values_are_those_of_the_mart(warehouse: duckdb.DuckDBPyConnection) -> None:
    given = answer_of(warehouse, "means_without_filled_or_flagged").set_index("variable")
    mart = frame(warehouse, "from trade_wage_share where in_published_sample and wage is not null")
    # the wage share rests on the wage bill and GDP
    marked = (
        mart["spliced_indicators"]
        .fillna("")
        .str.split(", ")
        .map(lambda names: bool({"wage_bill_onpost", "gdp"} & set(names)))
    )
    assert 0 < marked.sum() == given.loc["wage", "spliced"]
    difference = 100 * (mart.loc[~marked, "wage"].mean() - mart["wage"].mean()) / mart["wage"].std()
    assert given.loc["wage", "without_spliced_pct_sd"] == pytest.approx(difference, abs=6e-3)


def test_city_sums_are_those_of_the_panels(warehouse: duckdb.DuckDBPyConnection) -> None:
    given = answer_of(warehouse, "city_sums_against_provinces").set_index("province")
    cities = frame(warehouse, "from city_panel where year = 2016").groupby("province_code")["gdp_100m_cny"].sum()
    provinces = frame(warehouse, "from province_panel where year = 2016").set_index("province_code")
    for code, province in provinces.iterrows():
        expected = 100 * cities[code] / province["gdp_100m_cny"]
        assert given.loc[province["province_name_en"], "cities_gdp_pct"] == pytest.approx(expected, abs=0.06)


def test_convergence_is_the_regression_of_growth_on_the_level(warehouse: duckdb.DuckDBPyConnection) -> None:
    given = answer_of(warehouse, "convergence").set_index("year")
    mart = frame(warehouse, "from city_convergence where year = 2010 and in_sample and not is_boundary_change")
    pair = mart[["growth_per_registered", "l_ln_gdp_per_registered"]].dropna()
    beta = pair.cov().iloc[0, 1] / pair["l_ln_gdp_per_registered"].var()
    assert given.loc[2010, "cities_with_growth"] == len(pair)
    assert given.loc[2010, "beta"] == pytest.approx(beta, abs=6e-5)
    assert given.loc[2010, "sigma"] == pytest.approx(mart["ln_gdp_per_registered"].std(), abs=6e-5)


def test_pilots_change_as_their_means_do(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Cohort 2018: three years before, and from 2018 on, for pilots and those never treated."""
    row = answer_of(warehouse, "pilots_by_cohort").set_index("cohort").loc[2018]
    mart = frame(warehouse, "from innovative_city where is_study_city and year between 2015 and 2020")
    sides = mart.assign(after=mart["year"] >= 2018).pivot_table("theil", "city_code", "after", aggfunc="mean").dropna()
    change = sides[True] - sides[False]
    cohorts = mart.groupby("city_code")["cohort"].first().reindex(change.index)
    assert row["pilots_with_theil"] == (cohorts == 2018).sum()
    assert row["others_with_theil"] == cohorts.isna().sum()
    assert row["change_of_pilots"] == pytest.approx(change[cohorts == 2018].mean(), abs=6e-5)
    assert row["change_of_others"] == pytest.approx(change[cohorts.isna()].mean(), abs=6e-5)


def test_files_give_all_cells_of_the_panels(warehouse: duckdb.DuckDBPyConnection) -> None:
    given = answer_of(warehouse, "files_of_a_panel")
    counts = "select count(*) from city_provenance union all select count(*) from province_provenance"
    assert given["value_cells"].sum() == sum(count for (count,) in warehouse.sql(counts).fetchall())
    assert set(given["path"]) == {path for (path,) in warehouse.sql("select path from ledger.ledger").fetchall()}


def test_an_answer_keeps_the_order_of_its_columns(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert answer(warehouse, "select 1 as b, 2 as a") == Answer(("b", "a"), [(1, 2)])

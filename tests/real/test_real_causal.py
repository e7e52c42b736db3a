"""The causal suites on the real yearbooks: what has its variables is estimated, what has not says which it lacks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.warehouse import ROOT, built, rows_of

REAL = ROOT.parent / "shared" / "data"

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not (REAL / "ccsy").is_dir(),
        reason="the real editions are not there: expected the folder ../shared/data/ccsy beside the project",
    ),
    pytest.mark.skipif("REGIONAL_ALL_EDITIONS" not in os.environ, reason="minutes long: make verify runs it"),
]


#: what the suites other than single regressions say of themselves
SUITES = "from specification_status where suite <> 'regression'"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("real_causal") / "regional.duckdb"
    variables = "{placebo_draws: 100, bootstrap_draws: 100, curve_fits: 50}"
    return built(
        REAL,
        path,
        "--select",
        "+path:models/claims",
        "+path:models/history",
        "--exclude-resource-type",
        "test",
        "--vars",
        variables,
    )


def test_what_is_not_estimable_lacks_variables(warehouse: Path) -> None:
    rows = rows_of(
        warehouse,
        f"select spec_id, reason from ({SUITES}) where status <> 'estimated' and reason not like "
        "'no value in the sample: %' and reason not like 'no row has every variable; years with values: %'",
    )
    assert rows == []


def test_suites_run_on_what_cities_print(warehouse: Path) -> None:
    """Upgrading and rationalisation are printed; incomes of cities and design patents are not."""
    rows = rows_of(
        warehouse,
        f"select spec_id from ({SUITES}) where data_scope = 'available data' and status <> 'estimated'",
    )
    assert rows == [("tw_data_mediation_rd",)]
    suites = rows_of(
        warehouse,
        f"select distinct suite from ({SUITES}) where status = 'estimated'",
    )
    assert len(suites) == 8
    assert rows_of(
        warehouse,
        f"select count(*) from ({SUITES}) where outcome = 'theil' and n is not null",
    ) == [(0,)]


def test_years_without_an_edition_are_no_years_of_the_sample(warehouse: Path) -> None:
    rows = rows_of(warehouse, "select distinct time from twfe_weights_by_cell order by time")
    assert [year for (year,) in rows] == [2008, 2009, 2010, 2011, 2012, 2014, 2015, 2016, 2018]
    periods = f"select distinct n_periods from ({SUITES}) where spec_id like 'ic_data_%' and n is not null"
    assert rows_of(warehouse, periods) == [(11,)]


def test_draws_are_those_of_the_vars(warehouse: Path) -> None:
    assert rows_of(warehouse, "select distinct draws from placebo_summary") == [(100,)]
    assert rows_of(warehouse, "select max(fit) from specification_curve") == [(50,)]
    assert rows_of(warehouse, "select distinct draws from mediation") == [(100,)]
    assert rows_of(warehouse, f"select bool_or(is_simulated) from ({SUITES})") == [(False,)]

"""The audit of printed numbers: silent on studies that are true up to rounding, and exact on planted errors.

The SQL is the models' own, compiled by dbt once a session; the reference tables are made here, in memory.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tests.support.made_up_study import SEEDS, STUDY, Tables, clean
from tests.support.project import seed_path
from tests.support.specifications import full_specifications
from tests.support.warehouse import dbt

Finding = tuple[str, int | None, str | None, str | None, str]  # kind, table, column, term, subject


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The compiled SQL of each model of the audit, in an order in which they can be run."""
    warehouse = tmp_path_factory.mktemp("audit") / "regional.duckdb"
    selection = ("path:models/audit", "published_audit", "audit_coverage")
    # the SQL of a test asks the table for its columns, and there is none
    no_tests = ("--exclude", "test_type:data", "test_type:unit")
    done = dbt("compile", "--select", *selection, *no_tests, warehouse=warehouse)
    assert done.returncode == 0, done.stdout
    folder = warehouse.with_suffix(".work") / "target" / "compiled" / "regional_inequality" / "models"
    compiled = {path.stem: path.read_text(encoding="utf-8") for path in folder.rglob("*.sql")}
    needs = {
        name: {other for other in re.findall(r'"regional"\."(?:audit|main)"\."(\w+)"', text) if other in compiled}
        for name, text in compiled.items()
    }
    return {name: compiled[name] for name in TopologicalSorter(needs).static_order()}


def audited(models: dict[str, str], tables: Tables) -> duckdb.DuckDBPyConnection:
    """A database in memory with the reference tables and every model of the audit."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as regional")
    for schema in ("reference", "estimation", "audit"):
        connection.execute(f"create schema regional.{schema}")
    for seed, columns in SEEDS.items():
        home = "estimation" if seed == "full_specifications" else "reference"
        connection.execute(f"create table regional.{home}.{seed} ({columns})")
        names = [column.split()[0] for column in columns.split(",")]
        texts = {
            name: pa.array(
                [None if (value := row.get(name)) is None else str(value) for row in tables[seed]], pa.string()
            )
            for name in names
        }
        given = pa.table(texts)  # noqa: F841 (DuckDB reads it by name)
        connection.execute(f"insert into regional.{home}.{seed} select * from given")
    for name, sql in models.items():
        schema = "main" if name in ("published_audit", "audit_coverage") else "audit"
        connection.execute(f"create table regional.{schema}.{name} as {sql}")
    return connection


def renamed(tables: Tables, study: str) -> Tables:
    """The same study under another name, in its keys too."""
    return {
        seed: [
            {name: value.replace(STUDY, study) if isinstance(value, str) else value for name, value in row.items()}
            for row in rows
        ]
        for seed, rows in tables.items()
    }


def together(*studies: Tables) -> Tables:
    return {seed: [row for tables in studies for row in tables[seed]] for seed in SEEDS}


def findings(connection: duckdb.DuckDBPyConnection) -> dict[str, set[Finding]]:
    """Contradictions and implausible checks of each study that has any."""
    rows = connection.execute("""
        select study, check_kind, table_number, column_number, term, subject
        from regional.main.published_audit
        where verdict in ('contradiction', 'implausible')
    """).fetchall()
    return {study: {tuple(row[1:]) for row in rows if row[0] == study} for study in {row[0] for row in rows}}


def test_every_kind_of_check_is_made_of_a_clean_study_and_none_finds_anything(models: dict[str, str]) -> None:
    connection = audited(models, clean())
    kinds = dict(
        connection.execute("""
            select check_kind, count(*) filter (where verdict = 'consistent')
            from regional.main.published_audit group by check_kind
        """).fetchall()
    )
    assert findings(connection) == {}
    assert set(kinds) == {finding[0] for _, expected in PLANTED.values() for finding in expected} - {"scale_of_ratio"}
    assert min(kinds.values()) > 0  # each kind can tell something


def test_rounding_alone_is_never_a_finding(models: dict[str, str]) -> None:
    studies = {
        f"{vcov}, {decimals} decimals, seed {seed}": clean(seed, decimals, vcov, prints_t=seed % 2 == 0)
        for vcov in ("classical", "hc1")
        for decimals in (2, 3, 5)
        for seed in range(1, 6)
    }
    tables = together(*(renamed(tables, study) for study, tables in studies.items()))
    assert findings(audited(models, tables)) == {}


def test_a_number_in_no_check_is_shown_until_it_is_exempt(models: dict[str, str]) -> None:
    tables = clean()
    tables["published_claims"].append({"study": STUDY, "claim_id": "c_new", "value": "12"})
    connection = audited(models, tables)
    unchecked = "select term, exempt_because from regional.main.audit_coverage where checks = 0 order by term"
    assert connection.execute(unchecked).fetchall() == [
        ("c_new", None),
        ("c_unseen", "a number of something not printed"),
    ]


# Planted errors: each changes one printed number (or what the text says of it) of the clean study.


def row(tables: Tables, seed: str, **where: Any) -> dict[str, Any]:
    (found,) = [row for row in tables[seed] if all(row[name] == value for name, value in where.items())]
    return found


def coefficient(tables: Tables, table: int, column: str, term: str) -> dict[str, Any]:
    return row(tables, "published_estimates", table_number=table, column_number=column, term=term)


def reprint(tables: Tables, table: int, column: str, term: str, **changes: float) -> None:
    """Change an estimate or what stands beneath, in number and text."""
    cell = coefficient(tables, table, column, term)
    cell |= changes
    cell["printed"] = f"{cell['estimate']:.4f}{'*' * cell['stars']} ({cell['paren_value']:.4f})"


def printed_fit(tables: Tables, table: int, column: str) -> dict[str, Any]:
    return row(tables, "published_fits", table_number=table, column_number=column)


def plant_stars(tables: Tables) -> None:
    coefficient(tables, 3, "1", "w")["stars"] = 1


def plant_part(tables: Tables) -> None:
    printed_fit(tables, 3, "1")["observations"] += 5


def plant_leftover(tables: Tables) -> None:
    printed_fit(tables, 6, "2")["observations"] -= 5


def plant_slope(tables: Tables) -> None:
    high = coefficient(tables, 3, "2", "x")["estimate"]
    reprint(tables, 3, "1", "x", estimate=high + 0.1)


def plant_lag(tables: Tables) -> None:
    printed_fit(tables, 6, "1")["observations"] += 3


def plant_f(tables: Tables) -> None:
    printed_fit(tables, 5, "1")["f_stat"] *= 1.5


def plant_cragg_donald(tables: Tables) -> None:
    printed_fit(tables, 2, "4")["other_stat_value"] *= 2


def plant_two_stage_r2(tables: Tables) -> None:
    printed_fit(tables, 2, "4")["r2"] = 0.999


def plant_r2(tables: Tables) -> None:
    small, large = printed_fit(tables, 2, "1"), printed_fit(tables, 4, "2")
    small["r2"] = round((small["r2"] + printed_fit(tables, 2, "2")["r2"]) / 2, 3)
    assert small["r2"] < large["r2"]


def plant_total(tables: Tables) -> None:
    reprint(tables, 4, "3", "x", estimate=coefficient(tables, 4, "3", "x")["estimate"] + 0.1)


def plant_share(tables: Tables) -> None:
    claim = row(tables, "published_claims", claim_id="c_share")
    claim["value"] = f"{float(claim['value']) + 4:.2f}"


def plant_direction(tables: Tables) -> None:
    tables["published_mediations"][0]["claimed_sign"] = -1


def plant_index(tables: Tables) -> None:
    row(tables, "claimed_effects", concept="idleness")["higher_means"] = 1


def plant_mean(tables: Tables) -> None:
    moments = row(tables, "published_descriptives", variable="m")
    moments["mean"] = moments["maximum"] + 1


def plant_sd(tables: Tables) -> None:
    row(tables, "published_descriptives", variable="d")["standard_deviation"] = 0.4


def plant_maximum(tables: Tables) -> None:
    row(tables, "published_descriptives", variable="w")["maximum"] = 1.3


def plant_wide_sd(tables: Tables) -> None:
    moments = row(tables, "published_descriptives", variable="w")
    moments["standard_deviation"] = 0.6


def plant_copied_column(tables: Tables) -> None:
    for variable in ("x", "m", "v"):
        moments = row(tables, "published_descriptives", variable=variable)
        moments["maximum"] = moments["standard_deviation"]


def plant_claim(tables: Tables) -> None:
    claim = row(tables, "published_claims", claim_id="c_size")
    claim["value"] = f"{float(claim['value']) + 0.01:.3f}"


def plant_level(tables: Tables) -> None:
    row(tables, "claim_targets", claim_id="c_level")["claimed_sign"] = -1


def plant_scale(tables: Tables) -> None:
    tables["published_scale"].append(
        {"study": STUDY, "variable": "v", "factor": 100, "applies_to": "every table", "evidence": "made up"}
    )


def plant_error(tables: Tables) -> None:
    error = coefficient(tables, 2, "5", "v")["paren_value"]
    reprint(tables, 2, "5", "v", estimate=0.0001, stars=0, paren_value=error / 10)


def plant_small_r2(tables: Tables) -> None:
    printed_fit(tables, 3, "2")["r2"] = 0.01


PLANTED: dict[str, tuple[Callable[[Tables], None], set[Finding]]] = {
    "stars": (plant_stars, {("stars", 3, "1", "w", "stars")}),
    "part too large": (plant_part, {("partition_n", 2, "2", None, "groups")}),
    "leftover too large": (
        plant_leftover,
        {("partition_n", 2, "2", None, "all but two units"), ("sample_arithmetic", 6, "2", None, "without two")},
    ),
    "slope": (plant_slope, {("pooled_between", 2, "2", "x", "groups")}),
    "lag": (plant_lag, {("sample_arithmetic", 6, "1", None, "panel")}),
    "F": (plant_f, {("units_implied", 5, "1", None, "units")}),
    "Cragg-Donald": (
        plant_cragg_donald,
        {
            ("first_stage", 2, "3", "z", "Cragg-Donald statistic and the square of t"),
            ("first_stage", 2, "3", "z", "F and the Cragg-Donald statistic"),
        },
    ),
    "R2 of two stages": (
        plant_two_stage_r2,
        {
            ("first_stage", 2, "4", "x", "R2 of two stages and of table 2 column 2"),
            ("first_stage", 2, "4", "x", "R2 of two stages and of table 4 column 3"),
        },
    ),
    "R2 between the nested": (
        plant_r2,
        {
            ("added_regressor", 2, "2", "w", "table 2 column 1"),
            ("added_regressor", 4, "3", "w", "table 2 column 1"),
            ("added_regressor", 2, "5", "v", "table 2 column 1"),
        },
    ),
    "total": (plant_total, {("omitted_variable", 4, "2", "x", "m")}),
    "share": (plant_share, {("mediation_share", 4, "2", "x", "m")}),
    "direction": (plant_direction, {("mediation_direction", 4, "2", "x", "m")}),
    "index": (plant_index, {("index_direction", 2, "3", "z", "x, idleness")}),
    "mean": (plant_mean, {("moments", 1, None, "m", "mean inside the extremes")}),
    "sd of a 0/1 variable": (plant_sd, {("moments", 1, None, "d", "sd of a 0/1 variable")}),
    "impossible maximum": (plant_maximum, {("moments", 1, None, "w", "possible maximum")}),
    "sd too large": (plant_wide_sd, {("moments", 1, None, "w", "largest sd")}),
    "copied column": (
        plant_copied_column,
        {("moments", 1, None, variable, "repeated extreme") for variable in ("x", "m", "v")},
    ),
    "claimed size": (plant_claim, {("text_against_table", 2, "2", "x", "c_size: value")}),
    "claimed sign": (plant_level, {("text_against_table", 2, "2", "x", "c_level: significant (stars)")}),
    "scale": (plant_scale, {("scale_of_ratio", 1, None, "v", "scale")}),
    "standard error": (plant_error, {("smallest_se", 2, "5", "v", "standard error")}),
    "R2 too small": (plant_small_r2, {("smallest_r2", 3, "2", None, "R2")}),
}


def without_term(found: set[Finding]) -> set[Finding]:
    """Findings with the term left out where it only says which regressor is the strongest."""
    return {(*finding[:3], None, finding[4]) if finding[0] == "smallest_r2" else finding for finding in found}


@pytest.fixture(scope="module")
def planted_findings(models: dict[str, str]) -> dict[str, set[Finding]]:
    """What is found in each of the clean study's copies with one planted error, audited together."""
    studies = []
    for case, (plant, _) in PLANTED.items():
        tables = clean()
        plant(tables)
        studies.append(renamed(tables, case))
    return findings(audited(models, together(*studies)))


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_error_is_found_and_nothing_else(planted_findings: dict[str, set[Finding]], case: str) -> None:
    assert without_term(planted_findings.get(case, set())) == PLANTED[case][1]


def test_one_error_of_each_kind_in_one_study(models: dict[str, str]) -> None:
    tables = clean()
    chosen = {kind: case for case, (_, found) in PLANTED.items() for kind in {finding[0] for finding in found}}
    for case in set(chosen.values()):
        PLANTED[case][0](tables)
    found = without_term(findings(audited(models, tables))[STUDY])
    assert found == set().union(*(PLANTED[case][1] for case in set(chosen.values())))


# The printed studies themselves.


def seeded() -> Tables:
    """The reference tables as they stand in the project."""
    tables: Tables = {}
    for seed in SEEDS:
        if seed == "full_specifications":
            rows = full_specifications().astype(object)
            tables[seed] = rows.where(rows.notna(), None).to_dict("records")
            continue
        with (seed_path(seed)).open(encoding="utf-8", newline="") as file:
            tables[seed] = [{name: value or None for name, value in row.items()} for row in csv.DictReader(file)]
    return tables


def test_findings_in_the_printed_studies_are_those_that_were_read_against_them(models: dict[str, str]) -> None:
    """Every finding was held against the paper: reviewed_findings.csv has a sentence on each."""
    with Path(__file__).with_name("reviewed_findings.csv").open(encoding="utf-8", newline="") as file:
        reviewed = {
            (row["study"], row["check_kind"], row["printed_in"], row["subject"], row["verdict"])
            for row in csv.DictReader(file)
        }
    connection = audited(models, seeded())
    rows = connection.execute("""
        select study, check_kind, concat_ws('/', table_number, column_number, term), subject, verdict
        from regional.main.published_audit
        where verdict in ('contradiction', 'implausible')
    """).fetchall()
    assert set(rows) == reviewed
    assert len(rows) == len(reviewed)


def test_every_printed_number_is_checked_or_exempt(models: dict[str, str]) -> None:
    connection = audited(models, seeded())
    counts = connection.execute("""
        select count(*) filter (where checks = 0 and exempt_because is null), count(*) filter (where checks > 0) > 900
        from regional.main.audit_coverage
    """).fetchone()
    assert counts == (0, True)

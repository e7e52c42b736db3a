"""A warehouse that somebody else made: the command line reads it, and nothing else, and writes nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from estimation.ground.columns import OUTCOME, TIME, UNIT
from regional.command_line import main
from tests.support.panels import ROW, random_panel
from tests.support.project import ROOT

CANARY = "canary in a file that nobody may read"
ROWS = {
    "honest": {},
    "lagged": {"dependent": "v = lag_years(y, place, year, 1)"},
    "averaged": {"dependent": "v = avg(y) over (partition by place, year)"},
    "two_statements": {"sample": "true; copy made_up to 'stolen.csv'"},
    "subquery": {"sample": "exists (from read_text('secret.txt'))"},
    "named": {"dependent": "__import__('os').system('touch stolen') = y"},
    "of_a_file": {"mart": "of_a_file"},
    "of_a_catalogue": {"mart": "duckdb_settings()"},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a file that nobody may read."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.txt").write_text(CANARY)
    return tmp_path


def warehouse(*hostile: str) -> str:
    """A warehouse with one random mart and the tables that every command asks, changed by some statements."""
    panel = random_panel(1).rename(columns={UNIT: "place", TIME: "year", OUTCOME: "y"})
    described = {"label": "made up", "table_number": 1, "column_number": "1", "printed_in": None, "is_published": True}
    described |= {"data_scope": "published", "r2_kind": "overall", "reading": None}
    specifications = pd.DataFrame([{**ROW, **described, "spec_id": name, **row} for name, row in ROWS.items()])
    with duckdb.connect("foreign.duckdb") as connection:
        connection.register("panel", panel)
        connection.register("rows", specifications)
        connection.execute("create schema estimation; create table estimation.full_specifications as from rows")
        connection.execute("create table made_up as from panel")
        connection.execute("create table estimation_output as select 1 as unused")
        connection.execute(
            "create table fits as select spec_id, study, 'estimated' as status, 9 as n, false as is_simulated from rows"
        )
        connection.execute(
            "create table specification_status as select *, status as reason, 9 as draws, 'y' as outcome from "
            "(select spec_id, study, suite, label, data_scope from rows) join (select spec_id, status, n from fits)"
            " using (spec_id)"
        )
        connection.execute(
            "create table replication_scorecard as select spec_id, study, 1 as table_number, '1' as column_number, "
            "'x1' as term, 1.0 as published_estimate, '*' as published_stars, 0.5 as published_standard_error, "
            "1.0 as estimate, 0.5 as standard_error, 1 as stars, 1.0 as scale_factor, cast(null as varchar) as reason,"
            " 9 as n, 9 as published_n, 'same sign' as verdict from rows"
        )
        connection.execute(
            "create table descriptives as select 'made_up' as study, cast(null as integer) as table_number"
        )
        connection.execute("create table coverage as select 'x' as study, 1 as intervals_with_truth, 1 as coefficients")
        connection.execute(
            "create macro lag_years(value, place, moment, years) as lag(value, years)"
            " over (partition by place order by moment)"
        )
        for statement in hostile:
            connection.execute(statement)
    return "foreign.duckdb"


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


COMMANDS = {
    "list": ["list"],
    "causal": ["causal"],
    "summary": ["summary"],
    "table": ["table", "made_up", "1"],
    "run": ["run", "honest"],
    "run lagged": ["run", "lagged"],
    "run averaged": ["run", "averaged"],
    "run of a file": ["run", "of_a_file"],
    "query": ["query", "ask.sql"],
}
#: those that make tables, which ask for more than these warehouses have
OF_TABLES = {
    "table in a format": ["table", "made_up", "1", "--format", "csv"],
    "run as a table": ["run", "honest", "--format", "tex"],
    "fit": ["fit", "--mart", "made_up", "--formula", "y ~ x1"],
    "fit of a file": ["fit", "--mart", "made_up", "--formula", "y ~ length(read_text('secret.txt'))"],
    "fit where": ["fit", "--mart", "made_up", "--formula", "y ~ x1", "--where", "length(getenv('HOME')) > 0"],
}
OF_A_FILE = "read_text('secret.txt')"
#: What the file may hold in place of honest tables, each able to read the canary where it is opened plainly.
TRAPS = {
    "views for tables": [
        "alter table estimation.full_specifications rename to kept",
        "create view estimation.full_specifications as select * replace ((select content from "
        f"{OF_A_FILE}) as label) from estimation.kept",
        "alter table specification_status rename to kept_status",
        "create view specification_status as select * replace ((select content from "
        f"{OF_A_FILE}) as label) from kept_status",
        "alter table replication_scorecard rename to kept_scorecard",
        "create view replication_scorecard as select * replace ((select content from "
        f"{OF_A_FILE}) as reason) from kept_scorecard",
        "alter table fits rename to kept_fits",
        f"create view fits as select * replace ((select content from {OF_A_FILE}) as status) from kept_fits",
    ],
    "views of csv": [
        "alter table fits rename to kept_fits",
        "create view fits as select kept_fits.* from kept_fits, read_csv('secret.txt', header = false)",
    ],
    "views of names": [
        "alter table fits rename to kept_fits",
        "create view fits as select kept_fits.* from kept_fits, (from query_table('kept_fits'))",
    ],
    "functions for functions": [
        f"create macro avg(a) as (select content from {OF_A_FILE})",
        f"create macro count(a) as (select content from {OF_A_FILE})",
        f"create macro coalesce(a, b) as (select content from {OF_A_FILE})",
        f"create macro bool_or(a) as (select content from {OF_A_FILE})",
    ],
    "functions of the project": [
        "drop macro lag_years",
        "create macro lag_years(value, place, moment, years) as "
        f"(case when (select content from {OF_A_FILE}) like 'canary%' then value + 1000 end)",
    ],
    "marts": [
        "create view of_a_file as select *, (select content from read_text('secret.txt')) as content from made_up",
        "alter table made_up rename to kept_mart",
        f"create view made_up as select * replace (length((select content from {OF_A_FILE})) as y) from kept_mart",
    ],
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_foreign_warehouse_makes_no_command_read_or_write_anything_else(
    capsys: pytest.CaptureFixture[str], folder: Path, trap: str
) -> None:
    path = warehouse(*TRAPS[trap])
    (folder / "ask.sql").write_text(
        "select s.label, f.status, lag_years(1, 1, 1, 1) from fits f, specification_status s"
    )
    before = files(folder)
    for command, arguments in (COMMANDS | OF_TABLES).items():
        status = main(["--warehouse", path, *arguments])
        printed = capsys.readouterr()
        assert "canary" not in printed.out + printed.err, command
        assert status == 0 or (printed.err.count("\n") == 1 and "Traceback" not in printed.err), command
        assert files(folder) == before, command


def test_the_traps_would_work_where_the_file_is_opened_plainly(folder: Path) -> None:
    """Each reads the canary, or counts its letters, so that the test above can fail."""
    for trap, question, answer in (
        ("views for tables", "select distinct label from specification_status", CANARY),
        ("views for tables", "select distinct label from estimation.full_specifications", CANARY),
        ("views for tables", "select distinct status from fits", CANARY),
        ("functions for functions", "select avg(1)", CANARY),
        ("functions of the project", "select lag_years(1, 1, 1, 1)", 1001),
        ("marts", "select distinct y from made_up", len(CANARY)),
        ("marts", "select distinct content from of_a_file", CANARY),
    ):
        path = warehouse(*TRAPS[trap])
        with duckdb.connect(path, read_only=True) as connection:
            assert connection.sql(question).fetchall() == [(answer,)]
        Path(path).unlink()


def test_an_honest_warehouse_answers_every_command(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    path = warehouse()
    (folder / "ask.sql").write_text("-- a remark\nselect count(*) as n from made_up;\n")
    before = files(folder)
    for command, arguments in COMMANDS.items():
        assert main(["--warehouse", path, *arguments]) == 0, command
        assert capsys.readouterr().err == "", command
    assert files(folder) == before


@pytest.mark.parametrize(
    ("spec_id", "said"),
    [
        (
            "two_statements",
            "Specification two_statements, sample: \"true; copy made_up to 'stolen.csv'\" holds a statement",
        ),
        ("subquery", "Specification subquery, sample: \"exists (from read_text('secret.txt'))\" holds a query"),
        ("named", "is no name of letters"),
        ("of_a_catalogue", "Specification of_a_catalogue, mart: 'duckdb_settings()' is no name"),
    ],
)
def test_run_refuses_a_specification_that_is_no_expression(
    capsys: pytest.CaptureFixture[str], folder: Path, spec_id: str, said: str
) -> None:
    path = warehouse()
    before = files(folder)
    assert main(["--warehouse", path, "run", spec_id]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""
    assert files(folder) == before


def asked(capsys: pytest.CaptureFixture[str], path: str, query: str, *options: str) -> tuple[int, str]:
    Path("ask.sql").write_text(query, encoding="utf-8")
    status = main(["--warehouse", path, "query", "ask.sql", *options])
    printed = capsys.readouterr()
    return status, printed.out + printed.err


NO_QUERIES = [
    *(
        "copy made_up to 'stolen.csv'",
        "attach 'other.duckdb'",
        "install httpfs",
        "load httpfs",
        "export database 'all'",
    ),
    *("create table planted as select 1", "create temp table planted as select 1", "drop table made_up", "checkpoint"),
    *("insert into made_up by name select 1 as y", "set threads = 1", "pragma database_list", "call pragma_version()"),
    *(
        "use memory",
        "select 1; select 2",
        "select 1; drop table made_up",
        "prepare a as select 1",
        "set variable a = 1",
    ),
    *(
        "import database 'all'",
        "explain select 1",
        "explain analyze copy made_up to 'stolen.csv'",
        "vacuum",
        "begin",
        "",
    ),
    *("create or replace temp macro avg(a) as 1", "create secret (type s3)", "detach a_database", "-- nothing"),
]


def test_query_runs_one_query_and_no_other_statement(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    path = warehouse()
    (folder / "ask.sql").write_text("")
    before = {name: hashed for name, hashed in files(folder).items() if name != "ask.sql"}
    for statement in NO_QUERIES:
        status, said = asked(capsys, path, statement)
        assert status == 2, statement
        assert "It may hold one query (select, from, with ...; no other statement)" in said, statement
        assert said.count("\n") == 1
        assert {name: hashed for name, hashed in files(folder).items() if name != "ask.sql"} == before


@pytest.mark.parametrize(
    "query",
    [
        *("from read_text('secret.txt')", "select content from read_blob('secret.txt')", "from glob('*')"),
        *("from read_csv('secret.txt')", "from read_text('https://example.org/')", "from parquet_scan('x.parquet')"),
        "from query('copy (select 1) to ''stolen.csv''')",
    ],
)
def test_query_reads_no_file(capsys: pytest.CaptureFixture[str], folder: Path, query: str) -> None:
    before = files(folder)
    path = warehouse()
    status, said = asked(capsys, path, query)
    assert status == 2
    assert said.count("\n") == 1
    assert "canary" not in said
    assert set(files(folder)) == {*before, path, "ask.sql"}


def test_query_reads_the_files_of_a_folder_that_it_is_given(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    path = warehouse()
    (folder / "mine").mkdir()
    (folder / "mine" / "notes.csv").write_text("a,b\n1,2\n")
    query = "select sum(b) as total from read_csv('mine/notes.csv')"
    assert asked(capsys, path, query)[0] == 2
    assert asked(capsys, path, query, "--files-in", "mine") == (0, "total\n-----\n2\n")
    for outside in ("from read_text('secret.txt')", "from read_text('mine/../secret.txt')"):
        status, said = asked(capsys, path, outside, "--files-in", "mine")
        assert status == 2
        assert "canary" not in said
    assert asked(capsys, path, "copy made_up to 'mine/stolen.csv'", "--files-in", "mine")[0] == 2
    assert [file.name for file in (folder / "mine").iterdir()] == ["notes.csv"]


def test_query_says_what_it_allows(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["query", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "one query (select, from, with ...; no other statement) on the one warehouse, read-only" in text
    assert "no files but those of --files-in, no network, no extensions, no settings" in text


def test_every_query_of_the_project_runs(capsys: pytest.CaptureFixture[str], default_warehouse_file: Path) -> None:
    queries = sorted((ROOT / "analysis").glob("*.sql"))
    assert queries
    for file in queries:
        assert main(["--warehouse", str(default_warehouse_file), "query", str(file)]) == 0, file
        assert len(capsys.readouterr().out.splitlines()) > 1


def test_a_database_of_another_kind_is_no_warehouse(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """DuckDB would fetch an extension from the network to open it."""
    (folder / "other.duckdb").write_bytes(b"SQLite format 3\0" + bytes(4080))
    assert main(["--warehouse", "other.duckdb", "list"]) == 2
    assert "cannot be opened as a warehouse" in capsys.readouterr().err

"""Texts of specifications that become SQL: one expression passes, everything else is refused, and nothing happens."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estimation import read_specifications, run_specifications
from estimation.run.registry import check
from estimation.samples.expressions import (
    _TYPES,
    FUNCTIONS,
    LONGEST,
    PROJECT_FUNCTIONS,
    NoExpressionError,
    checked_expression,
    refusal,
)
from estimation.samples.marts import marts_alone
from tests.support.panels import ROW, made_up_mart
from tests.support.project import seed_rows

#: What must not become SQL, by what it tries. {file} is a file that can be read, {folder} one that can be written.
ATTACKS = {
    # statements
    "drop": "x1; drop table made_up",
    "drop behind a comment": "x1; drop table made_up --",
    "copy": "x1; copy made_up to '{folder}/stolen.csv'",
    "attach": "x1; attach '{folder}/other.duckdb'",
    "export": "x1; export database '{folder}/all'",
    "install": "x1; install httpfs",
    "load": "x1; load httpfs",
    "set": "x1; set enable_external_access = true",
    "pragma": "x1; pragma database_list",
    "create": "x1; create table planted as select 1",
    "insert": "x1; insert into made_up by name select 'q' as place",
    "update": "x1; update made_up set y = 0",
    "delete": "x1; delete from made_up",
    "two queries": "x1; select 2",
    "a semicolon alone": "x1;",
    "only a statement": "drop table made_up",
    "only a query": "select 1",
    # queries
    "subquery": "(select count(*) from made_up)",
    "subquery of a file": "(select content from read_text('{file}'))",
    "a file as a table": "(select count(*) from '{file}')",
    "exists": "exists (from made_up)",
    "not exists": "not exists (select 1)",
    "in a query": "x1 in (from made_up)",
    "any": "x1 = any (select y from made_up)",
    "array of a query": "len(array(select x1))",
    "from": "x1 from made_up",
    "from another": "x1 from read_csv('{file}')",
    "union": "x1 union select 1",
    "with": "with t as (select 1) select x1",
    # clauses and several things
    "where": "x1 where true",
    "order": "x1 order by y",
    "limit": "x1 limit 1",
    "qualify": "x1 qualify true",
    "sample": "x1 using sample 1",
    "distinct": "distinct x1",
    "two columns": "x1, x2",
    "a comma at the end": "x1,",
    "alias": "x1 as x2",
    "alias without as": "x1 x2",
    "into": "x1 into planted",
    "star": "*",
    "columns": "columns(*)",
    "columns by pattern": "columns('x.*')",
    "star of a table": "made_up.*",
    "position": "#1",
    "placeholder": "?",
    "numbered placeholder": "$1",
    # brackets, quotes, comments
    "closing and opening": "1) or (1",
    "closing a cast": "x1 as double), (x2",
    "closing a sample": "true) or (true",
    "closing": "x1)",
    "opening": "(x1",
    "comment": "x1 --",
    "comment that swallows": "x1 -- and",
    "open comment": "x1 /*",
    "closing in a comment": "x1 --)",
    "only a comment": "--",
    "open quote": "x1 = 'a",
    "open name": '"x1',
    "open dollar quote": "$$ x1",
    "dollar quote and more": "$$a$$; drop table made_up",
    # functions that read or write more than rows
    "read_text": "read_text('{file}')",
    "read_csv": "read_csv('{file}')",
    "glob": "glob('{file}')",
    "getenv": "getenv('HOME')",
    "getvariable": "getvariable('x')",
    "current_setting": "current_setting('secret_directory')",
    "query": "query('drop table made_up')",
    "query_table": "query_table('made_up')",
    "nextval": "nextval('counter')",
    "write_log": "write_log('x')",
    "sleep": "sleep_ms(10)",
    "random": "random()",
    "now": "now()",
    "user": "user",
    "current_database": "current_database",
    "unnest": "unnest([1, 2])",
    "range": "len(range(100000000000))",
    "repeat": "repeat('x', 100000000000)",
    "statement as text": "json_serialize_sql('select 1')",
    "duckdb_secrets": "duckdb_secrets()",
    "of a schema": "main.abs(x1)",
    "of a catalogue": "system.main.abs(x1)",
    "called on a column": "x1.getenv()",
    "in upper case": "READ_TEXT('{file}')",
    "quoted": "\"read_text\"('{file}')",
    "inside a window": "sum(x1) over (order by getenv('HOME'))",
    "inside a filter": "sum(x1) filter (where getenv('HOME') = '')",
    "inside an order": "first(x1 order by getenv('HOME'))",
    "inside a case": "case when x1 > 0 then 1 else random() end",
    "inside a lambda": "list_transform([x1], lambda v: getenv('HOME'))",
    "inside a list": "x1 in (1, current_setting('threads')::int)",
    "inside a cast": "cast(getenv('HOME') as double)",
    "to a type of a schema": "cast(x1 as main.made_up)",
    "to a strange type": "cast(x1 as regclass)",
    "collation": "place collate nocase = 'a'",
    # what cannot be seen, and too much
    "nothing": " ",
    "zero byte": "x1\0; drop table made_up",
    "reversed text": "x1\u202e",
    "zero width": "x1\u200b + 1",
    "line separator": "x1\u2028+ 1",
    "wide semicolon": "x1\uff1b drop table made_up",
    "too long": " + ".join(["x1"] * LONGEST),
    "too deep": "(" * 2000 + "x1" + ")" * 2000,
    "too deep in words": "not " * 1200 + "true",
    "of no SQL": "x1 >>",
}

#: Where a text of a row stands in SQL: the column of the row, and what is around it there.
EXPRESSIONS = {
    "dependent": {"dependent": "v = {}"},
    "regressors": {"regressors": "x1; v = {}"},
    "endogenous": {"endogenous": "v = {}", "instruments": "z1"},
    "instruments": {"endogenous": "d", "instruments": "v = {}"},
    "sample": {"sample": "{}"},
    "options treated": {"options": "covariates = x1; treated = {}"},
    "options mediator": {
        "suite": "mediation",
        "options": "mediator_spec = a; outcome_spec = b; mediator = v = {}",
    },
    "options sample": {
        "suite": "specification_curve",
        "options": "fixed_effects = place; errors = hc1; sample.part = {}",
    },
}
NAMES = {
    "mart": {"mart": "{}"},
    "unit_column": {"unit_column": "{}"},
    "time_column": {"time_column": "{}"},
    "cohort_column": {"cohort_column": "{}"},
    "cluster_column": {"cluster_column": "{}"},
    "dependent": {"dependent": "{} = x1"},
    "regressors": {"regressors": "x1; {} = x1"},
    "options covariates": {"options": "treated = x1 > 0; covariates = {}"},
    "options outcomes": {
        "suite": "specification_curve",
        "options": "fixed_effects = place; errors = hc1; outcomes = {}",
    },
    "options together": {
        "suite": "specification_curve",
        "options": "fixed_effects = place; errors = hc1; together = {}",
    },
    "options fixed_effects": {"suite": "specification_curve", "options": "errors = hc1; fixed_effects = place, {}"},
    "options errors": {"suite": "specification_curve", "options": "fixed_effects = place; errors = cluster, {}"},
    "options sample name": {
        "suite": "specification_curve",
        "options": "fixed_effects = place; errors = hc1; sample.{} = true",
    },
}
#: No name of a column, and for one that is pasted into a formula of Python or into quotation marks.
NO_NAMES = [
    *("made_up where true", "made_up, made_up", 'x1" , "x2', "'{file}'", "read_text('{file}')", "(select 1)", "x1 x2"),
    *(
        "select",
        "and",
        "main.made_up",
        "x1--",
        "__import__('os').system('touch {folder}/planted')",
        "I(x1)",
        "1x",
        "x1`",
        "ｘ1",
        "x1\0",
    ),
]

#: What a list of variables or of options reads as two, or as none.
SEPARATED = {"a semicolon alone", "nothing"}

#: What specifications have, and what they may have.
LEGITIMATE = [
    *("y", "x1 + x2", "-x1", "x1 ** 2", "ln(abs(x1) + 1)", "x1 / nullif(x2, 0)", "cast(x1 > 0 as integer)", "x1::int"),
    *("coalesce(x1, 0)", "greatest(x1, x2)", "centred_product(x1, x2)", "lag_years(x1, place, year, 1)"),
    "first_value(x1) over (partition by place order by year)",
    "case when x1 > 0 then 1 when x2 > 0 then 2 else 3 end",
    "x1 - avg(x1 order by x1) over (partition by year)",
    "lag(x1, 1) over (partition by place order by year rows between 1 preceding and current row)",
    *("year between 2006 and 2010", "place in ('p01', 'p02')", "place not in ('a;b', '--', '/*')", "x1 is not null"),
    *(
        "not (x1 > 0 and x2 < 0) or year = 2010",
        "place like 'p0%'",
        "place = 'it''s'",
        "$$a$$ = place",
        "try_cast(place as double)",
    ),
    *("x1 /* a ) remark */ + x2", "x1 -- a remark\n + x2", "made_up.x1", '"x1"', "list_contains([2006, 2007], year)"),
    "len(list_filter([x1, x2], lambda v: v > 0))",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a file that says what nobody may read and a database with a mart."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.csv").write_text("canary\n0.5\n")
    with made_up_mart() as memory, duckdb.connect(str(tmp_path / "marts.duckdb")) as connection:
        rows = memory.sql("from made_up").to_arrow_table()
        connection.register("rows_of_mart", rows)
        connection.execute("create table made_up as from rows_of_mart")
        connection.execute("create sequence counter")
        connection.execute("create macro centred_product(a, b) as (a - avg(a order by a) over ()) * b")
        connection.execute(
            "create macro lag_years(value, place, moment, years) as lag(value, years)"
            " over (partition by place order by moment)"
        )
    return tmp_path


def written(text: str, folder: Path) -> str:
    return text.replace("{file}", str(folder / "secret.csv")).replace("{folder}", str(folder))


def row(place: dict[str, str], text: str) -> dict[str, Any]:
    return {**ROW, "spec_id": "attacked", **{name: value.replace("{}", text) for name, value in place.items()}}


def state(folder: Path, connection: duckdb.DuckDBPyConnection) -> tuple[object, ...]:
    """Every file of the folder but the database that is open, and every table, view, sequence and setting in it."""
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("marts.duckdb")
    }
    ask = connection.cursor().sql
    tables = ask("select table_name, estimated_size from duckdb_tables() order by all").fetchall()
    content = [ask(f"select bit_xor(hash(t)), count(*) from {name} as t").fetchall() for name, _ in tables]
    others = [
        ask(query).fetchall()
        for query in (
            "select view_name, sql from duckdb_views() where not internal order by all",
            "select sequence_name, last_value from duckdb_sequences() order by all",
            "select database_name, path from duckdb_databases() where not internal order by all",
            "select name, value from duckdb_variables() order by all",
            "select name, value from duckdb_settings() order by all",
        )
    ]
    return files, tables, content, others


def test_the_table_of_attacks_is_long_enough() -> None:
    assert len(ATTACKS) >= 40
    assert len(set(ATTACKS.values())) == len(ATTACKS)


@pytest.mark.parametrize("place", EXPRESSIONS)
def test_every_attack_is_refused_wherever_an_expression_stands(place: str, folder: Path) -> None:
    column = place.split(maxsplit=1)[0]
    with duckdb.connect("marts.duckdb") as connection:
        before = state(folder, connection)
        for attack, text in ATTACKS.items():
            if place != "sample" and attack in SEPARATED:
                continue
            attacking = pd.DataFrame([row(EXPRESSIONS[place], written(text, folder))])
            with pytest.raises(ValueError, match="specification attacked") as refused:
                run_specifications(connection, attacking)
            said = str(refused.value)
            assert "\n" not in said.replace(text, ""), attack
            # the option is named by its key; what an attack splits off at a semicolon may be another
            assert column in said or place.rsplit(maxsplit=1)[-1] in said or "option" in said, (attack, said)
        assert state(folder, connection) == before


@pytest.mark.parametrize("place", NAMES)
def test_what_is_no_name_is_refused_wherever_a_name_stands(place: str, folder: Path) -> None:
    with duckdb.connect("marts.duckdb") as connection:
        before = state(folder, connection)
        for text in NO_NAMES:
            if place.startswith("options") and text == "made_up, made_up":
                # a list of two names
                continue
            attacking = pd.DataFrame([row(NAMES[place], written(text, folder))])
            with pytest.raises(ValueError, match="specification attacked") as refused:
                run_specifications(connection, attacking)
            assert place.split(maxsplit=1)[0].removeprefix("options") in str(refused.value), text
        assert state(folder, connection) == before


@pytest.mark.parametrize("text", LEGITIMATE)
def test_a_legitimate_expression_gives_what_the_database_gives(text: str, folder: Path) -> None:
    assert checked_expression(text) == text
    with duckdb.connect("marts.duckdb") as connection:
        query = f"select {text} as v from made_up order by place, year"
        alone = marts_alone(connection, ["made_up"])
        assert repr(alone.sql(query).fetchall()) == repr(connection.sql(query).fetchall())


def test_every_text_of_the_seeds_passes() -> None:
    texts = [row["sample"] for row in seed_rows("specifications")]
    texts += [row["predicate"] for row in seed_rows("sample_steps")]
    texts += [row["expression"] for row in seed_rows("definition_candidates")]
    texts += [row[name] for row in seed_rows("claim_values") for name in ("expression", "predicate")]
    assert {text: refusal(text) for text in texts if text and refusal(text)} == {}


def test_an_expression_may_call_what_depends_on_rows_alone() -> None:
    """DuckDB says of each function how far its result can be relied upon; names of operators have no such row."""
    with duckdb.connect() as connection:
        kinds = connection.sql(
            "select function_name, list(distinct function_type), list(distinct stability) from duckdb_functions() "
            "where internal group by all"
        ).fetchall()
    known = {name: (set(types), {kind for kind in stability if kind}) for name, types, stability in kinds}
    for name in filter(str.isidentifier, FUNCTIONS - PROJECT_FUNCTIONS):
        types, stability = known[name]
        # a table macro of the same name needs a FROM, which an expression has not
        assert types & {"scalar", "aggregate", "window", "macro"}, name
        assert stability <= {"CONSISTENT"}, name
    assert not FUNCTIONS & {"getenv", "query", "read_text", "current_setting", "getvariable", "nextval", "random"}


def test_types_are_those_of_numbers_texts_and_dates() -> None:
    with duckdb.connect() as connection:
        for name in sorted(_TYPES):
            assert connection.sql(f"select cast(null as {name})").fetchall() == [(None,)]


def test_a_refusal_says_what_is_wrong_in_one_sentence() -> None:
    for place, text, said in (
        (
            "sample",
            "true; drop table made_up",
            "specification attacked, sample: 'true; drop table made_up' holds a statement",
        ),
        (
            "regressors",
            "read_text('a')",
            "specification attacked, regressors: \"read_text('a')\" calls read_text, which",
        ),
        ("dependent", "(select 1)", "specification attacked, dependent: '(select 1)' holds a query"),
        (
            "options treated",
            "x1 >>",
            "specification attacked, option treated: 'x1 >>' is no SQL expression (syntax error",
        ),
    ):
        with pytest.raises(ValueError, match="specification attacked") as refused:
            check(read_specifications(pd.DataFrame([row(EXPRESSIONS[place], text)])))
        assert str(refused.value).startswith(said)


def test_marts_alone_reach_nothing_and_hold_nothing_else(folder: Path) -> None:
    """What the parser let through by mistake would find no file, no other table and no open setting."""
    with duckdb.connect("marts.duckdb") as connection:
        connection.execute("create table other as select 1 as v")
        before = state(folder, connection)
        alone = marts_alone(connection, ["made_up", "made_up", "nowhere"])
        frame = pd.DataFrame({"v": [1]})  # noqa: F841 - a variable that a query must not find
        assert (
            alone.sql("select count(*) from made_up").fetchall()
            == connection.sql("select count(*) from made_up").fetchall()
        )
        for query in (
            *("from other", "from frame", "from read_text('secret.csv')", "from 'secret.csv'", "from glob('*')"),
            *("copy made_up to 'stolen.csv'", "attach 'marts.duckdb'", "set enable_external_access = true"),
            *("set threads = 1", "install httpfs", "load httpfs", "export database 'all'"),
        ):
            with pytest.raises(duckdb.Error):
                alone.execute(query)
        alone.execute("drop table made_up")
        assert state(folder, connection) == before


WORDS = [
    *("x1", "x2", "y", "place", "year", "made_up", "1", "2.5", "'a'", "''", "true", "null", '"x1"', "$$a$$", "[1, 2]"),
    *("+", "-", "*", "/", "**", "||", "=", "<", ">=", "and", "or", "not", "is null", "is distinct from", "in", "like"),
    *(
        "(",
        ")",
        "(",
        ")",
        "(",
        ")",
        ",",
        ";",
        "--",
        "/*",
        "*/",
        "'",
        '"',
        "$$",
        ".",
        "::",
        "::integer",
        "as",
        "\n",
        "?",
    ),
    *("abs(", "ln(", "coalesce(", "greatest(", "sum(", "avg(x1)", "count(*)", "lag_years(", "cast(", "as double)"),
    *(
        "over ()",
        "over (partition by place order by year)",
        "filter (where x1 > 0)",
        "case when",
        "then",
        "else",
        "end",
    ),
    *(
        "list_transform([x1], lambda v:",
        "list_filter(",
        "between",
        "interval 1 day",
        "collate nocase",
        "[1]",
        "distinct",
    ),
    *("select", "from made_up", "(select 1)", "where", "union", "drop table made_up", "copy made_up to 'stolen.csv'"),
    *(
        "attach 'other.duckdb'",
        "insert into made_up by name select 1 as y",
        "read_text('secret.csv')",
        "nextval('counter')",
    ),
    *("query('drop table made_up')", "getenv('HOME')", "set threads = 1", "unnest([1, 2])", "columns(*)", "limit 1"),
]
#: texts that are expressions, or that random words were spliced into
GROWING = st.recursive(
    st.sampled_from(["x1", "x2", "y", "1", "2.5", "'a'", "place", "year", "null", "true", '"x1"', "[1, 2]"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "=", "<", "and", "or", "||"]), inner).map(" ".join),
        inner.map("({})".format),
        inner.map("coalesce({}, 0)".format),
        inner.map("not {}".format),
        inner.map("{} is null".format),
        inner.map("try_cast({} as double)".format),
        inner.map("avg({}) over (partition by place)".format),
        inner.map("case when {} is null then 1 else 2 end".format),
        inner.map("list_transform([1], lambda v: {})".format),
        inner.map("{} -- a remark\n".format),
        inner.map("read_text({})".format),
        inner.map("(select {})".format),
        inner.map("{}; drop table made_up".format),
        inner.map("{}) or ({}".replace("{}", "{0}").format),
    ),
    max_leaves=8,
)
TEXTS = st.one_of(GROWING, st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join), st.text(max_size=20))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_what_is_accepted_changes_nothing_and_is_one_column(text: str, folder: Path) -> None:
    """Pasted where a specification or a seed pastes it, into a database that could be written and could read files."""
    try:
        checked_expression(text)
    except NoExpressionError as refused:
        assert str(refused)
        return
    with duckdb.connect("marts.duckdb") as connection:
        before = state(folder, connection)
        for query, columns in (
            (f'select 1 as first, {text} as "v", 2 as last from made_up', 3),
            (f'select cast({text} as double) as "v" from made_up where ({text}) and y is not null', 1),
            (f"select count(*) from made_up where {text} order by all", 1),
            (f"select case when count(*) > 0 then cast({text} as double) end as v from made_up", 1),
        ):
            for statement in duckdb.extract_statements(query):
                assert statement.type.name == "SELECT"
            assert len(duckdb.extract_statements(query)) == 1
            try:
                answer = connection.execute(query)
            except duckdb.Error:
                continue
            assert len(answer.description) == columns
            rows = answer.fetchall()
            assert columns != 3 or all((line[0], line[2]) == (1, 2) for line in rows)
            assert "canary" not in repr(rows)
        assert state(folder, connection) == before


def test_random_texts_are_accepted_often_enough_to_say_something() -> None:
    generator = np.random.default_rng(1)
    drawn = [" ".join(generator.choice(WORDS, size=generator.integers(1, 6))) for _ in range(800)]
    accepted = [text for text in drawn if not refusal(text)]
    assert len(set(accepted)) >= 20

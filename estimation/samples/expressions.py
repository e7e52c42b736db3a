"""Text of a row that becomes SQL: a name, or exactly one expression over the columns of a row.

Specifications and some seeds hold pieces of SQL: variables, sample rules, readings of a definition, what a claim says
of the data. Each piece is parsed here, by DuckDB's own parser, before it is pasted anywhere, whoever wrote the row,
since a warehouse may be somebody else's. An expression is made of columns, constants, operators and the functions
listed below; it has no query, no statement, and nothing that depends on more than its rows. So it can neither write,
nor read a file, a setting or the environment. How long it takes, nobody bounds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import duckdb

#: what an expression may call: of its own row, of lists, of all rows (aggregates and windows), and the project's own
_OPERATORS = "+ - * / // % ^ ** || & | << >> ~ ~~ !~~ ~~* !~~* ~~~ @"
_OF_A_ROW = """
    abs acos asin atan atan2 cbrt ceil ceiling cos degrees exp floor fdiv fmod greatest if isfinite isinf isnan least
    ln log log10 log2 mod nullif pi pow power radians round sign sin sqrt tan trunc
    concat contains ends_with ilike_escape left len length like_escape lower ltrim not_ilike_escape not_like_escape
    prefix regexp_extract regexp_full_match regexp_matches right rtrim split_part starts_with string_split substr
    substring suffix trim upper
    date_diff date_part day make_date month quarter year
"""
_OF_LISTS = """
    array_extract list_apply list_avg list_contains list_count list_distinct list_extract list_filter list_has_all
    list_has_any list_max list_min list_sort list_sum list_transform list_unique list_value map map_contains
    map_extract map_keys map_values
"""
_OF_ALL_ROWS = """
    any_value arg_max arg_min avg bool_and bool_or corr count count_if count_star countif covar_pop covar_samp favg
    first fsum histogram kurtosis last list mad max max_by mean median min min_by mode product quantile quantile_cont
    quantile_disc regr_intercept regr_r2 regr_slope skewness stddev stddev_pop stddev_samp string_agg sum var_pop
    var_samp variance
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
"""
_TYPE_NAMES = """
    bigint bool boolean date decimal double float hugeint int int4 int8 integer numeric real smallint text timestamp
    tinyint varchar
"""
#: words that stand for a function where no column has their name
_WORDS_OF_A_SESSION = """
    current_catalog current_connection_id current_database current_date current_query current_role current_schema
    current_time current_timestamp current_user localtime localtimestamp session_user today user
"""
#: SQL functions of the warehouse (macro create_sql_functions)
PROJECT_FUNCTIONS = frozenset({"centred_product", "lag_years"})
FUNCTIONS = frozenset((_OPERATORS + _OF_A_ROW + _OF_LISTS + _OF_ALL_ROWS).split()) | PROJECT_FUNCTIONS
_TYPES, _SESSION_WORDS = frozenset(_TYPE_NAMES.split()), frozenset(_WORDS_OF_A_SESSION.split())
#: kinds of nodes of the parser's tree that need no look of their own
_HARMLESS = frozenset({"BETWEEN", "CASE", "CAST", "COMPARISON", "CONJUNCTION", "CONSTANT", "LAMBDA", "OPERATOR"})
_REFUSED = {
    "SUBQUERY": "holds a query, and an expression has the columns of its row alone",
    "STAR": "stands for several columns, and an expression is one",
    "PARAMETER": "has a placeholder for a value",
    "POSITIONAL_REFERENCE": "names a column by its position",
}
#: a column may be named with its table
_PARTS_OF_A_COLUMN = 2
LONGEST = 5000
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class NoExpressionError(ValueError):
    """A text that is no single expression, or no name; the message shows it and says why."""


def checked_name(text: str) -> str:
    """The text, if it is a plain name that a column or a table can have; raises NoExpressionError else."""
    if not _NAME.fullmatch(text):
        raise NoExpressionError(f"{text!r} is no name of letters, digits and underscores")
    return checked_expression(text)


def checked_expression(text: str) -> str:
    """The text, if it is exactly one expression over columns; raises NoExpressionError else."""
    why = refusal(text)
    if why:
        raise NoExpressionError(f"{text!r} {why}")
    return text


@lru_cache(maxsize=10_000)
def refusal(text: str) -> str:
    """Why a text is no single expression, as what follows it in a sentence; '' where it is one."""
    if len(text) > LONGEST:
        return f"is longer than {LONGEST} characters"
    if not all(character.isprintable() or character in "\n\t" for character in text):
        return "has a character that cannot be seen"
    # As it stands, its brackets, quotes and comments are closed; in brackets, it is an expression and nothing more.
    bare, bracketed = _parsed(f"select {text}"), _parsed(f"select ({text})")
    if isinstance(bare, str):
        return bare
    if bare != bracketed:
        return "is more than one expression"
    return next(filter(None, map(_objection, _nodes(bare))), "")


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def _parsed(query: str) -> dict[str, Any] | str:
    """The tree of the one thing that a query selects, or why there is none."""
    try:
        ((shown,),) = _parser().cursor().execute("select json_serialize_sql(?)", [query]).fetchall()
        answer = json.loads(shown, object_hook=_without_positions)
    except (duckdb.Error, RecursionError):
        return "is nested too deeply to be read"
    if answer["error"]:
        if "Only SELECT statements" in answer["error_message"]:
            return "holds a statement, and an expression has none"
        return f"is no SQL expression ({answer['error_message'].splitlines()[0]})"
    nodes = [statement["node"] for statement in answer["statements"]]
    if len(nodes) != 1 or nodes[0]["type"] != "SELECT_NODE" or len(nodes[0]["select_list"]) != 1:
        return "is more than one expression"
    if nodes[0]["from_table"]["type"] != "EMPTY":
        return _REFUSED["SUBQUERY"]
    tree: dict[str, Any] = nodes[0]["select_list"][0]
    return tree


def _without_positions(node: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if not key.startswith("query_location")}


def _nodes(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every node of the tree that the parser gives a class, outer ones first."""
    left: list[Any] = [tree]
    while left:
        found = left.pop()
        if isinstance(found, dict):
            if "class" in found:
                yield found
            left.extend(found.values())
        elif isinstance(found, list):
            left.extend(found)


def _objection(node: dict[str, Any]) -> str:
    """What is wrong with a node, or ''."""
    kind = node["class"]
    if kind in ("FUNCTION", "WINDOW"):
        called, home = node["function_name"], node["qualified_name"]["path"]
        if called.lower() not in FUNCTIONS or len(home) != 1:
            return f"calls {'.'.join(home)}, which is none of the functions of expressions"
        return ""
    if kind == "COLUMN_REF":
        names = node["column_names"]
        if len(names) > _PARTS_OF_A_COLUMN or names[0].lower() in _SESSION_WORDS:
            return f"names {'.'.join(names)}, which is no column"
        return ""
    if kind == "TYPE":
        named = node["qualified_name"]["path"]
        return "" if len(named) == 1 and named[0].lower() in _TYPES else f"names the type {'.'.join(named)}"
    if kind in _HARMLESS:
        return ""
    return _REFUSED.get(kind, f"has a part that expressions do not have ({kind.lower()})")

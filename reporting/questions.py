"""A question of one's own as a formula, in the notation of pyfixest and fixest, made a specification of the project.

    y ~ x1 + x2 | city_code + year          two fixed effects
    y ~ x + I(x ^ 2) + log(z) + x:z         squares, logarithms (natural), interactions; x * z is x + z + x:z
    y ~ x | city_code | d ~ z               the endogenous d with the instrument z

What stands in brackets is one SQL expression over the columns of the mart, which the parser of expressions reads
(estimation.samples.expressions): nothing else can be run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from reporting.errors import UsageError
from reporting.warehouse import known, rows_of

if TYPE_CHECKING:
    from reporting.estimation_layer import Output, Specification

#: kinds of standard errors under the names that people know them by
VCOVS = {"iid": "classical", "classical": "classical", "hc1": "hc1", "hetero": "hc1", "cluster": "cluster"}
SPEC_ID = "own_question"
_NAME = re.compile(r"[A-Za-z_]\w*")
_CALL = re.compile(r"([A-Za-z_]\w*)\s*\((.*)\)", re.DOTALL)
_MOST_EFFECTS = 2
#: functions of formulas that no expression has, and what to do instead
_OF_FORMULAS = {
    **dict.fromkeys(("i", "C", "factor", "as.factor"), "give its column as a fixed effect, after |"),
    **dict.fromkeys(("l", "d", "f", "lag"), "use a lagged column of the mart, or lag_years(x, place, year, 1)"),
    **dict.fromkeys(("poly", "bs", "ns"), "write the powers out, as I(x ^ 2)"),
    **dict.fromkeys(("sw", "sw0", "csw", "csw0", "mvsw", "split", "fsplit"), "ask one regression at a time"),
}


@dataclass(frozen=True)
class Mart:
    """A table that can be asked: its columns, and those of place and time."""

    name: str
    columns: tuple[str, ...]
    unit_column: str
    time_column: str


@dataclass(frozen=True)
class Formula:
    """A formula in parts: variables as `name` or `name = expression`, effects as columns."""

    dependent: str
    regressors: tuple[str, ...]
    effects: tuple[str, ...]
    endogenous: tuple[str, ...]
    instruments: tuple[str, ...]


def asked(
    connection: duckdb.DuckDBPyConnection,
    mart: str,
    formula: str,
    *,
    where: str = "",
    vcov: str = "cluster",
    cluster: str = "",
) -> Specification:
    """The specification that a formula, a sample rule and a kind of standard errors ask for.

    mart: a mart of a study, or another table of `main` with places and years. where: one SQL condition over its
    columns, '' for every row. vcov: one of VCOVS. cluster: the column to cluster by, '' for the places. Raises
    UsageError, in one sentence, for what is not there, cannot be read or is not supported.
    """
    from reporting.estimation_layer import specification_from  # noqa: PLC0415

    table = _mart(connection, mart)
    parts = parsed(formula)
    for column in (*parts.effects, *([cluster] if cluster else [])):
        known(column, table.columns, f"column of {table.name}")
    for variable in (parts.dependent, *parts.regressors, *parts.endogenous, *parts.instruments):
        if _NAME.fullmatch(variable):
            known(variable, table.columns, f"column of {table.name}")
    row = {
        "spec_id": SPEC_ID,
        "study": "",
        "suite": "regression",
        "mart": table.name,
        "cohort_column": "",
        "dependent": parts.dependent,
        "regressors": "; ".join(parts.regressors),
        "endogenous": "; ".join(parts.endogenous),
        "instruments": "; ".join(parts.instruments),
        "sample": where.strip() or "true",
        "vcov": VCOVS[vcov],
        "cluster_column": cluster or table.unit_column,
        "options": "",
        **_effects(parts.effects, table),
    }
    return specification_from(row)


def answered(connection: duckdb.DuckDBPyConnection, specification: Specification) -> Output | str:
    """What the regression gives, or why it cannot be estimated; raises UsageError for a column that is not there."""
    from reporting.estimation_layer import NotEstimable, fitted  # noqa: PLC0415

    try:
        return fitted(connection, specification)
    except NotEstimable as why:
        unknown = re.search(r"has no column (\w+)", str(why))
        if unknown:
            table = _mart(connection, specification.mart)
            known(unknown.group(1), table.columns, f"column of {table.name}")
        return str(why)


def parsed(formula: str) -> Formula:
    """The parts of a formula; raises UsageError where it is none, or says what is not supported."""
    parts = _split(formula, "|")
    sides = _split(parts[0], "~")
    if len(sides) != 2 or not all(sides):
        raise UsageError(f"{formula!r} is no formula: write it as y ~ x1 + x2 | city_code + year.")
    effects = [part for part in parts[1:] if len(_split(part, "~")) == 1]
    stages = [_split(part, "~") for part in parts[1:] if len(_split(part, "~")) > 1]
    if len(parts) > 3 or len(effects) > 1 or len(stages) > 1 or any(len(stage) != 2 for stage in stages):
        raise UsageError(f"{formula!r} has too many parts: y ~ regressors | fixed effects | endogenous ~ instruments.")
    (dependent,) = _exactly_one(_variables(sides[0]), "dependent variable", sides[0])
    endogenous, instruments = (_variables(side) for side in stages[0]) if stages else ((), ())
    return Formula(
        dependent,
        _variables(sides[1]),
        _effect_columns(effects[0]) if effects else (),
        endogenous if not stages else _exactly_one(endogenous, "endogenous variable", stages[0][0]),
        instruments,
    )


def _exactly_one(variables: tuple[str, ...], what: str, text: str) -> tuple[str, ...]:
    if len(variables) != 1:
        raise UsageError(f"{text!r} is not one {what}: ask one regression at a time.")
    return variables


def _variables(text: str) -> tuple[str, ...]:
    """Terms between plus signs, each once, as `name` or `name = expression`; a constant is there anyway."""
    if len(_split(text, "-")) > 1:
        raise UsageError(f"{text!r} takes something away: name the variables to keep, with differences in I(...).")
    found: dict[str, None] = {}
    for term in filter(lambda part: part != "1", _split(text, "+")):
        if term == "0":
            raise UsageError("A regression here has a constant or fixed effects: leave the 0 out.")
        found |= dict.fromkeys(_expanded(term))
    return tuple(found)


def _expanded(term: str) -> list[str]:
    """`a * b` as a, b and their product; `a:b` as the product; everything else as itself."""
    if not term:
        raise UsageError("There is an empty term in the formula: put a variable between the plus signs.")
    if len(_split(term, "^")) + len(_split(term, "/")) + len(_split(term, "**")) > 3 or "::" in term:
        raise UsageError(f"{term!r} is arithmetic: put it in I(...), as I({term}).")
    crossed = _split(term, "*")
    if len(crossed) > 1:
        return [*(_variable(part) for part in crossed), _product(crossed)] if len(crossed) == 2 else _too_many(term)
    factors = _split(term, ":")
    return [_product(factors)] if len(factors) > 1 else [_variable(term)]


def _too_many(term: str) -> list[str]:
    raise UsageError(f"{term!r} crosses more than two variables: write each product out, as a:b:c.")


def _product(factors: Sequence[str]) -> str:
    expressions = [_expression(factor) for factor in factors]
    name = "_x_".join(_named(factor) for factor in factors)
    return f"{name} = {' * '.join(f'cast({expression} as double)' for expression in expressions)}"


def _variable(text: str) -> str:
    expression = _expression(text)
    return expression if _NAME.fullmatch(expression) else f"{_named(text)} = {expression}"


def _named(text: str) -> str:
    """A name of letters, digits and underscores for what is no column."""
    inner = _CALL.fullmatch(text)
    if inner and inner.group(1) == "I":
        text = inner.group(2)
    text = re.sub(r"\s*(\*\*|\^)\s*", " to the ", text)
    name = "_".join(re.findall(r"\w+", text, re.ASCII)).lower() or "term"
    return name if _NAME.match(name) else f"v_{name}"


def _expression(text: str) -> str:
    """The SQL of a variable: a column, what stands in I(...), or a call, in which log is the natural logarithm."""
    call = _CALL.fullmatch(text)
    if call is None:
        if not _NAME.fullmatch(text):
            raise UsageError(f"{text!r} is no variable of a formula: name a column, or put an expression in I(...).")
        return text
    name, inner = call.groups()
    if name in _OF_FORMULAS:
        raise UsageError(f"{name}(...) is not supported in a formula: {_OF_FORMULAS[name]}.")
    if ";" in text:
        raise UsageError(f"{text!r} has a semicolon, which no expression needs: leave it out.")
    # as in R and in pyfixest, where DuckDB takes the logarithm to the base of ten
    return re.sub(r"\b(?:np\.)?log\s*\(", "ln(", inner.strip() if name == "I" else text)


def _effect_columns(text: str) -> tuple[str, ...]:
    columns = tuple(dict.fromkeys(part for part in _split(text, "+") if part not in ("0", "1", "")))
    for column in columns:
        if not _NAME.fullmatch(column):
            raise UsageError(
                f"The fixed effect {column!r} is no column: interacted effects are not supported, so name up to two "
                "columns, as city_code + year."
            )
    if len(columns) > _MOST_EFFECTS:
        raise UsageError(f"{len(columns)} fixed effects are too many: a specification here absorbs two at most.")
    return columns


def _effects(columns: Sequence[str], mart: Mart) -> Mapping[str, str]:
    """Which columns stand as unit and time, and which of the two are absorbed.

    Effects that are not of place and time take the room of the one that is not asked for.
    """
    unit, time = (name if name in columns else "" for name in (mart.unit_column, mart.time_column))
    others = [column for column in columns if column not in (unit, time)]
    unit = unit or (others.pop(0) if others else "")
    time = time or (others.pop(0) if others else "")
    return {
        "unit_column": unit or mart.unit_column,
        "time_column": time or mart.time_column,
        "unit_effects": "absorbed" if unit else "none",
        "time_effects": "absorbed" if time else "none",
    }


def _mart(connection: duckdb.DuckDBPyConnection, name: str) -> Mart:
    """The mart of that name; raises UsageError where there is none."""
    rows = {row["mart"]: row for row in rows_of(connection, _MARTS)}
    row = rows[known(name, rows, "mart")]
    columns = rows_of(connection, "from duckdb_columns() where schema_name = 'main' and table_name = ?", [name])
    return Mart(name, tuple(column["column_name"] for column in columns), row["unit_column"], row["time_column"])


def _split(text: str, mark: str) -> list[str]:
    """Parts between a mark that stands outside brackets and quotation marks, without blanks around them."""
    parts, depth, quote, start, position = [], 0, "", 0, 0
    while position < len(text):
        character = text[position]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif depth == 0 and text.startswith(mark, position):
            parts.append(text[start:position])
            position += len(mark)
            start = position
            continue
        position += 1
    return [part.strip() for part in _closed(text, [*parts, text[start:]], depth, quote)]


def _closed(text: str, parts: Iterable[str], depth: int, quote: str) -> Iterable[str]:
    if depth or quote:
        raise UsageError(f"{text!r} has a bracket or a quotation mark that is not closed: close it.")
    return parts


#: marts of studies, and other tables of places and years
_MARTS = """
select mart, unit_column, time_column from reference.studies
union all
select
    tables.table_name,
    case when bool_or(column_name = 'city_code') then 'city_code' else 'province_code' end,
    'year'
from duckdb_tables() as tables
inner join duckdb_columns() as columns
    on tables.schema_name = columns.schema_name and tables.table_name = columns.table_name
where
    tables.schema_name = 'main'
    and tables.database_name = current_database()
    and columns.database_name = current_database()
    and tables.table_name not in (select mart from reference.studies)
group by tables.table_name
having bool_or(column_name in ('city_code', 'province_code')) and bool_or(column_name = 'year')
"""

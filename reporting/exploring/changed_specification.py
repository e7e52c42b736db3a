"""A specification with something of it changed: its table beside the one as specified and the printed one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import duckdb

from reporting.exploring.called import CHANGES, joined
from reporting.languages import Language, word
from reporting.printing import number
from reporting.questions import answered
from reporting.tables import Table, of_fits, of_output, published
from reporting.warehouse import known, rows_of

if TYPE_CHECKING:
    from reporting.estimation_layer import Output

Row = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """What of a specification can be changed, each as the seed writes it: terms separated by `;`, a sample as SQL."""

    regressors: str
    sample: str
    vcov: str
    unit_effects: str
    time_effects: str


@dataclass(frozen=True)
class Specified:
    """A specification as it stands: the mart that it reads, and what of it can be changed."""

    mart: str
    change: Change


def specifications(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Single regressions in the order of studies and tables: study, spec_id, label, table_number, column_number, mart,
    data_scope, status."""
    return rows_of(
        connection,
        """
        select
            specifications.study,
            specifications.spec_id,
            specifications.label,
            specifications.table_number,
            specifications.column_number,
            specifications.mart,
            specifications.data_scope,
            status.status
        from estimation.full_specifications as specifications
        left join specification_status as status using (spec_id)
        where specifications.suite = 'regression'
        -- studies that somebody published come first
        order by
            bool_or(specifications.is_published) over (partition by specifications.study) desc,
            specifications.study,
            specifications.table_number,
            try_cast(specifications.column_number as integer),
            specifications.column_number,
            specifications.spec_id
        """,
    )


def mart_columns(connection: duckdb.DuckDBPyConnection, mart: str) -> list[Row]:
    """Columns of a mart that a specification may name: column_name, unit, definition, label_en, label_zh."""
    return rows_of(
        connection,
        "select column_name, unit, definition, label_en, label_zh from mart_columns where study = ? order by all",
        [mart],
    )


def as_specified(connection: duckdb.DuckDBPyConnection, spec_id: str) -> Specified:
    """What the seed says of it; raises UsageError for a name that no single regression has."""
    known(spec_id, (row["spec_id"] for row in specifications(connection)), "specification of a single regression")
    (row,) = rows_of(
        connection,
        "select mart, regressors, sample, vcov, coalesce(unit_effects, 'absorbed') as unit_effects, "
        "coalesce(time_effects, 'absorbed') as time_effects from estimation.full_specifications where spec_id = ?",
        [spec_id],
    )
    return Specified(row.pop("mart"), Change(**row))


def table(connection: duckdb.DuckDBPyConnection, spec_id: str, change: Change, language: Language) -> Table:
    """The changed specification, fitted on its mart, beside the stored fit as specified and the printed column.

    Columns are (1) changed, (2) as specified and, for a reading of a printed column, (3) as printed. One that cannot be
    estimated on these data is empty, with the reason as a note. Raises UsageError for a change that cannot be read.
    """
    from reporting.estimation_layer import specification_from  # noqa: PLC0415

    before = as_specified(connection, spec_id).change
    (row,) = rows_of(connection, "from estimation.full_specifications where spec_id = ?", [spec_id])
    specification = specification_from({**row, **asdict(change)})
    output = answered(connection, specification)
    fresh = _with_r2(of_output(connection, specification, output, language), output, row["r2_kind"])
    beside = [(word("explorer_changed", language), fresh, 0)]
    beside += [(word("explorer_specified", language), of_fits(connection, [spec_id], language), 0)]
    if row["data_scope"] in ("published", "further reading") and row["column_number"] is not None:
        printed = published(connection, row["study"], row["table_number"], "print", language)
        title = word("explorer_printed", language, table=row["table_number"], column=row["column_number"])
        beside += [(title, printed, _position(printed, row["column_number"]))]
    differs = [name for name, text in asdict(before).items() if asdict(change)[name].strip() != text.strip()]
    return Table(
        name=f"{spec_id}_changed",
        caption=f"{spec_id}: {row['label']}",
        header=(
            tuple(fresh.header[0][0] for _ in beside),
            tuple(f"({number}) {title}" for number, (title, _, _) in enumerate(beside, start=1)),
        ),
        groups=_joined([(found, position) for _, found, position in beside]),
        notes=(*fresh.notes, _difference(differs, language), *_scales(connection, row, language)),
        language=language,
        simulated=fresh.simulated,
    )


def _with_r2(table: Table, output: Output | str, r2_kind: str | None) -> Table:
    """The table with the R2 that the study prints, so that it stands beside that one."""
    if isinstance(output, str) or r2_kind is None:
        return table
    label = word(f"r2_{r2_kind}", table.language)
    coefficients, statistics = table.groups
    if any(name == label for name, _ in statistics):
        return table
    (figures,) = output.tables["fit"].to_dict("records")
    return replace(table, groups=(coefficients, (*statistics, (label, (number(figures[f"r2_{r2_kind}"]),)))))


def _position(printed: Table, column_number: str) -> int:
    """Where a printed table has a column, 0 for the first."""
    heading = f"({column_number.replace('_', ' ')})"
    return next(level.index(heading) for level in printed.header if heading in level)


def _joined(columns: Sequence[tuple[Table, int]]) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]:
    """Rows of several tables side by side, one column of each, by their labels: coefficients, then statistics.

    A row without a label (standard errors) belongs to the one above it.
    """
    constant = word("constant", columns[0][0].language)
    groups = []
    for position in range(max(len(found.groups) for found, _ in columns)):
        texts = [
            {key: row[column] for key, row in _keyed(found.groups[position] if position < len(found.groups) else ())}
            for found, column in columns
        ]
        keys = sorted(dict.fromkeys(key for column in texts for key in column), key=lambda key: key[0] == constant)
        rows = [(key[0] if key[2] == 0 else "", tuple(column.get(key, "") for column in texts)) for key in keys]
        # a printed table has rows for its other columns
        groups.append(tuple(row for row in rows if any(row[1])))
    return tuple(groups)


def _keyed(rows: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[tuple[tuple[str, int, int], tuple[str, ...]]]:
    """Rows with what they are known by: label, how often it stood above already, and line below the label."""
    seen: Counter[str] = Counter()
    label, line = "", 0
    for name, texts in rows:
        if name:
            label, line = name, 0
            seen[label] += 1
        else:
            line += 1
        yield (label, seen[label], line), texts


def _difference(names: Sequence[str], language: Language) -> str:
    if not names:
        return word("explorer_unchanged", language)
    called = [word(CHANGES[name], language) for name in names]
    return word("explorer_changes", language, names=joined(called, language))


def _scales(connection: duckdb.DuckDBPyConnection, row: Row, language: Language) -> list[str]:
    """Which coefficients the study prints in another unit than that of the mart."""
    if row["data_scope"] not in ("published", "further reading"):
        return []
    found = rows_of(
        connection,
        "select distinct term, scale_factor from replication_scorecard "
        "where study = ? and table_number = ? and column_number = ? and scale_factor <> 1 order by all",
        [row["study"], row["table_number"], row["column_number"]],
    )
    return [word("explorer_scaled", language, term=one["term"], factor=f"{one['scale_factor']:g}") for one in found]


def first_of(rows: Sequence[Row]) -> str | None:
    """The specification to begin with: the first that is printed and estimated, else estimated, else the first."""
    order = sorted(rows, key=lambda row: (row["status"] != "estimated", row["data_scope"] != "published"))
    return next((row["spec_id"] for row in order), None)

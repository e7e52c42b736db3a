"""A study estimated again from its package alone, and compared with the results in it.

What a package holds of a study is laid out in `Paths`; `python replicate.py` in an unpacked one runs `replicate`.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from reporting.warehouse import rows_of

#: relative and absolute: ten digits, and what rounding leaves of a zero
TOLERANCE, OF_ZERO = 1e-10, 1e-14


@dataclass(frozen=True)
class Paths:
    """What lies where in a package."""

    folder: Path

    @property
    def data(self) -> Path:
        """Mart and panel of the study, as Parquet and CSV."""
        return self.folder / "study" / "data"

    @property
    def mart(self) -> Path:
        """The mart alone, under the name of its table."""
        (path,) = (self.folder / "study" / "mart").glob("*.parquet")
        return path

    @property
    def specifications(self) -> Path:
        """Rows of full_specifications."""
        return self.folder / "study" / "specifications.parquet"

    @property
    def settings(self) -> Path:
        """The row of estimation.settings."""
        return self.folder / "study" / "settings.csv"

    @property
    def functions(self) -> Path:
        """The SQL functions that expressions of specifications use."""
        return self.folder / "study" / "functions.sql"

    @property
    def expected(self) -> Path:
        """Every number that the specifications gave when the warehouse was built."""
        return self.folder / "results" / "estimation_output.csv"

    @property
    def estimates(self) -> Path:
        """The coefficients, as readers of the results see them."""
        return self.folder / "results" / "estimates.csv"

    @property
    def report(self) -> Path:
        """What the comparison found."""
        return self.folder / "replication_report.md"

    @property
    def differences(self) -> Path:
        """The numbers that differ, all of them."""
        return self.folder / "replication_differences.csv"


def replicate(folder: Path, say: Callable[[str], None] = print) -> int:
    """Estimate every specification of a package again, write the report; returns how many numbers differ."""
    # takes seconds
    from reporting.estimation_layer import estimated_again  # noqa: PLC0415

    paths, started = Paths(folder), time.monotonic()
    with duckdb.connect() as connection:
        connection.execute(paths.functions.read_text(encoding="utf-8"))
        connection.execute(f'create table "{paths.mart.stem}" as from read_parquet({_text(paths.mart)})')
        specifications = connection.execute(f"from read_parquet({_text(paths.specifications)})").df()
        (settings,) = rows_of(connection, f"from read_csv({_text(paths.settings)})")
        say(f"{len(specifications)} specifications, from {paths.mart.stem} alone ...")
        again = estimated_again(connection, specifications, settings, say)
        connection.register("again", again)
        connection.execute(
            f"create table expected as from read_csv({_text(paths.expected)}, columns = {_COLUMNS}, {_RFC_4180})"
        )
        connection.execute(
            f"create table printed as from read_csv({_text(paths.estimates)}, all_varchar = true, {_RFC_4180})"
        )
        connection.execute(_COMPARED)
        by_specification = rows_of(connection, _BY_SPECIFICATION)
        differing = connection.sql("from compared where not agrees order by all")
        (total,) = rows_of(connection, _TOTAL)
        differing.write_csv(str(paths.differences))
    lines = [
        "# Replication report\n",
        f"{total['specifications']} specifications estimated again from `study/mart/{paths.mart.name}`, "
        f"{total['numbers']:,} numbers compared with `results/`: "
        f"**{total['numbers'] - total['differing']:,} agree to ten digits, {total['differing']} differ**. "
        f"Largest relative difference: {total['largest']:.1e}.\n",
        f"{time.monotonic() - started:.0f} seconds, {_peak_memory_mb()} MB of memory at most.\n",
        "| specification | status | numbers | differing | largest relative difference |\n|---|---|---|---|---|",
        *(
            f"| {row['spec_id']} | {row['status']} | {row['numbers']} | {row['differing']} | {row['largest']:.1e} |"
            for row in by_specification
        ),
    ]
    paths.report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    say(lines[1].replace("**", "").rstrip())
    say(f"{paths.report.name} has the comparison by specification.")
    return int(total["differing"])


def _peak_memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


_COLUMNS = (
    "{'spec_id': 'varchar', 'part': 'varchar', 'row_number': 'bigint', 'statistic': 'varchar', 'value': 'double', "
    "'detail': 'varchar'}"
)
_RFC_4180 = "header = true, delim = ',', quote = '\"', escape = '\"'"
#: Every number and text that was estimated, but for the seconds that it took; and, of `results/estimates.csv`, the
#: coefficients and standard errors, which must be those of the long rows.
_COMPARED = f"""
create table compared as
with
of_results as (
    select spec_id, part, row_number, statistic, value, nullif(detail, '') as detail
    from expected where statistic <> 'seconds'
    union all
    select spec_id, 'estimates.csv ' || term, 1, 'estimate', cast(estimate as double), null from printed
    union all
    select spec_id, 'estimates.csv ' || term, 1, 'standard_error', cast(standard_error as double), null from printed
),
terms as (
    select spec_id, row_number, detail as term from again where part = 'estimates' and statistic = 'term'
),
ours as (
    select spec_id, part, row_number, statistic, value, nullif(detail, '') as detail
    from again where statistic <> 'seconds'
    union all
    select again.spec_id, 'estimates.csv ' || terms.term, 1, again.statistic, again.value, null
    from again inner join terms using (spec_id, row_number)
    where again.part = 'estimates' and again.statistic in ('estimate', 'standard_error')
)
select
    spec_id,
    part,
    row_number,
    statistic,
    of_results.value as value_in_results,
    ours.value as value_again,
    of_results.detail as text_in_results,
    ours.detail as text_again,
    abs(of_results.value - ours.value)
    / nullif(greatest(abs(of_results.value), abs(ours.value)), 0) as relative_difference,
    of_results.detail is not distinct from ours.detail and (
        (of_results.value is null and ours.value is null)
        or coalesce(
            abs(of_results.value - ours.value)
            <= {TOLERANCE} * greatest(abs(of_results.value), abs(ours.value)) + {OF_ZERO},
            false
        )
    ) as agrees
from of_results full join ours using (spec_id, part, row_number, statistic)
"""
_FIGURES = f"""
    count(*) as numbers,
    count(*) filter (where not agrees) as differing,
    coalesce(max(relative_difference) filter (where abs(value_in_results - value_again) > {OF_ZERO}), 0) as largest
"""
_BY_SPECIFICATION = f"""
select
    spec_id,
    coalesce(max(text_again) filter (where part = 'status' and statistic = 'status'), 'absent') as status,
    {_FIGURES}
from compared group by spec_id order by spec_id
"""
_TOTAL = f"select count(distinct spec_id) as specifications, {_FIGURES} from compared"

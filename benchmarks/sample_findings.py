"""Draw findings of a warehouse by a stated seed, for a person to judge: as many of each detector as STRATA says.

Run from the project root: `python -m benchmarks.sample_findings build/real.duckdb`. Prints tab-separated rows with the
evidence that a judge needs: the series, the same cells in the other scope, rivals, and what the detector says. The
verdicts stand in benchmarks/judged_findings.csv.
"""

from __future__ import annotations

import csv
import sys

import duckdb

SEED = 13
STRATA = {
    "cell_contradicted": 30,
    "cell_spike": 20,
    "cell_currency": 4,
    "cell_spike_edge": 4,
    "cell_odd": 52,
    "cell_spike_doubtful": 12,
    "cell_jump": 6,
    "wage_identity": 6,
    "districts_exceed": 5,
    "shares_sum": 3,
    "industries_sum": 3,
    "sectors_sum": 2,
    "cities_sum": 1,
    "province_block": 2,
}
YEARS_AROUND = 4

_SERIES = """
    select string_agg(year || ':' || printf('%.4g', value), ' ' order by year) from (
        select year, any_value(value order by priority) as value from detectors.checked_values
        where place_code = $place and indicator = $indicator and {condition}
            and year between $year - {around} and $year + {around}
        group by year
    )
"""


def main() -> None:
    connection = duckdb.connect(sys.argv[1] if len(sys.argv) > 1 else "build/real.duckdb", read_only=True)
    writer = csv.writer(sys.stdout, delimiter="\t")
    for detector, count in STRATA.items():
        rows = connection.execute(
            """
            select
                detector, severity, place_name_zh, place_code, indicator, scope, vintage, year, observed, path, cell,
                message
            from detectors.findings where detector = ?
            order by md5(concat_ws('|', ?, file_id, place_code, indicator, scope, year)) limit ?
            """,
            [detector, SEED, count],
        ).fetchall()
        for row in rows:
            place, indicator, scope, vintage, year = row[3:8]
            key = {"place": place, "indicator": indicator, "year": year}
            conditions = [
                f"vintage = '{vintage}' and scope = '{scope}'",
                f"vintage = '{vintage}' and scope <> '{scope}'",
                f"vintage <> '{vintage}' and scope = '{scope}'",
            ]
            evidence = [
                connection.execute(_SERIES.format(condition=condition, around=YEARS_AROUND), key).fetchone()
                for condition in conditions
            ]
            writer.writerow([*row, *(found[0] if found else None for found in evidence)])


if __name__ == "__main__":
    main()

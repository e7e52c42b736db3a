"""Wage records by the million: the SQL of city_wage_inequality against pandas and polars, and how its time grows."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from tests.support.warehouse import write_manifest

HEADING = "## Wage records"
RECORDS = 20_000_000
MANY_RECORDS = 100_000_000
MEMORY = "6GB"
PANDAS_TARGET = 8
GROWTH_TARGET = 5.5
TOLERANCE = 1e-9
#: models from the records to the indices, in their order
MODELS = ("wage_record_places", "city_wage_inequality")
COLUMNS = ["gini", "theil_t", "theil_l"]

#: Log-normal wages and uniform weights of 300 cities in 18 years. A hash of the record number, not random(), makes the
#: records the same however many threads write them.
_GENERATE = """
copy (
    select
        cities.name_zh as city,
        cast(2005 + hash(i, 1) % 18 as integer) as year,
        exp(
            10.5 + 0.4 * (cities.k / 300) + 0.6 * cos(2 * pi() * (hash(i, 3) % 1000000007) / 1000000007)
            * sqrt(-2 * ln((1 + hash(i, 2) % 1000000007) / 1000000008))
        ) as wage,
        0.5 + 2 * (hash(i, 4) % 1000003) / 1000003 as weight
    from range({records}) as records (i)
    inner join (
        select row_number() over (order by city_code) - 1 as k, name_zh
        from read_csv('seeds/places/cities.csv', all_varchar = true)
        where status = 'active'
        order by city_code limit 300
    ) as cities on cities.k = hash(i, 5) % 300
) to '{path}' (format parquet)
"""


def report(runs: int = 5) -> list[str]:
    """The section of results.md."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compiled = _compiled(folder, RECORDS)
        path = folder / str(RECORDS) / "records.parquet"
        peers: dict[str, Callable[[Path], pd.DataFrame]] = {
            "pandas, sorted by city, year and wage": pandas_sorted_by_all,
            "pandas, sorted by wage, cities as categories": pandas_sorted_by_wage,
        }
        if importlib.util.find_spec("polars"):
            peers["polars"] = polars_lazy
        seconds: dict[str, list[float]] = {label: [] for label in ["ours", *peers]}
        differences: dict[str, float] = {}
        for _ in range(runs):
            taken, ours = _ours(folder, compiled, RECORDS)
            seconds["ours"].append(taken)
            for label, peer in peers.items():
                start = time.perf_counter()
                theirs = peer(path)
                seconds[label].append(time.perf_counter() - start)
                differences[label] = _largest_difference(ours, theirs)
        path.unlink()
        best = {label: min(taken) for label, taken in seconds.items()}
        compiled = _compiled(folder, MANY_RECORDS)
        many = min(_ours(folder, compiled, MANY_RECORDS)[0] for _ in range(2))
    wrong = {label: difference for label, difference in differences.items() if not difference <= TOLERANCE}
    if wrong:
        raise SystemExit(f"The indices differ by more than {TOLERANCE}: {wrong}.")
    return [
        HEADING,
        "",
        f"Generated log-normal wages with weights in Parquet, 300 cities in 18 years, {RECORDS:,} records; the SQL of "
        f"{' and '.join(MODELS)} as dbt compiles it, two threads, {MEMORY} of memory, against programs that read the "
        "same file and end in the same Gini and Theil indices (largest difference "
        f"{max(differences.values()):.0e}). Best of {runs} runs in turns.",
        "",
        "| | measured | target |",
        "|---|---|---|",
        *(
            f"| times faster than {label} | {best[label] / best['ours']:.1f} "
            f"({best[label]:.1f} s to {best['ours']:.1f} s) | {1 if label == 'polars' else PANDAS_TARGET} |"
            for label in peers
        ),
        *([] if "polars" in peers else ["| times faster than polars | not measured: polars is not installed | 1 |"]),
        f"| time of {MANY_RECORDS:,} records over that of {RECORDS:,} | {many / best['ours']:.1f} "
        f"({many:.1f} s) | at most {GROWTH_TARGET} |",
    ]


def _compiled(folder: Path, records: int) -> list[str]:
    """Generate records, land them and compile the models: their SQL."""
    data = folder / str(records)
    data.mkdir()
    with duckdb.connect() as connection:
        connection.execute(_GENERATE.format(records=records, path=data / "records.parquet"))
    write_manifest(data, {"path": "records.parquet", "reader": "wage_records"})
    environment = os.environ | {"REGIONAL_DATA": str(data), "REGIONAL_WAREHOUSE": str(_warehouse(folder, records))}
    environment |= {"REGIONAL_CACHE": str(folder / "cache")}
    options = ["--target-path", str(data / "target"), "--log-path", str(data / "logs"), "--quiet"]
    for command in (
        ["build", "--select", "landed_record_files", "place_aliases", "cities"],
        ["compile", "--select", *MODELS],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "dbt.cli.main", *command, *options],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"dbt {command[0]} failed, so there is nothing to measure:\n{done.stdout[-3000:]}")
    compiled = data / "target/compiled/regional_inequality/models/micro"
    return [(compiled / f"{model}.sql").read_text(encoding="utf-8") for model in MODELS]


def _warehouse(folder: Path, records: int) -> Path:
    return folder / str(records) / "bench.duckdb"


def _ours(folder: Path, compiled: list[str], records: int) -> tuple[float, pd.DataFrame]:
    """Seconds of the models, built as tables in a process's fresh connection, and the indices."""
    with duckdb.connect(str(_warehouse(folder, records))) as connection:
        connection.execute(f"set threads = 2; set memory_limit = '{MEMORY}'; set temp_directory = '{folder / 'spill'}'")
        start = time.perf_counter()
        for model, text in zip(MODELS, compiled, strict=True):
            schema = "staging" if model == "wage_record_places" else "main"
            connection.execute(f"create or replace table {schema}.{model} as {text}")
        seconds = time.perf_counter() - start
        named = connection.sql(
            f"select name_zh as city, year, {', '.join(COLUMNS)} from city_wage_inequality "
            "inner join reference.cities using (city_code)"
        ).df()
    return seconds, named.set_index(["city", "year"])[COLUMNS].sort_index()


def pandas_sorted_by_all(path: Path) -> pd.DataFrame:
    """As one would write it: sort by group and wage, then running sums and sums by group."""
    frame = pd.read_parquet(path).sort_values(["city", "year", "wage"])
    return _pandas_indices(frame, {"sort": False})


def pandas_sorted_by_wage(path: Path) -> pd.DataFrame:
    """The fastest of several ways tried: running sums by group need no more than rows sorted by wage."""
    frame = pd.read_parquet(path)
    frame["city"] = frame["city"].astype("category")
    return _pandas_indices(frame.sort_values("wage"), {"sort": False, "observed": True})


def _pandas_indices(frame: pd.DataFrame, options: dict[str, bool]) -> pd.DataFrame:
    groups = frame.groupby(["city", "year"], **options)
    running = groups["weight"].cumsum()
    frame["wx"] = frame["weight"] * frame["wage"]
    frame["wxc"] = frame["wx"] * (2 * running - frame["weight"])
    logarithm = np.log(frame["wage"])
    frame["wl"] = frame["weight"] * logarithm
    frame["wxl"] = frame["wx"] * logarithm
    sums = frame.groupby(["city", "year"], **options)[["weight", "wx", "wxc", "wl", "wxl"]].sum()
    mean = sums["wx"] / sums["weight"]
    return pd.DataFrame(
        {
            "gini": sums["wxc"] / (sums["weight"] * sums["wx"]) - 1,
            "theil_t": sums["wxl"] / sums["wx"] - np.log(mean),
            "theil_l": np.log(mean) - sums["wl"] / sums["weight"],
        }
    )


def polars_lazy(path: Path) -> pd.DataFrame:
    """Lazily, so that polars plans the whole: sorted by wage, running sums and sums by group."""
    import polars as pl  # noqa: PLC0415 (not in the lock file: measured where it is installed)

    w, x = pl.col("weight"), pl.col("wage")
    running = w.cum_sum()
    answer = (
        pl.scan_parquet(path)
        .sort("wage")
        .group_by("city", "year", maintain_order=False)
        .agg(
            w.sum().alias("w"),
            (w * x).sum().alias("wx"),
            (w * x * (2 * running - w)).sum().alias("wxc"),
            (w * x.log()).sum().alias("wl"),
            (w * x * x.log()).sum().alias("wxl"),
        )
        .select(
            "city",
            "year",
            gini=pl.col("wxc") / (pl.col("w") * pl.col("wx")) - 1,
            theil_t=pl.col("wxl") / pl.col("wx") - (pl.col("wx") / pl.col("w")).log(),
            theil_l=(pl.col("wx") / pl.col("w")).log() - pl.col("wl") / pl.col("w"),
        )
        .collect()
    )
    return pd.DataFrame(answer.to_dict(as_series=False)).set_index(["city", "year"])


def _largest_difference(ours: pd.DataFrame, theirs: pd.DataFrame) -> float:
    theirs.index = pd.MultiIndex.from_tuples([(str(city), int(year)) for city, year in theirs.index])
    theirs = theirs.sort_index()
    ours.index = pd.MultiIndex.from_tuples([(str(city), int(year)) for city, year in ours.index])
    if not ours.sort_index().index.equals(theirs.index):
        raise SystemExit("The programs found different cities and years.")
    return float(np.abs(ours.sort_index().to_numpy() - theirs[COLUMNS].to_numpy()).max())

"""`python -m tests.estimation.against_r.export FOLDER`: the samples of table 2 of each study, as R reads them.

From the embedded default (REGIONAL_WAREHOUSE, default build/regional.duckdb): one CSV a published specification with
the columns unit, time, y and one a variable, and specifications.csv with what is to be estimated.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import duckdb
import pandas as pd

from estimation import estimation_sample, read_specifications
from estimation.ground.columns import OUTCOME, TIME, UNIT


def main(folder: Path) -> None:
    """Write the samples and the list of specifications."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    warehouse = os.environ.get("REGIONAL_WAREHOUSE", "build/regional.duckdb")
    with duckdb.connect(warehouse, read_only=True) as connection:
        ((simulated,),) = connection.sql("select bool_and(is_simulated) from fits").fetchall()
        if not simulated:
            raise SystemExit(f"{warehouse} is not the embedded default: no real data may enter the reference.")
        seed = connection.sql("from estimation.full_specifications where is_published and table_number = 2").df()
        for made in read_specifications(seed):
            sample = estimation_sample(connection, made).rename(columns={UNIT: "unit", TIME: "time", OUTCOME: "y"})
            names = [term.name for term in made.variables]
            sample[["unit", "time", "y", *names]].to_csv(
                folder / f"{made.spec_id}.csv", index=False, lineterminator="\n"
            )
            rows.append(
                {
                    "spec_id": made.spec_id,
                    "regressors": " ".join(term.name for term in made.regressors),
                    "endogenous": " ".join(term.name for term in made.endogenous),
                    "instruments": " ".join(term.name for term in made.instruments),
                    "unit_effects": made.unit_effects,
                    "time_effects": made.time_effects,
                    "vcov": made.vcov,
                }
            )
    pd.DataFrame(rows).to_csv(folder / "specifications.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

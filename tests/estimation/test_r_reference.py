"""Table 2 of each study against R (plm, AER, sandwich) on the same samples: tests/estimation/against_r/table2.R."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

REFERENCE = Path(__file__).parent / "against_r"
AGAIN = (
    "if the simulation or a specification changed, write the reference again: "
    "python -m tests.estimation.against_r.export SAMPLES && Rscript "
    "tests/estimation/against_r/table2.R SAMPLES tests/estimation/against_r"
)


@pytest.fixture(scope="module")
def reference() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "table2.csv")


def test_every_column_of_every_table_2_is_in_the_reference_under_both_conventions(default_warehouse, reference) -> None:
    columns = default_warehouse.sql(
        "select spec_id, unnest([vcov, 'cluster']) from estimation.full_specifications "
        "where is_published and table_number = 2"
    ).fetchall()
    assert set(zip(reference["spec_id"], reference["errors"], strict=True)) == set(columns)
    assert reference[["estimate", "standard_error"]].notna().all(axis=None)


def test_estimates_and_standard_errors_are_those_of_r(default_warehouse, reference) -> None:
    estimates = default_warehouse.sql(
        "select coalesce(specifications.twin_of, estimates.spec_id) as spec_id, fits.vcov as errors, estimates.term, "
        "estimates.estimate, estimates.standard_error, fits.n from estimates inner join fits using (spec_id) "
        "inner join estimation.full_specifications as specifications using (spec_id) "
        "where specifications.table_number = 2 and (specifications.is_published or specifications.vcov = 'cluster')"
    ).df()
    both = reference.merge(estimates, on=["spec_id", "errors", "term"], how="left", suffixes=("_r", ""))
    assert len(both) == len(reference)
    assert (both["n"] == both["n_r"]).all(), AGAIN
    for name in ("estimate", "standard_error"):
        apart = (both[name] / both[f"{name}_r"] - 1).abs()
        worst = both.loc[apart.idxmax(), ["spec_id", "errors", "term"]].tolist()
        assert apart.max() < 1e-6, f"{name} of {worst}; {AGAIN}"


def test_the_reference_says_what_made_it() -> None:
    session = (REFERENCE / "session.txt").read_text(encoding="utf-8")
    for part in ("R version", "plm_", "AER_", "sandwich_"):
        assert part in session

"""What the tests of formulas render is the SQL that dbt compiles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.models import NOT_RENDERED, model_sql
from tests.support.warehouse import ROOT

MODELS = sorted(
    path.relative_to(ROOT / "models")
    for folder in ("indices", "policies", "marts", "micro")
    for path in (ROOT / "models" / folder).glob("*.sql")
    # Bins, ledger and rejects of records hold no formula.
    if path.stem not in NOT_RENDERED and not path.stem.startswith("wage_record_")
)
#: the records of a model, which are files there and a table here
RECORDS = re.compile(r"\brecords as \(.*?\n\),", flags=re.DOTALL)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_models_are_rendered_as_dbt_compiles_them(default_warehouse_file: Path, path: Path) -> None:
    compiled = default_warehouse_file.with_suffix(".work") / "target" / "compiled" / "regional_inequality" / "models"
    bare = re.sub(r'(?:"\w+"\.)+"(\w+)"', r"\1", (compiled / path).read_text(encoding="utf-8"))
    ours = model_sql(path.stem)
    if path.parent.name == "micro":
        bare, ours = RECORDS.sub("", bare), RECORDS.sub("", ours)
    assert bare.split() == ours.split()

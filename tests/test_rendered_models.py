"""What the tests of formulas render is the SQL that dbt compiles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.models import model_sql
from tests.warehouse import ROOT

#: sample_flow counts by the rows of a seed, which are read while dbt compiles it.
MODELS = sorted(
    path.relative_to(ROOT / "models")
    for folder in ("indices", "marts")
    for path in (ROOT / "models" / folder).glob("*.sql")
    if path.stem != "sample_flow"
)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_models_are_rendered_as_dbt_compiles_them(default_warehouse_file: Path, path: Path) -> None:
    compiled = default_warehouse_file.with_suffix(".work") / "target" / "compiled" / "regional_inequality" / "models"
    bare = re.sub(r'(?:"\w+"\.)+"(\w+)"', r"\1", (compiled / path).read_text(encoding="utf-8"))
    assert bare.split() == model_sql(path.stem).split()

"""Studies: question, model, tables beside the print, and what speaks for and against them.

Sentences on a study stand in `studies.toml`; a study that has none is told by what the warehouse says of it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from reporting.languages import LANGUAGES
from reporting.report.frame import Page, both, in_words
from reporting.report.model import Model, model_of
from reporting.report.pages.data import Row, grouped
from reporting.report.pictures import Pictures
from reporting.report.printed import shown
from reporting.report.queries import asked

FIRST = "studies/index.html"
TEXTS = Path(__file__).parent.parent / "studies.toml"


def study_path(study: str) -> str:
    """The page of a study."""
    return f"studies/{study}.html"


@cache
def texts() -> dict[str, dict[str, Any]]:
    """What is written on studies, by study."""
    with TEXTS.open("rb") as file:
        return tomllib.load(file)


def told_studies(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """The studies with what these data say of them, and with a title in each language."""
    return [{"citation": None, **row, **_titles(row)} for row in asked(connection, "studies")]


def _titles(row: Row) -> dict[str, str]:
    written = texts().get(row["study"], {})
    return {f"title_{language}": written.get(f"title_{language}") or row["subject"] for language in LANGUAGES}


def pages(connection: duckdb.DuckDBPyConnection, studies: list[Row], pictures: Pictures) -> list[Page]:
    """The pages of the section."""
    names = (
        *("specifications", "scorecard", "columns_carried", "sample_flow"),
        *("print_against_itself", "claims", "variables"),
    )
    by_study = {name: grouped(asked(connection, name), "study") for name in names}
    moments = grouped(asked(connection, "tables_of_moments"), "study")
    listed = {"studies": studies, "study_path": study_path}
    found = [Page(FIRST, "studies.html", "studies", both("report.studies.title"), listed)]
    for row in studies:
        study = row["study"]
        context: dict[str, Any] = {name: rows.get(study, []) for name, rows in by_study.items()}
        context["print_against_itself"] = grouped(context["print_against_itself"], "verdict")
        context["variables"] = {variable["column_name"]: variable for variable in context["variables"]}
        title = in_words(row, "title")
        context |= {
            "study": row,
            "text": texts().get(study, {}),
            "model": _model(texts().get(study, {}), by_study["specifications"].get(study, [])),
            "tables": [shown(connection, study, number) for number in _numbers(by_study["scorecard"].get(study, []))],
            "descriptives": [shown(connection, study, number) for number in _numbers(moments.get(study, []))],
            "figures": pictures.of_study(study, {row["spec_id"] for row in by_study["specifications"].get(study, [])}),
        }
        found.append(Page(study_path(study), "study.html", "studies", title, context))
    return found


def _numbers(rows: list[Row]) -> list[int]:
    """The numbers of the tables of these rows."""
    return list(dict.fromkeys(row["table_number"] for row in rows))


def _model(text: dict[str, Any], specifications: list[Row]) -> Model | None:
    """The equation of the specification that the text names, or of the first; None where there is none."""
    regressions = [row for row in specifications if row["suite"] == "regression"]
    chosen = next((row for row in regressions if row["spec_id"] == text.get("model")), next(iter(regressions), None))
    return None if chosen is None else model_of(chosen, text.get("written_out", []))

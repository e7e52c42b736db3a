"""Data Docs: what the gates of a build found, as static pages that open without a network.

Great Expectations writes a page a suite, which loads styles and scripts from other people's machines, and an index that
its scripts fill. Here all that is loaded is taken out, a style sheet and an index of our own stand in its place: the
pages are read where the warehouse is read, and tell nobody that they were opened.
"""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from gates.evaluation import MET, NO_ROWS, NOT_MET, configured, library, new_context, shown_count
from gates.suites import Expectation, Severity
from regional.places import DOCS_INDEX

STYLES = Path(__file__).with_name("data_docs.css")
#: the time on pages that do not change when they are built again
_NO_TIME = datetime(1970, 1, 1)
_SITE = "warehouse"
_FROM_ELSEWHERE = re.compile(
    r"<script\b.*?</script>|<footer\b.*?</footer>|<link\b[^>]*>|<img\b[^>]*>"
    r"|<nav class=\"navbar.*?</nav>\s*</div>\s*</nav>|<nav aria-label=.*?</nav>",
    re.DOTALL | re.IGNORECASE,
)
_ADDRESS_IN_STYLE = re.compile(r"url\([^)]*\)")


def write_data_docs(folder: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """Write the pages of some results into a folder, which is replaced, and return its index.

    `rows` as gates.evaluation.evaluated has them.
    """
    gx = library()
    from great_expectations.core import ExpectationSuiteValidationResult, RunIdentifier  # noqa: PLC0415
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult  # noqa: PLC0415
    from great_expectations.data_context.types.resource_identifiers import (  # noqa: PLC0415
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    shutil.rmtree(folder, ignore_errors=True)
    context = new_context()
    context.add_data_docs_site(_SITE, _site(folder))
    suites: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        suites.setdefault((row["gate"], row["suite"]), []).append(row)
    for (gate, suite), of_suite in suites.items():
        name = f"{gate}.{suite}"
        context.suites.add(gx.ExpectationSuite(name, expectations=[configured(_expectation(row)) for row in of_suite]))
        outcomes = [json.loads(row["result"]) for row in of_suite]
        met = sum(outcome["success"] for outcome in outcomes)
        result = ExpectationSuiteValidationResult(
            success=met == len(outcomes),
            results=[
                ExpectationValidationResult(
                    success=outcome["success"],
                    expectation_config=configured(_expectation(row)).configuration,
                    result=outcome["result"],
                    exception_info=outcome["exception_info"],
                )
                for row, outcome in zip(of_suite, outcomes, strict=True)
            ],
            suite_name=name,
            statistics={
                "evaluated_expectations": len(outcomes),
                "successful_expectations": met,
                "unsuccessful_expectations": len(outcomes) - met,
                "success_percent": 100 * met / len(outcomes),
            },
            meta={
                "run_id": RunIdentifier(gate, _NO_TIME),
                "active_batch_definition": {
                    "datasource_name": "warehouse",
                    "data_asset_name": of_suite[0]["relation"],
                    "batch_identifiers": {},
                },
            },
        )
        key = ValidationResultIdentifier(
            ExpectationSuiteIdentifier(name), RunIdentifier(gate, _NO_TIME), of_suite[0]["relation"]
        )
        context.validation_results_store.set(key, result)
    context.build_data_docs([_SITE])
    pages: dict[tuple[str, str], Path] = {}
    for page in (folder / "validations").rglob("*.html"):
        _, gate, suite, *_ = page.relative_to(folder).parts
        pages[gate, suite] = page
    back = f'<p class="back"><a href="{"../" * 5}{DOCS_INDEX}">all suites</a></p>'
    for page in pages.values():
        page.write_text(_page(page.read_text(encoding="utf-8"), back), encoding="utf-8")
    shutil.rmtree(folder / "static")
    shutil.rmtree(folder / "expectations")
    links = {key: page.relative_to(folder).as_posix() for key, page in pages.items()}
    (folder / DOCS_INDEX).write_text(_index(suites, links), encoding="utf-8")
    return folder / DOCS_INDEX


def _site(folder: Path) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder.absolute())},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "show_how_to_buttons": False,
    }


def _expectation(row: dict[str, Any]) -> Expectation:
    return Expectation(
        name=row["expectation"],
        kind=row["kind"],
        column=row["column_name"] or "",
        arguments=json.loads(row["arguments"]),
        severity=Severity(row["severity"]),
        because=row["because"],
    )


def _page(page: str, back: str) -> str:
    """A page of Great Expectations without what it loads, with our style sheet and a way back."""
    page = _ADDRESS_IN_STYLE.sub("none", _FROM_ELSEWHERE.sub("", page))
    return re.sub(r"(<body\b[^>]*>)", rf"\1{back}", page.replace("</head>", f"{_style()}</head>", 1), count=1)


def _style() -> str:
    return f"<style>{STYLES.read_text(encoding='utf-8')}</style>"


def _index(suites: dict[tuple[str, str], list[dict[str, Any]]], links: dict[tuple[str, str], str]) -> str:
    """The first page: what is not met, the gravest first, and every suite with a link to its page."""
    against = [row for of_suite in suites.values() for row in of_suite if row["verdict"] == NOT_MET]
    against.sort(key=lambda row: list(Severity).index(Severity(row["severity"])))
    unmet = [
        [
            _badge(row["severity"]),
            _link(links[row["gate"], row["suite"]], row["suite"]),
            html.escape(row["expectation"].replace("_", " ")),
            html.escape(shown_count(row)),
            html.escape(row["because"]),
        ]
        for row in against
    ]
    each = [
        [
            html.escape(gate),
            _link(links[gate, suite], suite),
            html.escape(of_suite[0]["relation"]),
            *(str(sum(row["verdict"] == verdict for row in of_suite)) for verdict in (MET, NOT_MET, NO_ROWS)),
        ]
        for (gate, suite), of_suite in suites.items()
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>What the gates found</title>'
        f"{_style()}</head><body><h1>What the gates found</h1>"
        f"<h2>Not met: {len(unmet)} of {sum(map(len, suites.values()))} expectations</h2>"
        + _table(["severity", "suite", "expectation", "found", "because"], unmet)
        + "<h2>Suites</h2>"
        + _table(["gate", "suite", "table", MET, NOT_MET, NO_ROWS], each)
        + "</body></html>\n"
    )


def _table(headings: list[str], rows: list[list[str]]) -> str:
    """A table of cells that are HTML."""
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _link(address: str, text: str) -> str:
    return f'<a href="{html.escape(address)}">{html.escape(text.replace("_", " "))}</a>'


def _badge(severity: str) -> str:
    return f'<span class="{severity}">{severity}</span>'

"""The first page: what this is, how far it carries, one picture, and where to start."""

from __future__ import annotations

from typing import Any

from reporting.report.frame import Page, both
from reporting.report.pages import studies
from reporting.report.pictures import Pictures

#: Where a reader may start: keys of words, and the pages.
STARTS = {
    "studies": studies.FIRST,
    "places": "places/index.html",
    "indices": "indices.html",
    "data": "data/index.html",
    "codebook": "codebook/index.html",
    "citing": "citing.html",
}


def pages(told_studies: list[dict[str, Any]], pictures: Pictures) -> list[Page]:
    """The page, in a list as those of other sections."""
    context = {
        "studies": told_studies,
        "study_path": studies.study_path,
        "starts": STARTS,
        "figures": pictures.of("overview"),
    }
    return [Page("index.html", "overview.html", "overview", both("report.overview.title"), context)]

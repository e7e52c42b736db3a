"""Tables to take into a paper, from a published warehouse: HTML, LaTeX, Typst, Word, Markdown, CSV and plain text.

    with reporting.warehouse.opened(path) as connection:
        table = tables.published(connection, "import_inequality", 2, shows="both", language="zh")
        table.save("table_2.docx")              # the suffix says the format
        page += table.text("html")              # a fragment; table.page() is a page of its own

Each function returns one Table: `published` (a printed table, ours, the print or both), `of_fits` (stored
specifications side by side), `of_output` (a fresh fit), `descriptives`, `scorecard`, `scorecard_by_table`,
`audit_findings`, `claims`. `published_tables` lists what there is. What a table cannot be made of raises UsageError.
"""

from reporting.tables.regressions import SHOWS, Shows, of_fits, of_output, published, published_tables
from reporting.tables.statistics import audit_findings, claims, descriptives, scorecard, scorecard_by_table
from reporting.tables.table import FORMATS, SUFFIXES, Table

#: the listing under the name that callers look for
PUBLISHED = published_tables

__all__ = [
    "FORMATS",
    "PUBLISHED",
    "SHOWS",
    "SUFFIXES",
    "Shows",
    "Table",
    "audit_findings",
    "claims",
    "descriptives",
    "of_fits",
    "of_output",
    "published",
    "published_tables",
    "scorecard",
    "scorecard_by_table",
]

"""One table as people see it: texts in rows and columns, a caption and notes, whatever it is written as."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reporting.errors import UsageError
from reporting.languages import Language
from reporting.printing import aligned

#: a row: its label, and a text a column
Row = tuple[str, tuple[str, ...]]

#: what a table is written as, by the suffix of its file
SUFFIXES = {".txt": "text", ".html": "html", ".tex": "tex", ".docx": "docx", ".typ": "typ", ".md": "md", ".csv": "csv"}
#: characters beyond which a text is taken for a sentence
_SENTENCE = 40
#: formats that are text, and can be printed
FORMATS = tuple(format_ for format_ in SUFFIXES.values() if format_ != "docx")


@dataclass(frozen=True)
class Table:
    """What a table says.

    name: letters, digits and underscores, for a file or a label. header: one or more levels, each a text a column;
    equal neighbours of a level but the last stand for one heading over several columns. groups: rows between two rules.
    notes: one sentence or more each. simulated: are the numbers, or some of them? The first note then says so.
    """

    name: str
    caption: str
    header: tuple[tuple[str, ...], ...]
    groups: tuple[tuple[Row, ...], ...]
    notes: tuple[str, ...]
    language: Language
    simulated: bool

    @property
    def note(self) -> str:
        """All notes as one text."""
        return " ".join(self.notes)

    @property
    def text_columns(self) -> set[int]:
        """Positions of columns that hold sentences, which are set flush left."""
        rows = (texts for group in self.groups for _, texts in group)
        return {position for texts in rows for position, text in enumerate(texts) if len(text) > _SENTENCE}

    def cells(self) -> list[list[str]]:
        """The table as a grid: the levels of the header, then the rows, each with the column of labels first."""
        levels = [["", *level] for level in self.header]
        return [*levels, *([label, *texts] for group in self.groups for label, texts in group)]

    def text(self, format_: str = "text") -> str:
        """The table in one of FORMATS, html as a fragment for a page; raises UsageError for another."""
        if format_ not in FORMATS:
            raise UsageError(f"There is no text of the format {format_!r}: use one of {', '.join(FORMATS)}.")
        return _writer(format_)(self)

    def page(self) -> str:
        """The table as an HTML page of its own."""
        from reporting.tables.rendering import html_page  # noqa: PLC0415

        return html_page(self)

    def save(self, path: Path | str) -> Path:
        """Write the table in the format of the suffix; raises UsageError for an unknown one or no such folder."""
        path = Path(path)
        format_ = SUFFIXES.get(path.suffix.lower())
        if format_ is None:
            raise UsageError(f"{path} has no format by its suffix: use one of {', '.join(SUFFIXES)}.")
        if not path.parent.is_dir():
            raise UsageError(f"There is no folder {path.parent}: make it first, or name a file elsewhere.")
        if format_ == "docx":
            from reporting.tables.rendering import docx_bytes  # noqa: PLC0415

            path.write_bytes(docx_bytes(self))
        else:
            written = self.page() if format_ == "html" else self.text(format_)
            # Excel takes a CSV without a mark for something else than UTF-8
            encoding = "utf-8-sig" if format_ == "csv" else "utf-8"
            path.write_text(written, encoding=encoding, newline="\n")
        return path


def _writer(format_: str) -> Callable[[Table], str]:
    plain = {"text": _plain, "md": _markdown, "csv": _csv}
    if format_ in plain:
        return plain[format_]
    from reporting.tables import rendering  # noqa: PLC0415

    return {"html": rendering.html, "tex": rendering.tex, "typ": rendering.typst}[format_]


def _plain(table: Table) -> str:
    grid = table.cells()
    levels = len(table.header)
    shown = [["", *_first_of_equals(level[1:])] for level in grid[: levels - 1]]
    lines = aligned(grid[levels - 1], [*shown, *grid[levels:]]).splitlines()
    # the lower level of the header stands right above the rule
    return (
        "\n".join([table.caption, "", *lines[2 : 1 + levels], *lines[:2], *lines[1 + levels :], "", *table.notes])
        + "\n"
    )


def _first_of_equals(texts: Sequence[str]) -> list[str]:
    return ["" if number and text == texts[number - 1] else text for number, text in enumerate(texts)]


def _markdown(table: Table) -> str:
    grid = table.cells()
    lines = [f"| {' | '.join(_in_markdown(text) for text in row)} |" for row in grid]
    left = table.text_columns
    marks = [" :-- ", *(" :-- " if column in left else " --: " for column in range(len(grid[0]) - 1))]
    rule = f"|{'|'.join(marks)}|"
    notes = "  \n".join(_in_markdown(note) for note in table.notes)
    return f"**{_in_markdown(table.caption)}**\n\n" + "\n".join([lines[0], rule, *lines[1:]]) + f"\n\n{notes}\n"


def _in_markdown(text: str) -> str:
    for mark in "\\`*_{}[]<>#|~$":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", " ")


def _csv(table: Table) -> str:
    grid = table.cells()
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([*grid, [table.note, *([""] * (len(grid[0]) - 1))]])
    return file.getvalue()

"""Tables read back from what they were written as, as a grid of texts: header levels, rows, labels first."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

from docx import Document
from lxml import html as lxml_html

Grid = list[list[str]]


def from_csv(text: str) -> Grid:
    """Without the last row, which is the notes."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[:-1]


def from_docx(path: Path) -> Grid:
    """Without the last row, which is the notes; a heading over several columns stands in each."""
    (table,) = Document(str(path)).tables
    return [[cell.text for cell in row.cells] for row in table.rows][:-1]


def from_markdown(text: str) -> Grid:
    """Rows between bars, without the rule."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in (rows[0], *rows[2:])]
    return [[re.sub(r"\\(.)", r"\1", cell.strip()) for cell in row] for row in cells]


def from_html(text: str) -> Grid:
    """Cells that span several rows or columns stand in each."""
    (table,) = lxml_html.fromstring(text).iter("table")
    taken: dict[tuple[int, int], str] = {}
    rows = list(table.iter("tr"))
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            for down in range(int(cell.get("rowspan", "1"))):
                for right in range(int(cell.get("colspan", "1"))):
                    taken[number + down, column + right] = (cell.text_content() or "").strip()
            column += int(cell.get("colspan", "1"))
    width = max(column for _, column in taken) + 1
    return [[taken[number, column] for column in range(width)] for number in range(len(rows))]


_FROM_TEX = {
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\textbar{}": "|",
    r"\textsuperscript{2}": "²",
    "$R^2$": "R²",
    r"$\times$": "×",
    "$-$": "-",
    **{f"\\{character}": character for character in "&%$#_{}"},
    "''": '"',
}


def from_tex(text: str) -> Grid:
    """Rows of the tabular, strictly: fails where an environment, a brace, a rule or a row is not as it must be."""
    code = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    _check_environments(code)
    (inner,) = re.findall(r"\\begin\{tabularx?\}(.*)\\end\{tabularx?\}", code, re.DOTALL)
    head, body = re.fullmatch(r".*?\\toprule\n(.*?)\n\\midrule\n(.*)\n\\bottomrule\n", inner, re.DOTALL).groups()
    lines = [
        line for line in (head + "\n" + body).splitlines() if not re.match(r"\\(cmidrule|addlinespace|midrule)", line)
    ]
    assert all(line.endswith(r" \\") for line in lines)
    grid = [_tex_cells(line.removesuffix(r" \\")) for line in lines]
    assert len({len(row) for row in grid}) == 1
    return grid


def _check_environments(code: str) -> None:
    open_ones: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}|\\(?:begingroup|endgroup)", code):
        if kind == "begin":
            open_ones.append(name)
        elif kind == "end":
            assert open_ones.pop() == name
    assert not open_ones
    assert code.count(r"\begingroup") == code.count(r"\endgroup") == 1
    bare = re.sub(r"\\[\\{}&%$#_]", "", code)
    depth = 0
    for character in bare:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    # what is left of special characters is markup: mathematics in pairs, columns apart, no parameter, no comment
    assert bare.count("$") % 2 == 0
    assert not re.search(r"[#%~]", bare)
    assert "_" not in re.sub(r"\\label\{[^}]*\}", "", bare)


def _tex_cells(line: str) -> list[str]:
    cells: list[str] = []
    for cell in re.split(r"(?<!\\)&", line):
        spanned = re.fullmatch(r"\\multicolumn\{(\d+)\}\{c\}\{(.*)\}", cell.strip())
        span, text = (int(spanned.group(1)), spanned.group(2)) if spanned else (1, cell.strip())
        cells += [_plain(text.removeprefix("{}"), _FROM_TEX)] * span
    return cells


def _plain(text: str, marks: dict[str, str]) -> str:
    pattern = "|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True))
    return re.sub(pattern, lambda found: marks[found.group()], text)


def from_typst(text: str) -> Grid:
    """Content blocks of the lines of cells; fails where a bracket is not closed."""
    grid: Grid = []
    # the notes stand in a cell of their own, in a size of their own
    lines = [line.strip() for line in text.splitlines() if line.startswith("  [") and "#text(" not in line]
    for line in lines:
        row: list[str] = []
        for block in _blocks(line):
            spanned = re.fullmatch(r"#table\.cell\(colspan: (\d+)\)\[(.*)\]", block)
            span, content = (int(spanned.group(1)), spanned.group(2)) if spanned else (1, block)
            content = _plain(content, {"$times$": "×", "$R^2$": "R²"})
            row += [re.sub(r"\\(.)", r"\1", content)] * span
        grid.append(row)
    return grid


def _blocks(line: str) -> list[str]:
    blocks, depth, start = [], 0, 0
    for position, character in enumerate(line):
        escaped = position and line[position - 1] == "\\" and line[position - 2 : position] != "\\\\"
        if character == "[" and not escaped:
            start = position + 1 if depth == 0 else start
            depth += 1
        elif character == "]" and not escaped:
            depth -= 1
            if depth == 0:
                blocks.append(line[start:position])
    assert depth == 0, line
    return blocks


def read_back(table: Any, folder: Path) -> dict[str, Grid]:
    """The table through every format that has cells."""
    path = folder / f"{table.name}.docx"
    table.save(path)
    return {
        "csv": from_csv(table.text("csv")),
        "docx": from_docx(path),
        "md": from_markdown(table.text("md")),
        "html": from_html(table.text("html")),
        "tex": from_tex(table.text("tex")),
        "typ": from_typst(table.text("typ")),
    }

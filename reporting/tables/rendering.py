"""Tables through maketables: HTML by great-tables, LaTeX with booktabs, Typst, Word by python-docx.

Importing it takes seconds, so that whoever needs it imports it at the last moment. What maketables leaves open is done
here: special characters of LaTeX and Typst, headings that are no neighbours, and what makes HTML legible to a screen
reader and the same on every run.
"""

from __future__ import annotations

import html as html_text
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any, cast

import pandas as pd
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from lxml import html as lxml_html
from maketables import MTable

from reporting.tables.table import Table

#: a mark that cannot be seen, which tells equal headings apart that are no neighbours
_APART = "\u2060"
#: columns beyond which a table is set smaller, and beyond which it lies on its side
_SMALL, _SIDEWAYS = 5, 9
#: rows that a page holds
_A_PAGE = 45
_EAST_ASIAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")

#: the style of a table in HTML; it touches nothing outside tables of this kind
STYLE = """
.regional-table { overflow-x: auto; max-width: 100%; margin: 1em 0; font: 0.875rem/1.35 system-ui, "Noto Sans", \
"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; }
.regional-table table { border-collapse: collapse; font: inherit; font-variant-numeric: tabular-nums; \
border-bottom: 2px solid; }
.regional-table caption { text-align: left; font-weight: 600; padding: 0.3em 0.4em; }
.regional-table caption span { position: sticky; left: 0.4em; display: inline-block; max-width: calc(100vw - 3em); }
.regional-table thead { border-top: 2px solid; border-bottom: 1px solid; }
.regional-table tbody + tbody { border-top: 1px solid; }
.regional-table th, .regional-table td { padding: 0.12em 0.5em; text-align: center; font-weight: normal; \
vertical-align: top; white-space: nowrap; border: 0; background: none; }
.regional-table .text { text-align: left; white-space: normal; min-width: 12em; }
.regional-table th[scope=colgroup] { border-bottom: 1px solid; }
.regional-table th[scope=row], .regional-table td.stub { text-align: left; white-space: normal; min-width: 7em; }
.regional-table .notes { font-size: 0.8rem; max-width: 60em; margin: 0.4em; }
.regional-table .simulated { font-weight: 700; border: 2px solid; padding: 0.2em 0.5em; display: inline-block; }
""".strip()


def html(table: Table) -> str:
    """A fragment: a container that scrolls, its style, the table with caption and scopes, the notes below."""
    made = _mtable(table, _kept, header=_told_apart).make("html")
    root = lxml_html.fragment_fromstring(cast("str", made))
    (body,) = root.iter("table")
    _name_headings(body, table)
    _part_bodies(body)
    written = cast("str", lxml_html.tostring(body, encoding="unicode", with_tail=False)).replace(_APART, "")
    label = html_text.escape(table.caption)
    return (
        f'<div class="regional-table" role="region" aria-label="{label}" tabindex="0">\n<style>\n{STYLE}\n</style>\n'
        + re.sub(r">\s*\n\s*", ">\n", written)
        + "\n"
        + "\n".join(
            _html_note(note, is_warning=table.simulated and not number) for number, note in enumerate(table.notes)
        )
        + "\n</div>\n"
    )


def html_page(table: Table) -> str:
    """The fragment as a page of its own, which needs nothing else."""
    language = {"en": "en", "zh": "zh-CN"}[table.language]
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html_text.escape(table.caption)}</title>\n</head>\n<body>\n<main>\n{html(table)}</main>\n</body>\n</html>\n"
    )


def tex(table: Table) -> str:
    """A floating table with booktabs rules, after comments that say what the preamble needs."""
    columns = len(table.header[0])
    sizes = r"\footnotesize" if columns <= _SIDEWAYS else r"\scriptsize"
    has_texts = bool(table.text_columns)
    style = {
        "tab_width": r"\linewidth" if has_texts else None,
        "x_col_align": "left",
        "first_col_width": "2.5cm" if has_texts else None,
        "group_intro": sizes if columns > _SMALL or has_texts else None,
        "data_addlinespace": None,
        "first_row_addlinespace": "0.5ex",
        "notes_intro": r"\footnotesize",
    }
    written = cast("str", _mtable(table, _in_tex).make("tex", tex_style=style))
    packages = ["booktabs", "makecell", "threeparttable"]
    if has_texts:
        packages += ["tabularx"]
    if columns > _SIDEWAYS:
        written = re.sub(r"\\(begin|end)\{table\}(\[htbp\])?", r"\\\1{sidewaystable}", written)
        packages += ["rotating"]
    comments = [f"% Needs \\usepackage{{{', '.join(packages)}}}".replace(", ", ",")]
    if _EAST_ASIAN.search(written):
        comments += [
            r"% Has Chinese characters: compile by XeLaTeX with \usepackage{ctex} (or xeCJK and a Chinese font)"
        ]
    if _is_long(table):
        comments += ["% Longer than a page: a float does not break, so take rows out, or make it a longtable"]
    if table.simulated:
        comments += ["% SIMULATED DATA"]
    return "\n".join([*comments, written]) + "\n"


def typst(table: Table) -> str:
    """A Typst figure that holds the table."""
    size = "8pt" if len(table.header[0]) > _SMALL else "10pt"
    style = {"notes_font_size": "8pt", "data_align": "left" if table.text_columns else "center"}
    written = cast("str", _mtable(table, _to_typst).make("typst", typst_style=style))
    breakable = "#show figure: set block(breakable: true)\n" if _is_long(table) else ""
    return f"#block[\n{breakable}#set text(size: {size})\n{_from_typst(written)}\n]\n"


def docx_bytes(table: Table) -> bytes:
    """A Word document of the caption and the table, whose last row is the notes."""
    columns = len(table.header[0])
    style = {
        "font_size_pt": 10 if columns <= _SMALL else 8 if columns <= _SIDEWAYS else 6,
        "notes_font_size_pt": 8,
        "align_center_cells": not table.text_columns,
        "prevent_page_breaks": not table.text_columns,
    }
    document: Any = _mtable(table, _same, caption=None).make("docx", docx_style=style)
    grid = document.tables[0]
    caption = document.add_paragraph(table.caption, style="Caption")
    grid._element.addprevious(caption._p)
    _set_page(document, columns)
    for run in _runs(document):
        # Word takes another font for Chinese than the one that a run names for Latin letters
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "SimSun")
    caption.runs[0].font.size = Pt(11)
    document.core_properties.title = table.caption
    document.core_properties.author = ""
    document.core_properties.comments = "SIMULATED" if table.simulated else ""
    file = io.BytesIO()
    document.save(file)
    return _without_times(file.getvalue())


def _mtable(
    table: Table,
    escaped: Callable[[str], str],
    *,
    caption: str | None = "",
    header: Callable[[Sequence[str]], list[str]] = list,
) -> MTable:
    """The table for maketables, with every text escaped; no group has a name."""
    rows = [(str(number), row) for number, group in enumerate(table.groups) for row in group]
    index = pd.MultiIndex.from_tuples([(number, escaped(label)) for number, (label, _) in rows])
    levels = [header([escaped(text) for text in level]) for level in table.header]
    frame = pd.DataFrame(
        [[escaped(text) for text in texts] for _, (_, texts) in rows],
        index=index,
        columns=pd.MultiIndex.from_arrays(levels) if len(levels) > 1 else pd.Index(levels[0]),
    )
    return MTable(
        frame,
        notes=escaped(table.note),
        caption=escaped(table.caption) if caption == "" else caption,
        tab_label=f"tab:{table.name}".replace("_", "-"),
        rgroup_display=False,
        rgroup_sep="t",
    )


def _is_long(table: Table) -> bool:
    return sum(len(group) for group in table.groups) > _A_PAGE


def _same(text: str) -> str:
    return text


# -- HTML -------------------------------------------------------------------------------------------------------------
def _kept(text: str) -> str:
    # maketables makes markup of this sign, and the sign itself reads as well
    return text.replace("R²", f"R{_APART}²")


def _told_apart(level: Sequence[str]) -> list[str]:
    """Equal texts that are no neighbours get marks that cannot be seen: great-tables would bring them together."""
    seen: dict[str, int] = {}
    told: list[str] = []
    for number, text in enumerate(level):
        if not number or text != level[number - 1]:
            seen[text] = seen.get(text, 0) + 1
        told.append(text + _APART * (seen[text] - 1) if text else text)
    return told


def _name_headings(body: Any, table: Table) -> None:
    """The caption as a caption, headings by scope alone, no ids, notes out of the grid."""
    for row in [*body.iterfind(".//tr[@class='gt_heading']"), *body.iterfind("tfoot")]:
        row.getparent().remove(row)
    for cell in body.iter("th", "td"):
        scope = cell.get("scope")
        spans = {name: cell.get(name) for name in ("rowspan", "colspan") if cell.get(name, "1") != "1"}
        text = (cell.text_content() or "").replace(_APART, "").strip()
        cell.clear(keep_tail=True)
        cell.text = text
        if cell.tag == "th" and not text:
            cell.tag, scope = "td", None
            cell.set("class", "stub")
        if scope:
            cell.set("scope", scope)
        for name, value in spans.items():
            cell.set(name, value)
    for element in body.iter("tr", "thead", "tbody", "table"):
        name = element.get("class", "")
        element.attrib.clear()
        if "gt_group_heading_row" in name:
            element.set("class", "rule")
    columns = table.text_columns
    for row in body.iterfind("tbody/tr"):
        for column, cell in enumerate(row):
            if column - 1 in columns:
                cell.set("class", "text")
    # the text stays in view where the table is scrolled
    caption, text = lxml_html.Element("caption"), lxml_html.Element("span")
    text.text = table.caption
    caption.append(text)
    body.insert(0, caption)


def _part_bodies(body: Any) -> None:
    """A body for each group in place of a heading without a name."""
    (old,) = body.iterfind("tbody")
    rows = list(old)
    body.remove(old)
    for row in rows:
        if row.get("class") == "rule":
            new = lxml_html.Element("tbody")
            new.text = new.tail = "\n"
            body.append(new)
        else:
            new.append(row)


def _html_note(note: str, *, is_warning: bool) -> str:
    return f'<p class="{"notes simulated" if is_warning else "notes"}">{html_text.escape(note)}</p>'


# -- LaTeX ------------------------------------------------------------------------------------------------------------
_TEX = {
    "\\": r"\textbackslash{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "−": "$-$",
    "–": "--",
    "²": r"\textsuperscript{2}",
    '"': "''",
}


def _in_tex(text: str) -> str:
    # R² is left to maketables, which has it in mathematics; a bracket that opens a row would be taken for a length
    parts = [("".join(_TEX.get(character, character) for character in part)) for part in text.split("R²")]
    written = "R²".join(parts)
    written = re.sub(r"^(\(?)-(?=\d)", r"\1$-$", written)
    return f"{{}}{written}" if written.startswith("[") else written


# -- Typst ------------------------------------------------------------------------------------------------------------
#: characters that maketables leaves alone though they mean something, behind ones that nothing uses
_TYPST = {"$": "\ue000", "@": "\ue001", "`": "\ue002", "~": "\ue003", "//": "\ue004", "*": "\ue005"}
#: signs that maketables would put into mathematics twice
_TYPST_SIGNS = {"≤": "\ue006", "≥": "\ue007"}


def _to_typst(text: str) -> str:
    for mark, stand_in in (_TYPST | _TYPST_SIGNS).items():
        text = text.replace(mark, stand_in)
    return text


def _from_typst(text: str) -> str:
    for mark, stand_in in _TYPST.items():
        text = text.replace(stand_in, "".join(f"\\{character}" for character in mark))
    for sign, stand_in in _TYPST_SIGNS.items():
        text = text.replace(stand_in, sign)
    return text


# -- Word -------------------------------------------------------------------------------------------------------------
def _set_page(document: Any, columns: int) -> None:
    (section,) = document.sections
    if columns > _SMALL:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = Cm(2)


def _runs(document: Any) -> list[Any]:
    cells = (cell for row in document.tables[0].rows for cell in row.cells)
    paragraphs = [*document.paragraphs, *(paragraph for cell in cells for paragraph in cell.paragraphs)]
    return [run for paragraph in paragraphs for run in paragraph.runs]


def _without_times(document: bytes) -> bytes:
    """The same archive with one time for all its files, so that two runs give the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED)
    return file.getvalue()

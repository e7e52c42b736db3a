"""One table in every format: read back, it is the same grid of texts; what is written needs nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from lxml import html as lxml_html

from reporting.errors import UsageError
from reporting.languages import word
from reporting.tables import FORMATS, Table
from tests.support.browser import NARROW, browser, is_wider_than_its_window, needs_browser, opened_page
from tests.support.read_tables import from_html, read_back

#: every character that means something somewhere, and headings that are equal without being neighbours
HARD = Table(
    name="hard_one",
    caption="A & B_c: 50% of #1",
    header=(("wage", "wage", "trade", "wage"), ("(1)", "(1)", "(2)", "(3)"), ("Ours", "Print", "Ours", "Ours")),
    groups=(
        (
            ("A & B_c × 50% #1 $x$ {y}", ("-0.0110***", "-0.011**", "", "1")),
            ("", ("(0.0021)", "(0.002)", "", "(2)")),
            ('<b>~^\\|[z]*`@ //"q"', ("", "x_1", "a & b", "<script>")),
            ("进口总额（对数）", ("否", "是", "", "")),
        ),
        (("R²（组内）", ("0.1", "≤ 2", "", "")), ("N", ("360", "", "360", "12"))),
    ),
    notes=(word("simulated", "en"), "*** p < 1%; a_b & c."),
    language="en",
    simulated=True,
)


def test_every_format_has_the_same_cells(tmp_path: Path) -> None:
    written = read_back(HARD, tmp_path)
    expected = HARD.cells()
    # LaTeX and Typst have the sign in mathematics
    written["tex"] = [[cell.replace(r"$\leq$", "≤") for cell in row] for row in written["tex"]]
    for format_, grid in written.items():
        assert grid == expected, format_


def test_equal_cells_without_a_second_level(tmp_path: Path) -> None:
    plain = replace(HARD, header=(("One", "Two", "Three", "Four & five"),), simulated=False)
    assert all(grid == plain.cells() for format_, grid in read_back(plain, tmp_path).items() if format_ != "tex")


def test_notes_and_the_warning_are_in_every_format(tmp_path: Path) -> None:
    for format_ in FORMATS:
        assert "SIMULATED DATA" in HARD.text(format_), format_
    path = HARD.save(tmp_path / "hard.docx")
    (table,) = Document(str(path)).tables
    assert {cell.text for cell in table.rows[-1].cells} == {HARD.note}
    assert any(paragraph.text == HARD.caption for paragraph in Document(str(path)).paragraphs)


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    for suffix in (".txt", ".html", ".tex", ".docx", ".typ", ".md", ".csv"):
        first = HARD.save(tmp_path / f"a{suffix}").read_bytes()
        assert HARD.save(tmp_path / f"b{suffix}").read_bytes() == first, suffix


def test_html_says_what_heads_what_and_asks_for_nothing() -> None:
    page = lxml_html.fromstring(HARD.page())
    (table,) = page.iter("table")
    assert table.find("caption").text_content() == HARD.caption
    assert all(cell.get("scope") for cell in table.iter("th"))
    assert [cell.text for cell in table.iterfind("tbody/tr/th[@scope='row']")] == [
        label for group in HARD.groups for label, _ in group if label
    ]
    assert len(table.findall("tbody")) == len(HARD.groups)
    assert not list(page.iter("script", "link", "img"))
    assert not [element for element in page.iter() if isinstance(element.tag, str) and "id" in element.attrib]
    assert not re.search(r"https?://|url\(|@import", HARD.page())
    # an equal heading further on is a heading of its own, in its place
    assert [cell.text for cell in table.find("thead")[0]][1:] == ["wage", "trade", "wage"]


@needs_browser
def test_html_is_legible_on_a_telephone(tmp_path: Path) -> None:
    wide = replace(HARD, header=tuple(level * 4 for level in HARD.header), groups=())
    wide = replace(wide, groups=tuple(tuple((label, row * 4) for label, row in group) for group in HARD.groups))
    with browser() as started:
        page, heard = opened_page(started, wide.save(tmp_path / "wide.html"), NARROW)
        assert not is_wider_than_its_window(page)
        assert page.evaluate("(e => e.scrollWidth > e.clientWidth)(document.querySelector('.regional-table'))")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "regional-table"
        assert (heard.errors, heard.failed) == ([], [])


def test_latex_says_what_it_needs() -> None:
    assert HARD.text("tex").splitlines()[0] == "% Needs \\usepackage{booktabs,makecell,threeparttable}"
    assert "ctex" in HARD.text("tex").splitlines()[1]
    english = replace(HARD, groups=((("x", ("1", "2", "3", "4")),),))
    assert "ctex" not in english.text("tex")
    wide = replace(english, header=tuple(level * 3 for level in HARD.header), groups=((("x", ("1",) * 12),),))
    assert r"\begin{sidewaystable}" in wide.text("tex")
    assert "rotating" in wide.text("tex").splitlines()[0]


@pytest.mark.skipif(not any(map(shutil.which, ("xelatex", "tectonic"))), reason="no XeLaTeX is installed")
def test_latex_compiles(tmp_path: Path) -> None:
    chinese = "[UTF8,fontset=fandol]"
    packages = "booktabs,makecell,threeparttable,rotating"
    text = f"\\documentclass{{article}}\\usepackage{chinese}{{ctex}}\\usepackage{{{packages}}}\n\\begin{{document}}\n"
    (tmp_path / "page.tex").write_text(text + HARD.text("tex") + "\\end{document}\n", encoding="utf-8")
    if shutil.which("xelatex"):
        command = ["xelatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    else:
        command = ["tectonic", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(shutil.which("typst") is None, reason="no Typst is installed")
def test_typst_compiles(tmp_path: Path) -> None:
    HARD.save(tmp_path / "page.typ")
    subprocess.run(["typst", "compile", "page.typ"], cwd=tmp_path, check=True)


def test_a_csv_is_read_as_utf_8_by_a_spreadsheet(tmp_path: Path) -> None:
    assert HARD.save(tmp_path / "a.csv").read_bytes().startswith("\ufeff".encode())


def test_what_cannot_be_written_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no format by its suffix: use one of .*\.docx"):
        HARD.save(tmp_path / "a.pdf")
    with pytest.raises(UsageError, match="There is no folder"):
        HARD.save(tmp_path / "none" / "a.md")
    with pytest.raises(UsageError, match="no text of the format 'docx'"):
        HARD.text("docx")


def test_plain_text_lines_up_chinese() -> None:
    lines = HARD.text().splitlines()
    assert lines[2].split() == ["wage", "trade", "wage"]
    (rule,) = [line for line in lines if line.startswith("---")]
    (row,) = [line for line in lines if line.startswith("进口")]
    # eight Chinese characters and marks take a column more each than they count
    assert len(row.rstrip()) < len(rule)
    assert from_html(HARD.text("html"))[0][0] == ""

"""Every figure, of its first subject and in both languages: whole, legible, said in words, and the same twice."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import numpy as np
import pytest
from matplotlib.axis import Axis
from matplotlib.text import Text
from PIL import Image

from reporting.errors import UsageError
from reporting.figures import FIGURES, Drawing, about, drawn, fonts, subjects
from reporting.languages import LANGUAGES, Language, word
from reporting.warehouse import opened
from tests.support.project import ROOT

#: draws the first subject of a figure, once a session and language
Draw = Callable[[str, Language], Drawing]

#: figures that need no file of the user
NAMES = [name for name, figure in FIGURES.items() if not figure.needs_shapes]


@pytest.fixture(scope="module")
def connection(default_warehouse_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(str(default_warehouse_file)) as held:
        yield held


@pytest.fixture(scope="module")
def draw(connection: duckdb.DuckDBPyConnection) -> Draw:
    @cache
    def first(name: str, language: Language) -> Drawing:
        return drawn(connection, name, subjects(connection, name)[0], language)

    return first


def texts_of(drawing: Drawing) -> list[Text]:
    """What is written on a figure and seen, but the watermark, which may lie over anything."""
    drawing.canvas.draw_without_rendering()
    found = drawing.canvas.findobj(lambda artist: isinstance(artist, Text) and artist.get_visible())
    axes = [axis for held in drawing.canvas.axes for axis in (held.xaxis, held.yaxis)]
    unseen = {text for axis in axes for text in axis.findobj(Text) if not axis.axes.axison}
    unseen |= {text for axis in axes for _, text in labels_of(axis)} - {
        text for axis in axes for text in ticks_of(axis)
    }
    return [text for text in found if text.get_text().strip() and text.get_gid() != "watermark" and text not in unseen]


def labels_of(axis: Axis) -> list[tuple[float, Text]]:
    """Places and labels of the ticks of an axis, in or out of it."""
    return [(tick.get_loc(), text) for tick in axis.get_major_ticks() for text in (tick.label1, tick.label2)]


def ticks_of(axis: Axis) -> list[Text]:
    """The labels of an axis that are seen."""
    low, high = sorted(axis.get_view_interval())
    return [
        text
        for place, text in labels_of(axis)
        if low <= place <= high and text.get_visible() and text.get_text().strip()
    ]


def test_every_module_that_declares_a_figure_is_one() -> None:
    folder = Path(fonts.__file__).parent
    declaring = {path.stem for path in folder.glob("*.py") if re.search(r"^FIGURE = ", path.read_text(), re.MULTILINE)}
    assert set(FIGURES) == declaring
    assert len(declaring) == 12
    assert all(about(name, language) for name in FIGURES for language in LANGUAGES)


def test_the_page_lists_every_figure() -> None:
    page = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(FIGURES)
    named = re.findall(r"regional figure (\w+)", page)
    assert named and set(named) <= set(FIGURES)


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_has_subjects_on_the_default(name: str, connection: duckdb.DuckDBPyConnection) -> None:
    found = subjects(connection, name)
    assert found
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_whole(name: str, language: Language, draw: Draw) -> None:
    """No glyph is missing, no text is cut, no labels of an axis lie over each other, and axes say what they count."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawing = draw(name, language)
        image = Image.open(io.BytesIO(drawing.png(dots_per_inch=60)))
    assert image.size[0] > 300
    canvas = drawing.canvas
    renderer = canvas.canvas.get_renderer()  # type: ignore[attr-defined]
    for text in texts_of(drawing):
        box = text.get_window_extent(renderer)
        assert box.x0 >= -1 and box.x1 <= canvas.bbox.width + 1, text.get_text()
        assert box.y0 >= -1 and box.y1 <= canvas.bbox.height + 1, text.get_text()
    for axes in canvas.axes:
        if axes.axison and axes.get_label() != "<colorbar>":
            assert axes.get_xlabel() or len(canvas.axes) > 1
            for axis in (axes.xaxis, axes.yaxis):
                boxes = [text.get_window_extent(renderer) for text in ticks_of(axis) if not text.get_rotation()]
                assert not any(one.overlaps(other) for one, other in pairwise(boxes)), axes.get_ylabel()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_figure_says_that_it_is_simulated_and_where_it_is_from(
    name: str, language: Language, draw: Draw, connection: duckdb.DuckDBPyConnection
) -> None:
    drawing = draw(name, language)
    ((run,),) = connection.sql("select run_id from runs where is_current").fetchall()
    written = " ".join(text.get_text() for text in texts_of(drawing))
    marks = [text.get_text() for text in drawing.canvas.findobj(Text) if text.get_gid() == "watermark"]
    assert word("simulated", language) in written
    assert marks == [word("figure_watermark", language)]
    assert drawing.alternative.startswith(word("simulated", language))
    assert run in written and run in drawing.caption
    assert drawing.title in drawing.caption


@pytest.mark.parametrize("name", NAMES)
def test_the_alternative_text_has_numbers_in_both_languages(name: str, draw: Draw) -> None:
    english, chinese = (draw(name, language).alternative for language in LANGUAGES)
    assert re.search(r"\d", english.removeprefix(word("simulated", "en")))
    assert re.search(r"[㐀-鿿]", chinese.removeprefix(word("simulated", "zh")))
    assert set(re.findall(r"\d+\.\d+", english)) == set(re.findall(r"\d+\.\d+", chinese))
    assert not re.search(r"[{}]|None|nan", english + chinese)


@pytest.mark.parametrize("name", NAMES)
def test_an_svg_is_the_same_twice(name: str, draw: Draw, connection: duckdb.DuckDBPyConnection) -> None:
    drawing = draw(name, "en")
    text = drawing.svg()
    again = drawn(connection, name, subjects(connection, name)[0], "en").svg()
    assert text == again
    root = ElementTree.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == drawing.title
    assert root.findtext(f"{space}desc") == drawing.alternative
    assert root.get("role") == "img"
    assert b"<dc:date" not in text
    assert b"<text" not in text, "text is kept as outlines"


def test_a_figure_on_real_data_is_not_marked(
    default_warehouse_file: Path, tmp_path: Path, draw: Draw, connection: duckdb.DuckDBPyConnection
) -> None:
    """The mark comes from the warehouse: without simulated fits there is none."""
    path = tmp_path / "regional.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute(f"attach '{default_warehouse_file}' as held (read_only)")
        made.execute("create schema estimation")
        made.execute("create table estimation.settings as from held.estimation.settings")
        made.execute("create table estimation.estimation_output as from held.estimation.estimation_output limit 0")
        for table in ("runs", "placebo_draws", "placebo_summary", "specification_status", "mart_columns"):
            made.execute(f"create table {table} as from held.main.{table}")
        made.execute("update specification_status set label = 'costs $x_$ and a{b}'")
        made.execute("create table fits as select * replace (false as is_simulated) from held.main.fits")
    with opened(str(path)) as real:
        drawing = drawn(real, "placebo", subjects(real, "placebo")[0])
    assert word("simulated", "en") not in drawing.alternative + drawing.caption
    assert "costs $x_$ and a{b}" in drawing.caption, "a label is text, whatever it holds"
    assert drawing.svg()
    assert not [text for text in drawing.canvas.findobj(Text) if text.get_gid() == "watermark"]


def test_a_file_is_named_svg_or_png(draw: Draw, tmp_path: Path) -> None:
    drawing = draw("placebo", "en")
    assert drawing.save(tmp_path / "a.SVG").read_bytes().startswith(b"<?xml")
    assert drawing.save(tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UsageError, match=r"let it end in \.svg or \.png"):
        drawing.save(tmp_path / "a.pdf")
    with pytest.raises(UsageError, match="cannot be written"):
        drawing.save(tmp_path / "nowhere" / "a.svg")


def test_an_unknown_figure_or_subject_is_one_sentence(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UsageError, match="There is no figure 'placbo': the nearest are placebo"):
        drawn(connection, "placbo", "ic_placebo")
    with pytest.raises(UsageError, match="the nearest are ic_placebo"):
        drawn(connection, "placebo", "ic_placbo")


def test_chinese_needs_a_font_and_english_none(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "chinese_family", lambda: None)
    with pytest.raises(UsageError, match=r"No font with Chinese glyphs is installed: install one .*fonts-noto-cjk"):
        drawn(connection, "placebo", "ic_placebo", "zh")
    assert drawn(connection, "placebo", "ic_placebo", "en").title


def test_the_font_is_of_simplified_chinese() -> None:
    """Of a collection with a face a country, the simplified one."""
    family = fonts.chinese_family()
    assert family is not None, "the tests need a Chinese font: fonts-noto-cjk"
    assert not re.search(r"\b(JP|KR|TC|HK|TW)\b", family)


def test_a_missing_glyph_would_be_noticed(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What test_a_figure_is_whole looks for: without the Chinese font, matplotlib warns."""
    monkeypatch.setattr(fonts, "chinese_family", lambda: fonts.LATIN)
    with pytest.warns(UserWarning, match="missing from font"):
        drawn(connection, "placebo", "ic_placebo", "zh").png(dots_per_inch=40)


@pytest.mark.parametrize("name", ["event_study", "bacon", "theil_over_time"])
def test_a_figure_in_grey_still_tells_its_series_apart(name: str, draw: Draw) -> None:
    """The series of the figure, as drawn, differ in grey or in marker, hatch or line."""
    drawing = draw(name, "en")
    grey = np.asarray(Image.open(io.BytesIO(drawing.png(dots_per_inch=60))).convert("L"))
    assert len(np.unique(grey // 16)) >= 8

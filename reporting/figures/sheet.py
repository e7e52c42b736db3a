"""The sheet that a figure is drawn on: what every figure has around its axes, and how it is kept.

Every sheet has a title that says what is shown, a line below it, the axes, notes, and a source line (tables,
specification, run). On simulated data a dark bar at the top and a watermark over the axes say so. What is drawn lies in
the same place on every machine: text is kept as outlines in SVG, so that a viewer without Chinese fonts shows it as
well; what a search finds are <title> and <desc>.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import duckdb
import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.legend import Legend
from matplotlib.patches import Rectangle

from reporting.errors import UsageError
from reporting.figures.fonts import families
from reporting.figures.palette import FAINT, INK, PAPER, QUIET
from reporting.languages import Language, word

#: a row of the one query of a figure
Row = dict[str, Any]

DOTS_PER_INCH = 150
_TITLE, _SUBTITLE, _NOTE = 12.0, 9.0, 7.5
_MARGIN = 0.12
_LINE = 1.25
#: width of a letter in units of its size: Chinese glyphs are square
_LATIN_WIDTH = 0.48
_SUFFIXES = ("svg", "png")


@contextmanager
def styled(language: Language) -> Iterator[None]:
    """Draw within: fonts of the language, outlines, and nothing that differs between two runs."""
    style = {
        "font.family": families(language),
        "font.size": 9,
        "axes.unicode_minus": False,
        "axes.edgecolor": QUIET,
        "axes.labelcolor": INK,
        "axes.labelsize": 9,
        "axes.titlesize": 9.5,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.linewidth": 0.8,
        "grid.color": FAINT,
        "grid.linewidth": 0.5,
        "hatch.linewidth": 0.5,
        "legend.fontsize": 8,
        "legend.frameon": False,
        "text.color": INK,
        # a dollar in a label of the warehouse is a dollar
        "text.parse_math": False,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.labelsize": 8,
        "ytick.labelsize": 8,
        "svg.fonttype": "path",
        "svg.hashsalt": "regional",
        "path.simplify": False,
    }
    with matplotlib.rc_context(style):  # type: ignore[arg-type]
        yield


@dataclass(frozen=True)
class Drawing:
    """A figure that is drawn. `title`, `caption` and `alternative` are text in its language."""

    canvas: Canvas
    language: Language
    title: str
    #: the title, what is drawn, notes and source, for the line below a picture
    caption: str
    #: one or two sentences with the numbers that matter, for who cannot see it
    alternative: str

    def save(self, path: Path | str, dots_per_inch: int = DOTS_PER_INCH) -> Path:
        """Write the figure to a file named .svg or .png; raises UsageError for another name."""
        path = Path(path)
        suffix = path.suffix.lower().removeprefix(".")
        if suffix not in _SUFFIXES:
            raise UsageError(f"{path} is no name for a figure: let it end in .svg or .png.")
        try:
            path.write_bytes(self.svg() if suffix == "svg" else self.png(dots_per_inch))
        except OSError as error:
            raise UsageError(f"{path} cannot be written ({error.strerror}).") from error
        return path

    def png(self, dots_per_inch: int = DOTS_PER_INCH) -> bytes:
        """The figure as PNG, with its alternative text in the description."""
        about = {"Title": self.title, "Description": self.alternative, "Software": None}
        return self._bytes("png", dpi=dots_per_inch, metadata=about)

    def svg(self) -> bytes:
        """The figure as SVG, with <title> and <desc> that screen readers read; the same bytes at every run."""
        text = self._bytes("svg", metadata={"Title": self.title, "Date": None, "Creator": None}).decode("utf-8")
        # matplotlib writes the title, but no description
        title = f"<title>{escape(self.title)}</title>"
        text, found = re.subn(r"<title>.*?</title>", lambda _: "", text, count=1, flags=re.DOTALL)
        assert found == 1, "matplotlib wrote no title"
        named = f"{title}\n <desc>{escape(self.alternative)}</desc>\n <metadata>"
        text = text.replace("<metadata>", named, 1)
        return text.replace("<svg ", f'<svg role="img" xml:lang="{self.language}" ', 1).encode("utf-8")

    def _bytes(self, kind: str, **options: Any) -> bytes:
        held = io.BytesIO()
        with styled(self.language):
            self.canvas.savefig(held, format=kind, **options)
        return held.getvalue()


class Sheet:
    """What a figure is drawn on, before it is finished."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, language: Language, width: float, height: float) -> None:
        """A canvas of `width` by `height` inches for the axes; title, legend and notes come on top of that."""
        self.language = language
        self.canvas = Canvas(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(self.canvas)
        self._width, self._height = width, height
        self._legend: Legend | None = None
        ((self.is_simulated, self.run_id),) = connection.execute(
            "select (select coalesce(bool_or(is_simulated), false) from fits), "
            "(select min(run_id) from runs where is_current)"
        ).fetchall()

    def word(self, key: str, **values: object) -> str:
        """The words of that key in the language of the sheet."""
        return word(key, self.language, **values)

    def legend(self, axes: Axes, columns: int, **options: Any) -> None:
        """A legend of what is labelled in the axes, across the sheet between axes and notes."""
        look = {"columnspacing": 1.6, "handletextpad": 0.6, "borderpad": 0, "borderaxespad": 0, "labelspacing": 0.4}
        handles = options.pop("handles", None) or axes.get_legend_handles_labels()[0]
        self._legend = self.canvas.legend(handles=handles, loc="upper left", ncols=columns, **look | options)
        self._legend.set_in_layout(False)

    def finished(
        self,
        *,
        title: str,
        subtitle: str,
        alternative: str,
        tables: Sequence[str],
        of_what: str = "",
        notes: Sequence[str] = (),
    ) -> Drawing:
        """The drawing, with everything around the axes.

        `tables`, the specification or study that `of_what` names, and the run make the source line.
        """
        read = ("; " if self.language == "en" else "；").join(part for part in (", ".join(tables), of_what) if part)
        source = self.word("figure_source", tables=read, run=self.run_id)
        simulated = self.word("simulated") if self.is_simulated else ""
        self._surround(title, subtitle, [*notes, source], simulated)
        self._settle()
        sentence_end = " " if self.language == "en" else ""
        said = sentence_end.join(part for part in (simulated, alternative) if part)
        caption = sentence_end.join(
            sentence(part, self.language) for part in (simulated, title, subtitle, *notes, source) if part
        )
        return Drawing(self.canvas, self.language, title, caption, said)

    def _settle(self) -> None:
        """Give everything its place for good, so that a figure stays as it is at whatever resolution it is saved.

        The layout is drawn twice, the second time with the ticks that the first one left room for. Its solver differs
        in the last digits from run to run: places are rounded, and the same bytes come out.
        """
        for _ in range(2):
            self.canvas.draw_without_rendering()
        self.canvas.set_layout_engine("none")
        for axes in self.canvas.axes:
            place = axes.get_position(original=True)
            axes.set_position([round(float(part), 6) for part in place.bounds])  # type: ignore[arg-type]

    def _surround(self, title: str, subtitle: str, notes: Sequence[str], simulated: str) -> None:
        inches = self._width - 2 * _MARGIN
        titles = wrapped(title, _TITLE * (1.3 if self.language == "en" else 1.05), inches)
        subtitles = wrapped(subtitle, _SUBTITLE, inches)
        below = [line for note in notes for line in wrapped(note, _NOTE, inches)]
        bar = 0.3 if simulated else 0.0
        above = bar + _MARGIN + _height_of(titles, _TITLE) + _height_of(subtitles, _SUBTITLE) + 0.06
        foot = _MARGIN + _height_of(below, _NOTE)
        beneath = foot + self._height_of_legend()
        height = self._height + above + beneath
        self.canvas.set_size_inches(self._width, height)
        engine = self.canvas.get_layout_engine()
        assert engine is not None
        engine.set(rect=(0, beneath / height, 1, self._height / height), w_pad=0.08, h_pad=0.06)  # type: ignore[call-arg]
        left, top = _MARGIN / self._width, 1 - (bar + _MARGIN) / height
        self._say(left, top, titles, _TITLE, fontweight="bold")
        self._say(left, top - _height_of(titles, _TITLE) / height, subtitles, _SUBTITLE, color=QUIET)
        self._say(left, foot / height, below, _NOTE, color=QUIET)
        if self._legend is not None:
            self._legend.set_bbox_to_anchor((left, beneath / height))
        if simulated:
            self._mark_as_simulated(simulated, bar / height, (beneath + self._height / 2) / height)

    def _height_of_legend(self) -> float:
        if self._legend is None:
            return 0.0
        extent = self._legend.get_window_extent(self.canvas.canvas.get_renderer())  # type: ignore[attr-defined]
        return float(extent.height) / self.canvas.dpi + 0.1

    def _say(self, left: float, top: float, lines: Sequence[str], size: float, **look: Any) -> None:
        self.canvas.text(left, top, "\n".join(lines), fontsize=size, va="top", linespacing=_LINE, **look)

    def _mark_as_simulated(self, said: str, bar: float, middle: float) -> None:
        self.canvas.add_artist(Rectangle((0, 1 - bar), 1, bar, color=INK, transform=self.canvas.transFigure))
        # bold letters are wider than others
        letters = sum(1.0 if letter >= "⺀" else _LATIN_WIDTH for letter in said) * 1.25
        size = min(10.0, 72 * (self._width - 2 * _MARGIN) / letters)
        self.canvas.text(
            0.5, 1 - bar / 2, said, color=PAPER, fontsize=size, fontweight="bold", ha="center", va="center"
        )
        self.canvas.text(
            0.5,
            middle,
            self.word("figure_watermark"),
            fontsize=9 * self._width,
            # neither light nor dark, so that it shows over either
            color="#8b909b",
            alpha=0.24,
            rotation=24,
            zorder=10,
            ha="center",
            va="center",
            fontweight="bold",
            gid="watermark",
        )


def _height_of(lines: Sequence[str], size: float) -> float:
    """Inches that lines of a size take."""
    return len(lines) * size * _LINE * 1.1 / 72


def wrapped(text: str, size: float, inches: float) -> list[str]:
    """Text broken into lines of at most that width: between words, and between any two Chinese characters."""
    lines: list[str] = []
    line, length, space = "", 0.0, inches * 72 / size
    for token in re.findall(r"[ -⺀]+? |[ -⺀]+?(?=[⺀-￿]|$)|[⺀-￿]", text):
        width = sum(1.0 if letter >= "⺀" else _LATIN_WIDTH for letter in token.rstrip())
        if line and length + width > space:
            lines.append(line.rstrip())
            line, length = "", 0.0
        line += token
        length += sum(1.0 if letter >= "⺀" else _LATIN_WIDTH for letter in token)
    return [*lines, line.rstrip()] if line.strip() else lines


def sentence(text: str, language: Language) -> str:
    """Text that ends like a sentence."""
    return text if text.rstrip()[-1:] in ".!?。！？" else text + (". " if language == "en" else "。").strip()


def short(value: float | None, digits: int = 3) -> str:
    """A number for people with that many significant digits, no exponent; nothing for a missing one."""
    if value is None or math.isnan(value):
        return ""
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:.{min(decimals, 8)}f}"


def quiet_grid(axes: Axes, axis: str = "y") -> None:
    """Faint lines to read values by."""
    axes.grid(axis=axis, which="major")  # type: ignore[arg-type]
    axes.tick_params(length=0)

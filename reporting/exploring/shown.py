"""Tables and pictures as HTML, and what is on the screen as CSV: text of the data is escaped, whoever wrote it."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Collection, Iterable, Sequence
from html import escape
from typing import Any

from reporting.languages import Language


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], language: Language, numbers: Collection[int] = ()
) -> str:
    """A table that is moved sideways in its own frame where the window is narrow; `numbers` are flush right."""
    sides = ["right" if column in numbers else "left" for column in range(len(header))]
    head = "".join(
        f'<th scope="col" class="{side}">{escape(text)}</th>' for text, side in zip(header, sides, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f'<td class="{side}">{escape(text)}</td>' for text, side in zip(row, sides, strict=True))
        + "</tr>"
        for row in rows
    )
    # the frame can be reached by keyboard, so that arrow keys move it
    return (
        f'<div class="explorer-frame" lang="{_tag(language)}" tabindex="0" role="region" '
        f'aria-label="{escape(", ".join(header))}">'
        f'<table class="explorer-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def described(lines: Sequence[tuple[str, str]], language: Language) -> str:
    """Names and what they stand for, one below the other; what is empty is left out."""
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in lines if text)
    return f'<dl class="explorer-cell" lang="{_tag(language)}">{listed}</dl>'


def said(text: str, language: Language, kind: str = "p", style: str = "") -> str:
    """A text as one element: a heading, a paragraph, or a warning that is read out at once."""
    role = ' role="alert"' if style == "explorer-simulated" else ""
    return f'<{kind} class="{style or "explorer-text"}" lang="{_tag(language)}"{role}>{escape(text)}</{kind}>'


def side_by_side(controls: Iterable[str]) -> str:
    """Controls (as HTML) in a line, or below each other where the window is narrow."""
    return f'<div class="explorer-controls">{"".join(f"<div>{control}</div>" for control in controls)}</div>'


def form_of(controls: Iterable[str]) -> str:
    """A template with a place for each control of a form."""
    return f'<div class="explorer-form">{"".join(f"<div>{{{name}}}</div>" for name in controls)}</div>'


def picture(wide: bytes, narrow: bytes, alternative: str, language: Language) -> str:
    """Two SVG of one figure, of which a narrow window shows the second."""
    return (
        f'<picture><source media="(max-width: 640px)" srcset="{_address(narrow)}">'
        f'<img class="explorer-figure" lang="{_tag(language)}" src="{_address(wide)}" alt="{escape(alternative)}">'
        "</picture>"
    )


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """CSV as spreadsheets open it: UTF-8 with BOM, numbers with all their digits, nothing for what is missing."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([["" if value is None else value for value in row] for row in rows])
    return b"\xef\xbb\xbf" + file.getvalue().encode("utf-8")


def _address(svg: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode('ascii')}"


def _tag(language: Language) -> str:
    return {"en": "en", "zh": "zh-Hans"}[language]

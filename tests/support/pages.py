"""Pages of a written site, read as a browser without scripts reads them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: elements that never have content
_VOID = {"meta", "link", "img", "br", "wbr", "hr", "input"}
#: a new one closes these, whose end is not written
_CLOSES = {"tr": {"td", "th", "tr"}, "td": {"td", "th"}, "th": {"td", "th"}}


@dataclass
class Read(HTMLParser):
    """What a page asks for, what it can be asked for, its headings, and its rows as texts of cells by id."""

    path: Path
    links: list[str] = field(default_factory=list)
    images: list[dict[str, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    row_of: dict[str, list[str]] = field(default_factory=dict)
    lang: str = ""
    title: str = ""
    text: str = ""
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        while self._open and self._open[-1] in _CLOSES.get(tag, ()):
            self._open.pop()
        if tag not in _VOID:
            self._open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag in ("a", "link"):
            self.links.append(given.get("href", ""))
        if tag == "img":
            self.images.append(given)
        if tag == "html":
            self.lang = given.get("lang", "")
        if tag[0] == "h" and tag[1:].isdigit():
            self.headings.append(int(tag[1:]))
        if tag == "tr":
            self.rows.append([])
            if "id" in given:
                self.row_of[given["id"]] = self.rows[-1]
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.text += data
        if "title" in self._open:
            self.title += data
        if {"td", "th"} & set(self._open[-4:]) and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data

    @cached_property
    def targets(self) -> list[tuple[Path, str]]:
        """The files that links and images lead to, with the place in them; not what lies elsewhere or is data."""
        found = []
        for address in [*self.links, *(image["src"] for image in self.images)]:
            parts = urlsplit(address)
            if parts.scheme == "data":
                continue
            assert not parts.scheme and not parts.netloc, f"{self.path} asks for {address}"
            # as text: asking the disk about each takes its time
            path = os.path.normpath(f"{self.path.parent}/{unquote(parts.path)}") if parts.path else self.path
            found.append((Path(path), unquote(parts.fragment)))
        return found


def read_all(folder: Path) -> dict[Path, Read]:
    """Every page of a site."""
    return {path: Read(path) for path in sorted(folder.resolve().rglob("*.html"))}

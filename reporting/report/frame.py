"""A page and what stands around it: navigation, the words of a language, how numbers are printed."""

from __future__ import annotations

import csv
import math
import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from reporting.languages import LANGUAGES, Language, word

#: What stands where there is no value; a column of dashes reads more easily than one of holes.
ABSENT = "–"
COMMA, COLON = {"en": ", ", "zh": "、"}, {"en": ": ", "zh": "："}
_FOLDER = Path(__file__).parent
TERMS = _FOLDER / "terms.csv"
STYLE = "report.css"
#: `lang` of the pages of a language.
LANG = {"en": "en", "zh": "zh-Hans"}
#: Sections of the navigation: the key of their words, and the first page.
SECTIONS = {
    "overview": "index.html",
    "data": "data/index.html",
    "places": "places/index.html",
    "indices": "indices.html",
    "studies": "studies/index.html",
    "codebook": "codebook/index.html",
    "citing": "citing.html",
}


#: Bins of the ledger, in the order of its columns.
BINS = ("used", "rival", "check_row", "not_requested", "blank", "quarantined", "rejected")


@dataclass(frozen=True)
class Page:
    """A page in either language; `path` is below the folder of the language, as en/ or zh/."""

    path: str
    template: str
    section: str
    #: by language
    title: Mapping[str, str]
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Site:
    """What every page says of the warehouse."""

    run: Mapping[str, Any]
    holdings: Mapping[str, Any]
    #: the file of the warehouse, without its folder
    warehouse: str
    #: the paths of all pages of a language
    paths: frozenset[str]

    @property
    def is_simulated(self) -> bool:
        """Are the numbers invented?"""
        return bool(self.run["is_simulated"])


def same(text: str) -> dict[str, str]:
    """A title that is the same in all languages, such as the name of a file."""
    return dict.fromkeys(LANGUAGES, text)


def both(key: str, **values: object) -> dict[str, str]:
    """Words in all languages, as a title of a page has them."""
    return {language: word(key, language, **values) for language in LANGUAGES}


def both_told(kind: str, value: str) -> dict[str, str]:
    """A value in words in all languages."""
    return {language: told(language, kind, value) for language in LANGUAGES}


def in_words(row: Mapping[str, Any], name: str) -> dict[str, str]:
    """The columns `name`_en and `name`_zh of a row, the English one where the Chinese is missing."""
    english = str(row[f"{name}_en"])
    return {language: str(row.get(f"{name}_{language}") or english) for language in LANGUAGES}


def written(page: Page, site: Site, language: Language) -> str:
    """The page in a language, as HTML."""
    to_root = "../" * (page.path.count("/") + 1)
    other = next(other for other in LANGUAGES if other != language)
    return (
        _templates(language)
        .get_template(page.template)
        .render(
            page=page,
            site=site,
            to_root=to_root,
            to=partial(_address, page.path),
            place_link=partial(_place_link, page.path, site.paths, language),
            other_language=other,
            other_name=word("report.this_language", other),
            **page.context,
        )
    )


def front(site: Site) -> str:
    """The page before both languages, as HTML."""
    return _templates(LANGUAGES[0]).get_template("front.html").render(site=site, languages=LANGUAGES, word=word)


def place_path(level: str, code: str) -> str:
    """The page of a place."""
    return f"{level}/{code}.html"


def file_path(number: int) -> str:
    """The page of the file of that number."""
    return f"files/{number}.html"


def _place_link(start: str, paths: frozenset[str], language: Language, row: Mapping[str, Any]) -> Markup | str:
    """The name of the place of a row, with a link where it has a page."""
    if row["place_code"] is None:
        return ABSENT
    name, path = in_words(row, "name")[language], place_path(row["place_level"], row["place_code"])
    return Markup('<a href="{}">{}</a>').format(_address(start, path), name) if path in paths else name


def _address(start: str, path: str) -> str:
    """The address of a page of the same language, as seen from the page `start`."""
    return posixpath.relpath(path, posixpath.dirname(start) or ".")


def quantity(value: float | int | None, digits: int = 6) -> str:
    """A number for people with that many significant digits, and never less than its whole part."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ABSENT
    if isinstance(value, int) or value == 0:
        return f"{value:,.0f}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(decimals, 12)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals(value: float | None, digits: int = 4) -> str:
    """A number with that many decimals."""
    return ABSENT if value is None or not math.isfinite(value) else f"{value:,.{digits}f}"


def percent(value: float | None, digits: int = 1) -> str:
    """A share as a percentage; what is all and what is not quite are told apart."""
    if value is None or not math.isfinite(value):
        return ABSENT
    text = f"{100 * value:.{digits}f}"
    if value < 1 and float(text) == 100:
        text = f"{100 - 10**-digits:.{digits}f}"
    return f"{text}%" if float(text) != 100 else "100%"


def text(value: object) -> str:
    """Text of a table, or the sign for none."""
    return ABSENT if value is None or value == "" else str(value)


@cache
def terms() -> dict[tuple[str, str], dict[str, str]]:
    """Words for values that stand in columns, by kind and value, from `terms.csv`: kind, value, en, zh."""
    with TERMS.open(encoding="utf-8", newline="") as file:
        return {(row["kind"], row["value"]): row for row in csv.DictReader(file)}


def told(language: Language, kind: str, value: str | None) -> str:
    """A value of a column in words, such as a verdict; the value itself where it has none."""
    if value is None:
        return ABSENT
    known = terms().get((kind, value))
    return known[language] if known else value.replace("_", " ")


def _label(language: Language, row: Mapping[str, Any], name: str = "label") -> str:
    return in_words(row, name)[language]


_ENVIRONMENTS: dict[str, jinja2.Environment] = {}


def _templates(language: Language) -> jinja2.Environment:
    """The templates with the words of a language."""
    if language not in _ENVIRONMENTS:
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_FOLDER / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        filters: dict[str, Callable[..., str]] = {
            "quantity": quantity,
            "decimals": decimals,
            "percent": percent,
            "text": text,
        }
        environment.filters.update(filters)
        environment.globals.update(
            language=language,
            lang=LANG[language],
            langs=LANG,
            sections=SECTIONS,
            style=STYLE,
            absent=ABSENT,
            comma=COMMA[language],
            colon=COLON[language],
            place_path=place_path,
            file_path=file_path,
            bins=BINS,
            bin_heads=[(told(language, "bin", name), "n") for name in BINS],
            w=lambda key, **values: word(key, language, **values),
            simulated=word("simulated", language),
            told=partial(told, language),
            label=partial(_label, language),
        )
        _ENVIRONMENTS[language] = environment
    return _ENVIRONMENTS[language]

"""Fonts of a figure: the one that matplotlib brings for English, one with Chinese glyphs for Chinese.

The fonts of the machine are listed afresh: the list that matplotlib keeps may be older than the fonts. Of a collection
(.ttc) that holds a face a country, the family is named, so that the simplified Chinese face is taken.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from reporting.errors import UsageError
from reporting.languages import Language, word

#: what comes with matplotlib, for everything that is not Chinese
LATIN = "DejaVu Sans"

#: families with simplified Chinese glyphs, the first that the machine has is taken
CHINESE = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC"),
    *("Microsoft YaHei", "Hiragino Sans GB", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Heiti SC"),
    *("STHeiti", "Droid Sans Fallback", "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", "SimSun"),
    *("AR PL UMing CN", "AR PL UKai CN", "Arial Unicode MS"),
)

#: how the files of those families are named, so that not every font of a machine has to be opened
_FILES = (
    *("cjk", "notosanssc", "notoserifsc", "sourcehan", "pingfang", "msyh", "hiragino", "wqy", "simhei", "heiti"),
    *("stheiti", "droidsansfallback", "songti", "simsun", "uming", "ukai", "arial unicode", "arialuni"),
)


def families(language: Language) -> list[str]:
    """The families to draw a language with, in the order in which a glyph is looked for; raises UsageError for none."""
    if language == "en":
        return [LATIN]
    found = chinese_family()
    if found is None:
        raise UsageError(word("figure_no_chinese_font", "en"))
    return [found, LATIN]


@cache
def chinese_family() -> str | None:
    """The first family of CHINESE on this machine that really has the glyphs, or None."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in sorted(font_manager.findSystemFonts()):
        if str(path) not in known and any(part in Path(path).name.lower() for part in _FILES):
            font_manager.fontManager.addfont(path)
    listed = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((family for family in CHINESE if family in listed and _has_glyphs(family)), None)


def _has_glyphs(family: str) -> bool:
    found = font_manager.findfont(font_manager.FontProperties(family=family), fallback_to_default=False)
    face = FT2Font(found, face_index=getattr(found, "face_index", 0))
    return all(face.get_char_index(ord(letter)) for letter in "泰尔指数鄂")

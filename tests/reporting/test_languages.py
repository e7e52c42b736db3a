"""Words of our own: every key in both languages, with the same values to fill in, and asked for somewhere."""

from __future__ import annotations

import re

import pytest

from reporting.languages import LANGUAGES, word, words
from tests.support.project import ROOT


def test_both_languages_fill_in_the_same_values() -> None:
    for key, by_language in words().items():
        found = [set(re.findall(r"\{(\w+)", by_language[language])) for language in LANGUAGES]
        assert found[0] == found[1], key


def test_chinese_words_are_chinese() -> None:
    """A value that is the same in all languages, such as N, has no key."""
    for key, by_language in words().items():
        assert re.search(r"[㐀-鿿]", by_language["zh"]), key


def test_an_unknown_key_is_no_word() -> None:
    with pytest.raises(KeyError):
        word("no_such_key", "en")


def test_every_key_is_asked_for() -> None:
    files = [path for path in (ROOT / "reporting").rglob("*") if path.suffix in {".py", ".j2", ".html"}]
    files += (ROOT / "regional" / "commands").glob("*.py")
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert [key for key in words() if not re.search(rf"\b{re.escape(key)}\b", code)] == []

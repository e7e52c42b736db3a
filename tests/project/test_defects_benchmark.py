"""What the benchmark of defects does to a printed number: worked by hand."""

from __future__ import annotations

import pytest

from benchmarks.defects import Cell, is_large, scaled, shifted, with_digit_twice, without_digit


@pytest.mark.parametrize(
    ("text", "factor", "expected"),
    [
        ("9.84", 2, "19.68"),
        ("31669", 1 / 5, "6334"),
        ("0.04", 1 / 2, "0.02"),
        ("0.04", 1 / 7, None),  # 0.0057 would be printed as 0.01, nearly twice that
        ("0", 3, None),
        ("1_2", 3, None),
    ],
)
def test_a_factor_keeps_the_printed_decimals(text: str, factor: float, expected: str | None) -> None:
    assert scaled(text, factor) == expected


def test_a_moved_point_keeps_every_digit() -> None:
    assert shifted("31669", -1) == "3166.9"
    assert shifted("9.84", 2) == "984"
    assert shifted("0.05", -1) == "0.005"


def test_digits_are_lost_and_doubled_before_the_point() -> None:
    assert without_digit("31669", 0.3) == "3669"
    assert without_digit("9.84", 0.3) is None
    assert with_digit_twice("31669.5", 0.99) == "316699.5"
    assert with_digit_twice("0.84", 0.3) is None


@pytest.mark.parametrize(
    ("new", "expected"), [("149", False), ("151", True), ("67", False), ("66", True), ("-100", True)]
)
def test_large_is_more_than_half_either_way(new: str, expected: bool) -> None:
    cell = Cell("file", "sheet", 0, 0, "110100", "gdp", "total", 2010, "cny", "100", None)
    assert is_large(cell, new) is expected

"""Looks of series and scale: apart in grey, not by colour alone."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from reporting.figures.palette import LOOKS, SCALE, lightness, look_of, readable_on


def grey(colour: str) -> int:
    """What a grey conversion (ITU-R 601) makes of a colour, 0 to 255."""
    (level,) = Image.new("RGB", (1, 1), colour).convert("L").get_flattened_data()
    return int(level)


def test_lightness_is_that_of_cie() -> None:
    """Black 0, white 100, the middle grey #777777 50 (CIE 15, by hand: Y = 0.1845)."""
    assert [lightness(colour) for colour in ("#000000", "#ffffff", "#777777")] == pytest.approx([0, 100, 50], abs=0.1)


def test_series_get_lighter_in_steps_that_grey_keeps() -> None:
    steps = np.diff([lightness(look.colour) for look in LOOKS])
    assert steps.min() >= 15
    assert np.diff([grey(look.colour) for look in LOOKS]).min() >= 30


def test_series_differ_in_more_than_colour() -> None:
    for name in ("marker", "hatch", "line"):
        assert len({getattr(look, name) for look in LOOKS}) == len(LOOKS), name
    many = [look_of(number) for number in range(12)]
    assert len({(look.colour, look.marker) for look in many}) == len(many)


def test_the_scale_gets_darker_throughout() -> None:
    levels = [lightness(SCALE(share)) for share in np.linspace(0, 1, 50)]
    assert np.diff(levels).max() < 0
    assert levels[0] - levels[-1] > 70


def test_numbers_can_be_read_on_the_scale() -> None:
    for share in np.linspace(0, 1, 50):
        colour = SCALE(share)
        assert abs(lightness(readable_on(colour)) - lightness(colour)) > 40

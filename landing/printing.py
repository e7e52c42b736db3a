"""Numbers as they are printed."""

from __future__ import annotations

import math


def number_text(number: float, stored: object = None) -> str:
    """The shortest text of a number that reads back the same, without '.0'; '' for NaN.

    `stored` is the value as stored, where that is narrower than a double: a 32-bit 0.1 prints as 0.1.
    """
    if math.isnan(number):
        return ""
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number) if stored is None else str(stored)

"""What tells things apart, in colour and in grey: luminance, marker, hatch and line differ between series.

The colours go from dark to light with at least 15 steps of lightness (CIE L*, 0 to 100) between neighbours, which a
test checks, so that a grey print or a reader who sees no colour loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.colors import LinearSegmentedColormap, to_rgb

INK = "#111827"
QUIET = "#6b7280"
FAINT = "#d1d5db"
PAPER = "#ffffff"


@dataclass(frozen=True)
class Look:
    """How one series is drawn."""

    colour: str
    marker: str
    hatch: str
    line: str


#: series in their order, dark to light
LOOKS = (
    Look("#0f1626", "o", "", "-"),
    Look("#6f1735", "s", "///", "--"),
    Look("#286a80", "^", "..", "-."),
    Look("#c97f2e", "D", "\\\\\\", ":"),
    Look("#d6b970", "v", "xx", (0, (5, 1, 1, 1))),  # type: ignore[arg-type]
)


def look_of(number: int) -> Look:
    """The look of the series of that number from 0; beyond the fifth, a colour comes again with another marker."""
    ink, form = LOOKS[number % len(LOOKS)], LOOKS[(number + number // len(LOOKS)) % len(LOOKS)]
    return Look(ink.colour, form.marker, form.hatch, form.line)


#: shares and sizes: the more, the darker
SCALE = LinearSegmentedColormap.from_list("regional", ["#f5f1e6", "#9db7b9", "#3f7a8f", "#14304d"])


def lightness(colour: object) -> float:
    """CIE lightness L* of a colour, 0 (black) to 100 (white): what is left of it in grey."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(colour)  # type: ignore[arg-type]
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


def readable_on(colour: object) -> str:
    """The colour of a number printed on that colour: ink on a light one, paper on a dark one."""
    return INK if lightness(colour) > 55 else PAPER

"""Structures of industry with given indices: output shares, employment shares, and the nineteen sectors."""

from __future__ import annotations

import numpy as np

from simulation.city_places import Array
from simulation.process import InfeasibleDrawError

_STEPS = 60


def sector_theil(shares: Array) -> Array:
    """Sum of y ln(3 y) over the last axis."""
    return (shares * np.log(3 * shares)).sum(axis=-1)


def distance(output: Array, employment: Array) -> Array:
    """Sum of y ln(y / l) over the last axis: the distance of output shares from employment shares."""
    return (output * np.log(output / employment)).sum(axis=-1)


def solve_output_shares(quantity: Array, inequality: Array) -> Array:
    """Shares y of three sectors with y1 + 2 y2 + 3 y3 = `quantity` and sum of y ln(3 y) = `inequality`; last axis 3.

    With s = y2 the first equation gives y1 = (3 - quantity - s) / 2 and y3 = (quantity - 1 - s) / 2. The index is
    convex in s with its minimum at s^2 = y1 y3; the root above it is taken, where secondary output is large, as real
    cities have it. Bisection. Raises InfeasibleDrawError where no structure has both.
    """

    def shares(middle: Array) -> Array:
        return np.stack([(3 - quantity - middle) / 2, middle, (quantity - 1 - middle) / 2], axis=-1)

    top = np.minimum(3 - quantity, quantity - 1)
    # s^2 = y1 y3 is 3 s^2 + 2 s = (3 - q)(q - 1)
    product = (3 - quantity) * (quantity - 1)
    low, high = (np.sqrt(1 + 3 * product) - 1) / 3, top * (1 - 1e-12)
    bad = ~((inequality > sector_theil(shares(low))) & (inequality < sector_theil(shares(high))))
    _raise_if(bad, "output structures with the drawn quantity of upgrading and the drawn sector Theil index")
    for _ in range(_STEPS):
        middle = (low + high) / 2
        under = sector_theil(shares(middle)) < inequality
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return shares((low + high) / 2)


def solve_primary_employment(output: Array, secondary: Array, target: Array) -> Array:
    """Employment share l1 at which the distance of output from employment (l1, `secondary`, rest) is `target`.

    The distance falls in l1 up to (1 - l2) y1 / (y1 + y3), where it is that of y2 from l2 alone: any larger target has
    one root below. Bisection on ln l1. Raises InfeasibleDrawError where the target is smaller.
    """

    def at(log_share: Array) -> Array:
        primary = np.exp(log_share)
        return distance(output, np.stack([primary, secondary, 1 - secondary - primary], axis=-1))

    high = np.log((1 - secondary) * output[..., 0] / (output[..., 0] + output[..., 2]))
    low = high - 25
    _raise_if(~((target > at(high)) & (target < at(low))), "employment structures with the drawn distance")
    for _ in range(_STEPS):
        middle = (low + high) / 2
        over = at(middle) > target
        low, high = np.where(over, middle, low), np.where(over, high, middle)
    return np.exp((low + high) / 2)


def _raise_if(bad: np.ndarray, what: str) -> None:
    if bad.any():
        raise InfeasibleDrawError(
            f"{int(bad.sum())} city-years have no {what}: give those cities room in the levels of the constants."
        )

"""Types of the arrays that numbers are passed around in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
#: levels of a factor, numbered from 0, one a row
Codes = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

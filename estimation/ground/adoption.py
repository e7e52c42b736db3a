"""Panels of places that adopt a policy for good: read once, checked once, used by every causal estimator.

A frame has one row a unit and time with the columns `unit`, `time` (whole numbers), `outcome`, `cohort` (the first
treated time of the unit, missing for a unit never treated), any controls, and two optional ones: `cluster` (the unit
where absent) and `treatment` (0 or 1; where present it must say what `cohort` says). A unit that adopts only after
the last time of the frame is never treated in it. What an estimator cannot use raises NotEstimable with one sentence
that says what to do; no row is dropped here, so no estimand changes unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from estimation.ground.arrays import Array, Codes
from estimation.ground.columns import CLUSTER, COHORT, OUTCOME, TIME, TREATMENT, UNIT
from estimation.ground.errors import NotEstimable

#: what a design must have, named by those who ask for it in `read_panel`
NEVER_TREATED, LARGE_COHORTS, BALANCED = "never treated units", "cohorts of two or more", "a balanced panel"
UNTREATED_AT_FIRST, BASE_TIME = "no unit treated at all its times", "cohorts observed just before adoption"


@dataclass(frozen=True)
class Panel:
    """A checked panel: the frame sorted by unit and time, with `cluster` and `treatment` filled in."""

    frame: pd.DataFrame
    controls: tuple[str, ...]

    @property
    def cohorts(self) -> pd.Series:
        """First treated time by unit, NaN where never treated (index: units in order)."""
        return self.frame.groupby(UNIT, sort=True)[COHORT].first().astype(float)

    @property
    def relative_time(self) -> Array:
        """Time since adoption by row, NaN in units never treated."""
        return (self.frame[TIME] - self.frame[COHORT]).to_numpy(float)

    def codes(self, column: str) -> Codes:
        """The levels of a column, numbered from 0 in their order, by row."""
        return np.asarray(pd.factorize(self.frame[column], sort=True)[0], np.intp)


def read_panel(frame: pd.DataFrame, controls: Sequence[str] = (), needs: Sequence[str] = ()) -> Panel:
    """Check a frame and return it as a panel.

    `needs` names further properties, by the constants above. Raises ValueError for a column that is
    not there and NotEstimable for data that the design forbids: doubled rows, missing values, a cohort that changes
    within its unit, treatment that switches off or disagrees with the cohort, a treatment that nobody or everybody
    has from one time on, and whatever `needs` asks for and the data lack.
    """
    columns = [UNIT, TIME, OUTCOME, COHORT, *controls]
    absent = [name for name in columns if name not in frame]
    if absent:
        raise ValueError(f"the panel has no column {', '.join(absent)}")
    if frame.empty:
        raise NotEstimable("the sample has no row")
    optional = [name for name in (CLUSTER, TREATMENT) if name in frame and name not in columns]
    data = frame[columns + optional].sort_values([UNIT, TIME], ignore_index=True)
    if CLUSTER not in data:
        data[CLUSTER] = data[UNIT]
    _check_rows(data, [OUTCOME, *controls])
    _check_cohorts(data)
    data[COHORT] = data[COHORT].astype(float).where(data[COHORT] <= data[TIME].max())
    adopted = (data[TIME] >= data[COHORT]).astype(float)
    if TREATMENT in data:
        _check_treatment(data, adopted)
    data[TREATMENT] = adopted
    _check_design(data, needs)
    return Panel(data, tuple(controls))


def complete_rows(frame: pd.DataFrame, variables: Sequence[str]) -> pd.DataFrame:
    """`unit`, `time`, `cluster` (the unit where absent) and `variables`, sorted by unit and time, for tools that ask
    for no adoption.

    Raises ValueError for a column that is not there; NotEstimable for no rows, doubled rows, missing values, and a
    unit in more than one cluster.
    """
    variables = list(dict.fromkeys(variables))
    absent = [name for name in (UNIT, TIME, *variables) if name not in frame]
    if absent:
        raise ValueError(f"the panel has no column {', '.join(absent)}")
    if frame.empty:
        raise NotEstimable("the sample has no row")
    optional = [CLUSTER] if CLUSTER in frame and CLUSTER not in variables else []
    data = frame[[UNIT, TIME, *variables, *optional]].sort_values([UNIT, TIME], ignore_index=True)
    if CLUSTER not in data:
        data[CLUSTER] = data[UNIT]
    _check_rows(data, [name for name in variables if name != CLUSTER])
    if (data.groupby(UNIT)[CLUSTER].nunique() > 1).any():
        raise NotEstimable("a unit lies in more than one cluster: clusters must hold whole units")
    return data


def adoption_times(frame: pd.DataFrame, treatment: str) -> pd.Series:
    """Cohort by row from a 0/1 column: the first time at which the unit is treated, NaN where it never is.

    Raises NotEstimable where treatment switches off, since adoption for good is what every estimator here assumes.
    """
    data = frame.sort_values([UNIT, TIME])
    falls = data.groupby(UNIT)[treatment].diff() < 0
    if falls.any():
        raise NotEstimable(_switches_off(data[falls].iloc[0]))
    return frame[UNIT].map(data[data[treatment] == 1].groupby(UNIT)[TIME].min()).astype(float)


def balanced_part(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of units that are observed at every time of the frame: the caller's choice, never made here."""
    count = frame.groupby(UNIT)[TIME].transform("nunique")
    return frame[count == frame[TIME].nunique()]


def _check_rows(data: pd.DataFrame, variables: list[str]) -> None:
    doubled = data[data.duplicated([UNIT, TIME])]
    if len(doubled):
        row = doubled.iloc[0]
        raise NotEstimable(f"unit {row[UNIT]} has more than one row at time {row[TIME]}: keep one")
    for name in (UNIT, TIME, CLUSTER):
        if data[name].isna().any():
            raise NotEstimable(f"{int(data[name].isna().sum())} rows have no {name}: complete the sample first")
    if (data[TIME] % 1 != 0).any():
        raise NotEstimable("time is not in whole numbers, so time since adoption cannot be counted")
    for name in variables:
        missing = int((~np.isfinite(data[name].to_numpy(float))).sum())
        if missing:
            raise NotEstimable(f"{missing} rows have no value of {name}: complete the sample first")


def _check_cohorts(data: pd.DataFrame) -> None:
    stated = data.groupby(UNIT)[COHORT].agg(["nunique", "count", "size"])
    mixed = stated[(stated["nunique"] > 1) | ((stated["count"] > 0) & (stated["count"] < stated["size"]))]
    if len(mixed):
        raise NotEstimable(f"unit {mixed.index[0]} has more than one cohort: a unit adopts once, at one time")


def _check_treatment(data: pd.DataFrame, adopted: pd.Series) -> None:
    falls = data.groupby(UNIT)[TREATMENT].diff() < 0
    if falls.any():
        raise NotEstimable(_switches_off(data[falls].iloc[0]))
    wrong = data[data[TREATMENT] != adopted]
    if len(wrong):
        row = wrong.iloc[0]
        raise NotEstimable(
            f"unit {row[UNIT]} has treatment {row[TREATMENT]:g} at time {row[TIME]}, which its cohort denies"
        )


def _switches_off(row: pd.Series) -> str:
    return f"the treatment of unit {row[UNIT]} switches off at time {row[TIME]}: the estimators need adoption for good"


def _check_design(data: pd.DataFrame, needs: Sequence[str]) -> None:
    cohorts = data.groupby(UNIT)[COHORT].first()
    sizes = cohorts.dropna().value_counts().sort_index()
    if data[TREATMENT].max() == 0:
        raise NotEstimable("no unit is treated at any time of the sample")
    if cohorts.notna().all() and len(sizes) == 1:
        raise NotEstimable(f"every unit is treated from {sizes.index[0]:g} on: there is nothing to compare with")
    if NEVER_TREATED in needs and cohorts.notna().all():
        raise NotEstimable("every unit is treated at some time: the estimator compares with units never treated")
    if LARGE_COHORTS in needs:
        _check_sizes(cohorts, sizes)
    _check_times(data, needs)
    always = int((data.groupby(UNIT)[TREATMENT].min() == 1).sum())
    if UNTREATED_AT_FIRST in needs and always:
        raise NotEstimable(f"{always} units are treated at all times they are observed: exclude them")
    seen = data.loc[data[TIME] == data[COHORT] - 1, COHORT].unique()
    unseen = sizes.index[~sizes.index.isin(seen)]
    if BASE_TIME in needs and len(unseen):
        cohort = unseen[0]
        raise NotEstimable(
            f"no unit of the cohort of {cohort:g} is observed at {cohort - 1:g}, the base of its effects: "
            "exclude the cohort"
        )


def _check_sizes(cohorts: pd.Series, sizes: pd.Series) -> None:
    single = sizes[sizes == 1]
    if len(single):
        cohort = single.index[0]
        raise NotEstimable(
            f"the cohort of {cohort:g} is one unit ({cohorts.index[cohorts == cohort][0]}), whose effect has no "
            "sampling variance: exclude or merge the cohort"
        )


def _check_times(data: pd.DataFrame, needs: Sequence[str]) -> None:
    times, sizes = data[TIME].nunique(), data.groupby(UNIT).size()
    if BALANCED in needs and (sizes < times).any():
        raise NotEstimable(
            f"{int((sizes < times).sum())} of {len(sizes)} units are not observed at all {times} times: "
            "the estimator needs a balanced panel (balanced_part gives one)"
        )

"""Event study: effects by year relative to adoption, their joint test before it, bands, and bounds under other trends.

Dummies for the years relative to adoption, two-way fixed effects, pyfixest. What the ends of the window and the base
year are, the reading of a study decides (`Window`). Units treated at all times and units never treated have a place
in it: the former in late years only, the latter in no dummy.

Bands hold all coefficients at once: the critical value is the quantile of the largest |t| of a normal vector with the
coefficients' correlation (sup-t: estimation.numerics.bands), drawn from a stated seed.

Bounds (Rambachan and Roth 2023) say what the average effect after adoption may be if trends were not parallel:
'smoothness' bounds by M how much the slope of the difference in trends may change between years, and comes from
diff-diff with its fixed-length interval; 'relative_magnitude' bounds by M times the largest step before adoption every
step after it. diff-diff's interval for the latter takes the largest step as known, so here the interval is own code:
the union over every step and sign of intervals of the end points, each of which is linear in the coefficients; it
covers at least as often as it says, as the true largest step is one of them.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from diff_diff import HonestDiD, MultiPeriodDiDResults
from diff_diff.results import PeriodEffect
from scipy import stats
from threadpoolctl import threadpool_limits

from estimation.ground.adoption import NEVER_TREATED, Panel, read_panel
from estimation.ground.arrays import Array
from estimation.ground.columns import COHORT, OUTCOME, TIME, UNIT
from estimation.ground.errors import NotEstimable
from estimation.numerics.bands import sup_t_critical_value
from estimation.numerics.covariance import Covariance
from estimation.numerics.inference import t_inference
from estimation.numerics.least_squares import LeastSquares, least_squares
from estimation.suites.contract import COMMON, Option, Output, Suite, Task, numbers, one_of, years

EARLY, LATE = ("bin", "drop", "base"), ("bin", "drop")
METHODS = ("smoothness", "relative_magnitude")


@dataclass(frozen=True)
class Window:
    """A reading of the event study.

    Relative years `first` to `last` have coefficients, except those of `base`. Earlier ones join the first ('bin'),
    leave the sample ('drop') or join the base ('base'); later ones join the last or leave. `cohorts`, where given,
    keeps these cohorts and the units never treated.
    """

    first: int = -3
    last: int = 6
    base: tuple[int, ...] = (-1,)
    early: str = "bin"
    late: str = "bin"
    cohorts: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for a window that makes no sense."""
        if self.early not in EARLY or self.late not in LATE:
            raise ValueError(f"ends {self.early!r}, {self.late!r}: early is one of {EARLY}, late one of {LATE}")
        if not self.base or not all(self.first <= year <= self.last for year in self.base):
            raise ValueError(f"base years {self.base} must lie in the window {self.first} to {self.last}")


@dataclass(frozen=True)
class EventStudy:
    """Coefficients, the test before adoption, sizes, and the covariance (in the order of the estimated years).

    coefficients: one row a relative year (relative_year, is_base, is_binned, estimate, standard_error, p_value,
    conf_low, conf_high, band_low, band_high); base years have estimate 0 and NaN beside it. statistics: pretrend_f,
    pretrend_df_model, pretrend_df_residual, pretrend_p_value (NaN where no year before adoption is estimated),
    band_critical_value, n, n_units, n_treated_units. dropped: controls left out as collinear.
    """

    coefficients: pd.DataFrame
    statistics: dict[str, float]
    covariance: Array
    dropped: tuple[str, ...] = ()


def event_study(
    frame: pd.DataFrame,
    controls: Sequence[str] = (),
    *,
    window: Window | None = None,
    covariance: Covariance | None = None,
    confidence_level: float = 0.95,
    seed: int = 1,
) -> EventStudy:
    """Coefficients by relative year of a two-way regression on relative-year dummies and controls.

    `frame` as estimation.ground.adoption states it, balanced or not. Raises NotEstimable where no unit is never
    treated, none has a relative year of the window, or a dummy is collinear with the fixed effects, the controls or the
    others.
    """
    window, errors = window or Window(), covariance or Covariance()
    panel = read_panel(_in_window(frame, window), controls, needs=[NEVER_TREATED])
    years, binned = _binned(panel, window)
    kept = np.isnan(years) | np.isfinite(binned)
    data = panel.frame[kept].reset_index(drop=True)
    placed = binned[kept]
    estimated = sorted({int(year) for year in placed[~np.isnan(placed)]} - set(window.base))
    if not estimated:
        raise NotEstimable("no unit has a relative year of the window besides the base")
    model, names = _fit(data, placed, estimated, panel)
    whole, degrees = model.covariance(errors.kind)
    if degrees < 1 or not np.isfinite(whole).all():
        raise NotEstimable(f"{len(data)} rows leave no degree of freedom")
    position = [model.names.index(name) for name in names]
    estimates, variance = model.slopes[position], whole[np.ix_(position, position)]
    table, critical = _coefficients(
        estimated, estimates, variance, degrees=degrees, confidence_level=confidence_level, seed=seed
    )
    bases = pd.DataFrame({"relative_year": sorted(window.base), "is_base": True, "estimate": 0.0})
    table = pd.concat([table.assign(is_base=False), bases]).sort_values("relative_year", ignore_index=True)
    outside = set(years[kept & ~np.isnan(years) & (years != binned)].tolist())
    table["is_binned"] = [
        (year == window.first and any(other < year for other in outside))
        or (year == window.last and any(other > year for other in outside))
        for year in table["relative_year"]
    ]
    statistics = {
        **_pretrend(estimated, estimates, variance, degrees),
        "band_critical_value": critical,
        "n": float(len(data)),
        "n_units": float(data[UNIT].nunique()),
        "n_treated_units": float(data.loc[data[COHORT].notna(), UNIT].nunique()),
    }
    order = ["relative_year", "is_base", "is_binned", "estimate", "standard_error", "p_value"]
    return EventStudy(
        table[[*order, "conf_low", "conf_high", "band_low", "band_high"]],
        statistics,
        variance,
        tuple(name for name in panel.controls if name not in model.names),
    )


def honest_bounds(
    study: EventStudy, method: str, magnitudes: Sequence[float], confidence_level: float = 0.95
) -> pd.DataFrame:
    """Bounds on the average effect over the years from adoption on, one row a magnitude.

    Columns: method, magnitude (M), identified_low, identified_high (at the estimated coefficients), conf_low,
    conf_high. Raises NotEstimable unless the base is year -1, the years are consecutive and one is before adoption.
    The ends of the window count as single years; where they are binned, the bounds read them so.
    """
    if method not in METHODS:
        raise ValueError(f"method {method!r}: use one of {', '.join(METHODS)}")
    if any(magnitude < 0 for magnitude in magnitudes):
        raise ValueError("magnitudes must not be negative")
    table = study.coefficients
    years = table["relative_year"].to_numpy(int)
    estimated = ~table["is_base"].to_numpy(bool)
    if list(years[~estimated]) != [-1] or (np.diff(years) != 1).any() or years[0] > -2 or years[-1] < 0:
        raise NotEstimable("bounds need consecutive relative years around the one base year -1, and one before it")
    values = table.loc[estimated, "estimate"].to_numpy(float)
    before = int((years < -1).sum())
    bounds = _smoothness if method == "smoothness" else _relative_magnitude
    rows = [
        (method, float(magnitude), *bounds(values, study.covariance, before, magnitude, 1 - confidence_level))
        for magnitude in magnitudes
    ]
    columns = ["method", "magnitude", "identified_low", "identified_high", "conf_low", "conf_high"]
    return pd.DataFrame(rows, columns=columns)


def _in_window(frame: pd.DataFrame, window: Window) -> pd.DataFrame:
    if window.cohorts is None or COHORT not in frame:
        return frame
    absent = sorted(set(window.cohorts) - set(frame[COHORT].dropna()))
    if absent:
        raise NotEstimable(f"no unit adopts in {', '.join(f'{cohort:g}' for cohort in absent)}")
    return frame[frame[COHORT].isna() | frame[COHORT].isin(window.cohorts)]


def _binned(panel: Panel, window: Window) -> tuple[Array, Array]:
    """Relative years, and those at which the rows count: NaN for never treated and for rows that leave the sample."""
    years = panel.relative_time
    binned = years.copy()
    ends = {"bin": window.first, "base": window.base[0], "drop": np.nan}
    binned[years < window.first] = ends[window.early]
    binned[years > window.last] = window.last if window.late == "bin" else np.nan
    return years, binned


def _fit(data: pd.DataFrame, placed: Array, estimated: list[int], panel: Panel) -> tuple[LeastSquares, list[str]]:
    names = [f"_year_{index}" for index in range(len(estimated))]
    dummies = pd.DataFrame({name: (placed == year) * 1.0 for name, year in zip(names, estimated, strict=True)})
    # Of collinear terms the last is dropped: a dummy, which is then missed, rather than a control.
    model = least_squares(data.join(dummies), OUTCOME, [*panel.controls, *names], [UNIT, TIME])
    lost = [year for name, year in zip(names, estimated, strict=True) if name not in model.names]
    if lost:
        raise NotEstimable(
            f"the dummy of relative year {', '.join(map(str, lost))} is collinear with the fixed effects, the controls "
            "or the other years: widen the base or narrow the window"
        )
    return model, names


def _coefficients(
    years: list[int], estimates: Array, variance: Array, *, degrees: float, confidence_level: float, seed: int
) -> tuple[pd.DataFrame, float]:
    errors = np.sqrt(np.diag(variance))
    critical = sup_t_critical_value(variance, confidence_level, seed)
    table = t_inference(estimates, errors, degrees, confidence_level).drop(columns="statistic")
    table.insert(0, "relative_year", years)
    table["band_low"], table["band_high"] = estimates - critical * errors, estimates + critical * errors
    return table, critical


def _pretrend(years: list[int], estimates: Array, variance: Array, degrees: float) -> dict[str, float]:
    """Wald F of all coefficients before adoption being zero."""
    before = [position for position, year in enumerate(years) if year < 0]
    if not before or np.linalg.matrix_rank(variance[np.ix_(before, before)]) < len(before):
        return {
            "pretrend_f": np.nan,
            "pretrend_df_model": float(len(before)),
            "pretrend_df_residual": degrees,
            "pretrend_p_value": np.nan,
        }
    chosen = estimates[before]
    statistic = float(chosen @ np.linalg.solve(variance[np.ix_(before, before)], chosen)) / len(before)
    return {
        "pretrend_f": statistic,
        "pretrend_df_model": float(len(before)),
        "pretrend_df_residual": degrees,
        "pretrend_p_value": float(stats.f.sf(statistic, len(before), degrees)),
    }


def _smoothness(
    values: Array, covariance: Array, before: int, magnitude: float, alpha: float
) -> tuple[float, float, float, float]:
    # The search for the interval ends elsewhere, in the fifth digit, where the last digits of what it is given differ,
    # or the number of threads does: so it gets eight digits and one thread, and two builds agree.
    values, covariance = _rounded(values), _rounded(covariance)
    labels = [*range(-1 - before, -1), *range(len(values) - before)]
    errors = np.sqrt(np.diag(covariance))
    unused = (np.nan, np.nan)
    study = MultiPeriodDiDResults(
        period_effects={
            label: PeriodEffect(label, value, error, np.nan, np.nan, unused)
            for label, value, error in zip(labels, values, errors, strict=True)
        },
        avg_att=np.nan,
        avg_se=np.nan,
        avg_t_stat=np.nan,
        avg_p_value=np.nan,
        avg_conf_int=unused,
        n_obs=0,
        n_treated=0,
        n_control=0,
        pre_periods=[*labels[:before], -1],
        post_periods=labels[before:],
        vcov=covariance,
        reference_period=-1,
        interaction_indices={label: position for position, label in enumerate(labels)},
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with threadpool_limits(1):
            result = HonestDiD(method="smoothness", M=magnitude, alpha=alpha).fit(study)
    return result.lb, result.ub, result.ci_lb, result.ci_ub


def _rounded(values: Array, digits: int = 8) -> Array:
    """To so many significant digits."""
    size = np.floor(np.log10(np.abs(values), out=np.zeros_like(values), where=values != 0))
    scale = 10.0 ** (digits - 1 - size)
    return np.asarray(np.round(values * scale) / scale, np.float64)


def _relative_magnitude(
    values: Array, covariance: Array, before: int, magnitude: float, alpha: float
) -> tuple[float, float, float, float]:
    after = len(values) - before
    average = np.concatenate([np.zeros(before), np.full(after, 1 / after)])
    # Step s is the change from one year to the next; the last one before adoption ends in the base, which is zero.
    steps = np.diff(np.eye(before, len(values)), axis=0, append=np.zeros((1, len(values))))
    # The k-th year after adoption is k steps away from the base, and each may be as large as allowed.
    reach = magnitude * np.arange(1, after + 1).mean()
    ends = np.concatenate([average + reach * steps, average - reach * steps])
    points = ends @ values
    widths = stats.norm.ppf(1 - alpha / 2) * np.sqrt(np.einsum("ij,jk,ik->i", ends, covariance, ends))
    return points.min(), points.max(), (points - widths).min(), (points + widths).max()


def _run(task: Task) -> Output:
    options = task.options
    study = event_study(
        task.adoption_frame,
        task.controls,
        window=Window(**{name: options[name] for name in ("first", "last", "base", "early", "late", "cohorts")}),
        covariance=task.covariance,
        confidence_level=task.confidence_level,
    )
    tables = {"coefficients": study.coefficients, "pre_trend": pd.DataFrame([study.statistics])}
    notes = [f"dropped for collinearity: {', '.join(study.dropped)}"] if study.dropped else []
    magnitudes = {method: options[method] for method in METHODS if options[method]}
    try:
        if magnitudes:
            tables["bounds"] = _bounds(study, magnitudes, task.confidence_level)
    except NotEstimable as reason:
        notes.append(f"no bounds: {reason}")
    return Output(tables, notes=tuple(notes))


def _bounds(study: EventStudy, magnitudes: Mapping[str, tuple[float, ...]], level: float) -> pd.DataFrame:
    return pd.concat(
        [honest_bounds(study, method, values, level) for method, values in magnitudes.items()], ignore_index=True
    )


SUITE = Suite(
    name="event_study",
    run=_run,
    options={
        "first": Option(int, Window.first),
        "last": Option(int, Window.last),
        "base": Option(years, Window.base),
        "early": Option(one_of(*EARLY), Window.early),
        "late": Option(one_of(*LATE), Window.late),
        "cohorts": Option(numbers),
        **{method: Option(numbers, ()) for method in METHODS},
        **COMMON,
    },
    needs_cohort=True,
)

"""Table 2 against second implementations: linearmodels, statsmodels, and what the fitted numbers must satisfy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from linearmodels.panel import PanelOLS

from estimation import NotEstimable, Specification, estimation_sample
from estimation.ground.columns import OUTCOME, TIME, UNIT
from estimation.suites.regression import fit_panel
from tests.support.simulated_marts import simulated_mart
from tests.support.specifications import specifications

TABLE_2 = ["ii_t2_c1", "ii_t2_c2", "ii_t2_c3"]
EQUAL = {"rtol": 1e-8, "atol": 1e-10}


def under(specification: Specification, vcov: str) -> Specification:
    return replace(specification, vcov=vcov, cluster_column="province_code" if vcov == "cluster" else "")


def regressors(specification: Specification, frame: pd.DataFrame) -> pd.DataFrame:
    """The regressors with a dummy for each year but the first."""
    dummies = pd.get_dummies(frame[TIME], prefix="year", dtype=float).iloc[:, 1:]
    return pd.concat([frame[[term.name for term in specification.regressors]], dummies], axis=1)


@pytest.fixture(scope="module")
def samples(default_warehouse) -> dict[str, pd.DataFrame]:
    return {spec_id: estimation_sample(default_warehouse, specifications()[spec_id]) for spec_id in TABLE_2}


@pytest.mark.parametrize("spec_id", TABLE_2)
@pytest.mark.parametrize(
    ("vcov", "options", "f_name"),
    [
        ("classical", {"cov_type": "unadjusted"}, "f_statistic"),
        ("hc1", {"cov_type": "robust"}, "f_statistic_robust"),
        ("cluster", {"cov_type": "clustered", "cluster_entity": True, "group_debias": True}, "f_statistic_robust"),
    ],
)
def test_table_2_equals_linearmodels(samples, spec_id: str, vcov: str, options: dict, f_name: str) -> None:
    specification, frame = under(specifications()[spec_id], vcov), samples[spec_id]
    fit = fit_panel(specification, frame)
    index = pd.MultiIndex.from_frame(frame[[UNIT, TIME]])
    matrix = sm.add_constant(regressors(specification, frame)).set_index(index)
    reference = PanelOLS(frame[OUTCOME].set_axis(index), matrix, entity_effects=True).fit(debiased=True, **options)
    names = [term.name for term in specification.regressors]
    for ours, theirs in (("estimate", reference.params), ("standard_error", reference.std_errors)):
        np.testing.assert_allclose(fit.estimates.loc[names, ours], theirs[names], **EQUAL)
        np.testing.assert_allclose(fit.estimates.loc["constant", ours], theirs["const"], **EQUAL)
    np.testing.assert_allclose(fit.statistics["r2_within_one_way"], reference.rsquared_within, **EQUAL)
    np.testing.assert_allclose(fit.statistics["f_statistic"], getattr(reference, f_name).stat, **EQUAL)
    assert fit.statistics["n"] == reference.nobs


@pytest.mark.parametrize("spec_id", TABLE_2)
def test_table_2_equals_dummy_variable_least_squares(samples, spec_id: str) -> None:
    """All effects as dummies in statsmodels: slopes, classical and HC1 errors, overall R2, p values."""
    specification, frame = specifications()[spec_id], samples[spec_id]
    units = pd.get_dummies(frame[UNIT], dtype=float)
    matrix = pd.concat([regressors(specification, frame), units], axis=1)
    names = [term.name for term in specification.regressors]
    for vcov, cov_type in (("classical", "nonrobust"), ("hc1", "HC1")):
        fit = fit_panel(under(specification, vcov), frame)
        reference = sm.OLS(frame[OUTCOME], matrix).fit(cov_type=cov_type, use_t=True)
        np.testing.assert_allclose(fit.estimates.loc[names, "estimate"], reference.params[names], **EQUAL)
        np.testing.assert_allclose(fit.estimates.loc[names, "standard_error"], reference.bse[names], **EQUAL)
        np.testing.assert_allclose(fit.estimates.loc[names, "p_value"], reference.pvalues[names], **EQUAL)
        np.testing.assert_allclose(fit.statistics["r2_overall"], reference.rsquared, **EQUAL)
        assert fit.statistics["df_residual"] == reference.df_resid


@pytest.mark.parametrize("spec_id", TABLE_2)
def test_clustered_errors_equal_statsmodels_with_the_correction_of_stata(samples, spec_id: str) -> None:
    """statsmodels on demeaned data with the grand means added back: G/(G-1) (N-1)/(N-K), K with the constant."""
    specification, frame = under(specifications()[spec_id], "cluster"), samples[spec_id]
    fit = fit_panel(specification, frame)

    def demeaned(column: pd.Series) -> pd.Series:
        return column - column.groupby(frame[UNIT]).transform("mean") + column.mean()

    matrix = sm.add_constant(regressors(specification, frame).apply(demeaned))
    reference = sm.OLS(demeaned(frame[OUTCOME]), matrix).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(frame[UNIT])[0], "use_correction": True}
    )
    names = [term.name for term in specification.regressors]
    np.testing.assert_allclose(fit.estimates.loc[names, "standard_error"], reference.bse[names], **EQUAL)
    np.testing.assert_allclose(fit.estimates.loc["constant", "standard_error"], reference.bse["const"], **EQUAL)
    assert fit.statistics["df_residual"] == 29
    assert fit.statistics["n_clusters"] == 30


def test_absorbed_and_dummy_period_effects_differ_in_the_constant_only(samples) -> None:
    specification, frame = specifications()["ii_t2_c3"], samples["ii_t2_c3"]
    dummies = fit_panel(specification, frame)
    absorbed = fit_panel(replace(specification, time_effects="absorbed"), frame)
    names = [term.name for term in specification.regressors]
    for column in ("estimate", "standard_error"):
        np.testing.assert_allclose(absorbed.estimates.loc[names, column], dummies.estimates.loc[names, column], **EQUAL)
    means = frame[names].mean() @ absorbed.estimates.loc[names, "estimate"]
    np.testing.assert_allclose(absorbed.estimates.loc["constant", "estimate"], frame[OUTCOME].mean() - means, **EQUAL)
    for name in ("r2_overall", "r2_within_one_way", "r2_within_two_way"):
        np.testing.assert_allclose(absorbed.statistics[name], dummies.statistics[name], **EQUAL)
    assert absorbed.statistics["f_df_model"] == 8
    assert dummies.statistics["f_df_model"] == 8 + 11


def test_centring_moves_the_main_effects_and_leaves_the_interaction(default_warehouse) -> None:
    centred, raw = (
        fit_panel(specifications()[spec_id], estimation_sample(default_warehouse, specifications()[spec_id]))
        for spec_id in ("ii_t2_c3", "ii_t2_c3_raw")
    )
    interaction = "ln_import_x_ln_inno"
    np.testing.assert_allclose(
        raw.estimates.loc[interaction].to_numpy(), centred.estimates.loc[interaction].to_numpy(), rtol=1e-6
    )
    frame = estimation_sample(default_warehouse, specifications()["ii_t2_c3"])
    shift = centred.estimates.loc[interaction, "estimate"] * frame["ln_inno"].mean()
    np.testing.assert_allclose(
        raw.estimates.loc["ln_import", "estimate"], centred.estimates.loc["ln_import", "estimate"] - shift, rtol=1e-6
    )


def test_no_share_of_a_variance_that_the_effects_take_up_whole(samples) -> None:
    """A dependent variable that never changes within a unit: what absorption leaves of it is rounding."""
    frame = samples["ii_t2_c3"].copy()
    frame[OUTCOME] = frame.groupby(UNIT)[OUTCOME].transform("mean")
    statistics = fit_panel(replace(specifications()["ii_t2_c3"], unit_effects="none"), frame).statistics
    assert 0 < statistics["r2_overall"] < 1
    assert np.isnan(statistics["r2_within_one_way"]) and np.isnan(statistics["r2_within_two_way"])


def test_a_collinear_regressor_is_dropped_and_named() -> None:
    specification = specifications()["ii_t2_c1"]
    frame = estimation_sample(simulated_mart(1), specification)
    frame["urban"] = 2 * frame["ind"]
    fit = fit_panel(specification, frame)
    assert len(fit.dropped) == 1
    assert set(fit.dropped) < {"urban", "ind"}


def test_a_sample_without_degrees_of_freedom_is_not_estimable() -> None:
    specification = specifications()["ii_t2_c3"]
    frame = estimation_sample(simulated_mart(1), specification)
    with pytest.raises(NotEstimable):
        fit_panel(specification, frame[frame[UNIT] == "110000"])


def test_a_constant_dependent_variable_is_not_estimable() -> None:
    specification = specifications()["ii_t2_c1"]
    frame = estimation_sample(simulated_mart(1), specification).assign(**{OUTCOME: 1.0})
    with pytest.raises(NotEstimable):
        fit_panel(specification, frame)


def test_missing_variables_are_named() -> None:
    connection = simulated_mart(1)
    connection.execute("update import_inequality set ln_import = null")
    with pytest.raises(NotEstimable, match=r"no value in the sample: ln_import$"):
        estimation_sample(connection, specifications()["ii_t2_c3"])


def test_variables_whose_years_do_not_meet_are_named() -> None:
    connection = simulated_mart(1)
    connection.execute("update import_inequality set urban = null where year < 2015")
    connection.execute("update import_inequality set ind = null where year >= 2015")
    with pytest.raises(NotEstimable, match=r"no row has every variable; .*ind 2008-2014.*urban 2015-2019"):
        estimation_sample(connection, specifications()["ii_t2_c3"])


def test_rows_that_rest_on_interpolated_values_are_counted() -> None:
    connection = simulated_mart(1)
    connection.execute("alter table import_inequality add column if not exists interpolated_columns varchar")
    connection.execute(
        "update import_inequality set interpolated_columns = "
        "case when year = 2010 then 'tec, unemployment' when year = 2011 then 'tec' end"
    )
    frame = estimation_sample(connection, specifications()["ii_t2_c3"])
    # one year of twelve; tec is in no variable of the specification
    assert fit_panel(specifications()["ii_t2_c3"], frame).statistics["share_filled"] == pytest.approx(1 / 12)

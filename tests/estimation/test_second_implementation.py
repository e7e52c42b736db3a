"""Every estimated coefficient and standard error of the embedded default, through other libraries as well."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from estimation import read_specifications
from tests.support.other_libraries import by_other_libraries, correction, dummies, statsmodels_options
from tests.support.specifications import regression_sample

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def estimates(default_warehouse) -> pd.DataFrame:
    return default_warehouse.sql("select spec_id, term, estimate, standard_error from estimates").df()


@pytest.fixture(scope="module")
def estimated(default_warehouse) -> list:
    """Every specification that is estimated, with its sample."""
    seed = default_warehouse.sql(
        "from estimation.full_specifications where spec_id in (select spec_id from fits where status = 'estimated')"
    ).df()
    return [(made, regression_sample(default_warehouse, made)) for made in read_specifications(seed)]


def test_every_coefficient_and_error_equals_another_library(estimated, estimates) -> None:
    """The constant under absorbed effects and instruments is in no library; its parts are compared elsewhere."""
    compared = []
    for made, frame in estimated:
        ours = estimates[estimates["spec_id"] == made.spec_id].set_index("term")
        terms = [name for name in made.coefficient_names if name in ours.index]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = by_other_libraries(made, frame, terms)
        both = theirs.add_suffix("_theirs").join(ours.drop(columns="spec_id"), how="outer").assign(spec_id=made.spec_id)
        compared.append(both.drop(index="constant") if made.endogenous and made.unit_effects == "absorbed" else both)
    table = pd.concat(compared).reset_index(names="term")
    assert table["spec_id"].nunique() == len(estimated) >= 300
    assert table.notna().all(axis=None)
    for name in ("estimate", "standard_error"):
        table["apart"] = (table[name] / table[f"{name}_theirs"] - 1).abs()
        worst = table.nlargest(5, "apart")[["spec_id", "term", name, f"{name}_theirs", "apart"]]
        print(f"{name}: {len(table)} compared, largest relative difference {table['apart'].max():.1e}")
        assert table["apart"].max() < 1e-6, worst.to_string()


def test_every_first_stage_equals_an_f_test_with_the_dummies_written_out(estimated, default_warehouse) -> None:
    figures = (
        default_warehouse.sql("select spec_id, first_stage_f, cragg_donald_f, kleibergen_paap_f from fits")
        .df()
        .set_index("spec_id")
    )
    instrumented = [(made, frame) for made, frame in estimated if made.endogenous]
    assert len(instrumented) >= 4
    for made, frame in instrumented:
        names = [term.name for term in made.instruments]
        exogenous = frame[[*(term.name for term in made.regressors), *names]]
        matrix = pd.concat([exogenous, dummies(frame, made.unit_effects, made.time_effects)], axis=1)
        restriction = np.eye(matrix.shape[1])[[matrix.columns.get_loc(name) for name in names]]
        robust = "cluster" if made.vcov == "cluster" else "hc1"
        model = sm.OLS(frame[made.endogenous[0].name], matrix)
        for figure, vcov in (
            ("first_stage_f", made.vcov),
            ("cragg_donald_f", "classical"),
            ("kleibergen_paap_f", robust),
        ):
            fit = model.fit(use_t=True, **statsmodels_options(vcov, frame))
            statistic = float(fit.f_test(restriction).fvalue)
            expected = statistic / correction(frame, matrix.shape[1], made.unit_effects, vcov)
            assert figures.loc[made.spec_id, figure] == pytest.approx(expected, rel=1e-6), (made.spec_id, figure)

"""The embedded default, end to end: what the marts and the result tables must say."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from simulation import CONSTANTS, simulate_panel
from tests.support.project import seed_rows

MART_VARIABLES = {
    "tar": "tar",
    "ln_import": "ln_import",
    "ln_inno": "ln_inno",
    "ln_import_x_ln_inno_centred": "ln_import_x_ln_inno",
    "urban": "urban",
    "ind": "ind",
    "ln_fdi_as_published": "ln_fdi",
    "ln_pgdp": "ln_pgdp",
    "unemployment": "unemployment",
}


@pytest.fixture(scope="module")
def mart(default_warehouse):
    return default_warehouse.sql("from import_inequality order by province_code, year").df()


def test_sql_recomputes_the_variables_that_the_files_were_made_from(mart) -> None:
    """Files hold incomes, people, values added: every index is computed by SQL, and is the simulated one."""
    panel = simulate_panel(1).sort_values(["province_code", "year"])
    for ours, simulated in MART_VARIABLES.items():
        # Incomes are printed to two decimals, which moves the Theil index by less than 1e-4 of itself.
        tolerance = 1e-4 if ours == "tar" else 1e-9
        np.testing.assert_allclose(mart[ours], panel[simulated], rtol=tolerance, atol=1e-9)


def test_all_published_columns_of_the_province_study_are_estimated(default_warehouse) -> None:
    rows = default_warehouse.sql(
        "select fits.status, fits.n, fits.n_units from fits "
        "inner join estimation.full_specifications as s using (spec_id) where s.is_published "
        "and s.study = 'import_inequality'"
    ).fetchall()
    assert len(rows) == 15
    assert {status for status, _, _ in rows} == {"estimated"}


def test_every_published_column_has_a_clustered_twin(default_warehouse) -> None:
    assert default_warehouse.sql(
        "select count(*) from estimation.full_specifications as published "
        "inner join estimation.full_specifications as twin on twin.twin_of = published.spec_id "
        "where published.is_published and twin.vcov = 'cluster' and twin.regressors = published.regressors "
        "and twin.sample = published.sample and not twin.is_published"
    ).fetchall() == [(65,)]


def test_every_printed_column_has_one_published_specification(default_warehouse) -> None:
    keys, printed = "study, table_number, column_number", "is_published and suite = 'regression'"
    assert (
        default_warehouse.sql(
            f"(select {keys} from reference.published_fits except "
            f"select {keys} from estimation.full_specifications where {printed}) union all "
            f"(select {keys} from estimation.full_specifications where {printed} except all "
            f"select {keys} from reference.published_fits)"
        ).fetchall()
        == []
    )


def test_published_sample_sizes_are_met_where_the_rule_fixes_them(default_warehouse) -> None:
    rows = default_warehouse.sql(
        "select fits.spec_id, fits.n from fits inner join reference.published_fits as printed "
        "on fits.spec_id = 'ii_t' || printed.table_number || '_c' || printed.column_number "
        "where fits.n = printed.observations"
    ).fetchall()
    # Whole-province and whole-sample columns; splits at a sample mean depend on the draw.
    assert {spec_id for spec_id, _ in rows} >= {
        *(f"ii_t2_c{column}" for column in (1, 2, 3)),
        *(f"ii_t3_c{column}" for column in (1, 2, 3, 4)),
        "ii_t5_c1",
        "ii_t5_c2",
    }


def test_groups_of_each_split_partition_the_sample(mart) -> None:
    sample = mart[mart["in_published_sample"]]
    assert len(sample) == 360
    for flag in ("is_developed", "is_developed_province", "is_high_technology", "is_high_openness"):
        assert sample[flag].notna().all()
        assert 0 < sample[flag].sum() < 360
    assert sample["coast"].value_counts().to_dict() == {"inland": 228, "coastal": 132}
    assert (sample.groupby("province_code")["is_developed_province"].nunique() == 1).all()


def test_group_flags_are_above_the_sample_mean(mart) -> None:
    sample = mart[mart["in_published_sample"]]
    for flag, level in (
        ("is_developed", np.exp(sample["ln_pgdp"])),
        ("is_high_technology", np.exp(sample["ln_inno"])),
        ("is_high_openness", sample["trdgdp"]),
    ):
        assert (sample[flag].astype(bool) == (level > level.mean())).all()


def test_lags_are_the_values_of_the_year_before(mart) -> None:
    by_place = mart.set_index(["province_code", "year"])
    for (place, year), value in by_place["l_ln_import"].items():
        if year == 2006:
            assert np.isnan(value)
        else:
            assert value == by_place.loc[(place, year - 1), "ln_import"]


def test_scorecard_holds_every_printed_coefficient_with_the_printed_error(default_warehouse) -> None:
    rows = default_warehouse.sql("from replication_scorecard").df()
    printed = Counter(row["study"] for row in seed_rows("published_estimates"))
    assert rows.groupby("study").size().to_dict() == printed
    assert {"import_inequality": 129, "innovative_city": 44, "trade_wage_share": 100}.items() <= printed.items()
    assert rows["is_simulated"].all()
    urban = rows[(rows["spec_id"] == "ii_t2_c3") & (rows["term"] == "urban")].iloc[0]
    # printed -0.175 with t -4.14; difference in published standard errors by hand from our estimate
    assert urban["published_standard_error"] == pytest.approx(0.175 / 4.14)
    assert urban["difference_in_published_se"] == pytest.approx((urban["estimate"] + 0.175) / (0.175 / 4.14))
    # printed 0.020*** with -0.004, evidently a standard error
    ind = rows[(rows["spec_id"] == "ii_t4_c1") & (rows["term"] == "ind")].iloc[0]
    assert ind["published_standard_error"] == pytest.approx(0.004)


def test_verdicts_follow_their_rules(default_warehouse) -> None:
    rows = default_warehouse.sql(
        "select scorecard.*, published.printed from replication_scorecard as scorecard "
        "inner join reference.published_estimates as published using (study, table_number, column_number, term)"
    ).df()
    for row in rows.to_dict("records"):
        if pd.isna(row["estimate"]):
            assert row["verdict"] == "not estimable"
            assert row["reason"]
            continue
        # a zero without a minus has no sign
        negative = row["printed"].startswith(("-", "−"))
        if row["published_estimate"] or negative:
            same_sign = (row["estimate"] < 0) == negative
            assert row["same_sign"] == same_sign
        else:
            decimals = len(row["printed"].split()[0].rstrip("*").partition(".")[2])
            same_sign = round(row["estimate"], decimals) == 0
            assert pd.isna(row["same_sign"])
        same_class = (row["stars"] > 0) == (row["published_stars"] > 0)
        expected = {
            "reproduced": same_sign and row["stars"] == row["published_stars"],
            "same sign and significance": same_sign and same_class,
            "same sign": same_sign and not same_class,
            "differs": not same_sign,
        }
        assert expected[row["verdict"]], row


def test_holm_equals_statsmodels_over_the_published_specifications_of_the_study(default_warehouse) -> None:
    rows = default_warehouse.sql("from multiple_testing where study = 'import_inequality'").df()
    assert len(rows) == 15
    assert (rows["hypotheses"] == 15).all()
    assert rows.set_index("spec_id")["term"][["ii_t2_c1", "ii_t3_c1", "ii_t3_c4"]].tolist() == [
        "ln_import",
        "intrd",
        "l_ln_import",
    ]
    for ours, holm in (("p_value", "holm_p_value"), ("clustered_p_value", "clustered_holm_p_value")):
        np.testing.assert_allclose(rows[holm], multipletests(rows[ours], method="holm")[1], rtol=1e-12)


def test_clustered_estimates_of_the_province_study_have_a_bootstrap_p_value(default_warehouse) -> None:
    rows = default_warehouse.sql(
        "select specifications.vcov, estimates.term, estimates.wild_p_value from estimates "
        "inner join estimation.full_specifications as specifications using (spec_id) "
        "where estimates.study = 'import_inequality'"
    ).df()
    wanted = (rows["vcov"] == "cluster") & (rows["term"] != "constant")
    assert rows.loc[wanted, "wild_p_value"].between(0, 1).all()
    assert rows.loc[~wanted, "wild_p_value"].isna().all()


def test_coverage_reports_the_truth_of_table_2_column_3(default_warehouse) -> None:
    ((coefficients, inside, simulated),) = default_warehouse.sql(
        "select coefficients, intervals_with_truth, is_simulated from coverage where spec_id = 'ii_t2_c3'"
    ).fetchall()
    truth = CONSTANTS.truth()
    held = default_warehouse.sql(
        "select term, conf_low, conf_high from estimates where spec_id = 'ii_t2_c3' and term <> 'constant'"
    ).fetchall()
    assert coefficients == 8
    assert simulated
    assert inside == sum(low <= truth[term] <= high for term, low, high in held)


def test_descriptives_equal_the_mart(default_warehouse, mart) -> None:
    sample = mart[mart["in_published_sample"]]
    rows = default_warehouse.sql(
        "from descriptives where study = 'import_inequality' and expression like 'mart.%'"
    ).df()
    assert len(rows) > 10
    for row in rows.to_dict("records"):
        values = sample[row["expression"].removeprefix("mart.")]
        assert row["observations"] == values.count()
        np.testing.assert_allclose(
            [row["mean"], row["standard_deviation"], row["minimum"], row["maximum"]],
            [values.mean(), values.std(), values.min(), values.max()],
            rtol=1e-9,
        )


def test_distance_of_a_reading_is_that_of_its_moments(default_warehouse) -> None:
    """ln_pgdp is printed with mean 10.65 and standard deviation 0.528."""
    rows = default_warehouse.sql(
        "select mean, standard_deviation, distance, difference_in_published_sd, ratio_of_sd from definition_readings "
        "where study = 'import_inequality' and variable = 'ln_pgdp' and reading = 'per_resident'"
    ).fetchall()
    mean, deviation, *ours = rows[0]
    difference, ratio = (mean - 10.65) / 0.528, deviation / 0.528
    np.testing.assert_allclose(ours, [math.hypot(difference, math.log(ratio)), difference, ratio], rtol=1e-9)


def test_the_closest_reading_is_one_with_the_least_distance(default_warehouse) -> None:
    readings = default_warehouse.sql("from definition_readings where distance is not null").df()
    for _, rows in readings.groupby(["study", "variable"]):
        assert rows.loc[rows["is_closest"], "distance"].max() == rows["distance"].min()
    assert readings["is_closest"].sum() >= readings.groupby(["study", "variable"]).ngroups


def test_printed_moments_are_scaled_where_the_print_has_another_scale(default_warehouse) -> None:
    """The trade balance is printed as 0.0004 with factor 100; the readings take it as printed."""
    assert default_warehouse.sql(
        "select round(published_mean, 10), round(published_minimum, 10) from descriptives "
        "where study = 'trade_wage_share' and variable = 'trade'"
    ).fetchall() == [(0.04, -0.47)]
    assert default_warehouse.sql(
        "select distinct published_mean from definition_readings where variable = 'trade'"
    ).fetchall() == [(0.0004,)]


def test_blank_cells_stay_blank_in_panels_and_nothing_is_filled(default_warehouse) -> None:
    """Budget expenditure has four blank interior cells (see docs/simulation.md)."""
    rows = default_warehouse.sql(
        "select province_code, year from province_panel where budget_expenditure_100m_cny is null "
        "and year between 2007 and 2019 order by all"
    ).fetchall()
    assert rows == [("140000", 2010), ("420000", 2013), ("520000", 2011), ("640000", 2016)]
    # The default has no gap inside a series of a study that fills, and no other study does.
    assert default_warehouse.sql("select max(share_filled) from fits").fetchall() == [(0.0,)]


def test_main_lists_what_analysts_want(default_warehouse) -> None:
    tables = {name for (name,) in default_warehouse.sql("select name from (show tables)").fetchall()}
    assert tables >= {"province_panel", "import_inequality", "sample_flow", "estimates", "replication_scorecard"}
    assert not tables & {"resolved_cells", "rejects", "ledger", "indicators", "estimation_output"}


def test_the_provinces_have_no_rejects_and_no_findings(default_warehouse) -> None:
    """Those of cities are planted: see test_city_files."""
    assert default_warehouse.sql(
        "select count(*) from ledger.rejects semi join staging.landed_files as files "
        "on rejects.file_id = files.file_id and files.place_level = 'province'"
    ).fetchall() == [(0,)]
    assert default_warehouse.sql(
        "select count(*) from detectors.findings semi join staging.landed_files as files "
        "on findings.file_id = files.file_id and files.place_level = 'province'"
    ).fetchall() == [(0,)]

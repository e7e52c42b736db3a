"""The simulated default: its root finder, its process, and what stands in its files."""

from __future__ import annotations

import math
import os
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from pandas.io.stata import StataReader
from python_calamine import CalamineWorkbook

from landing import Landed, land
from simulation import CONSTANTS, InfeasibleDrawError, simulate_panel, solve_income_ratio, write_demo
from simulation.files import BLANKS, write_truth
from simulation.places import cny_per_usd, provinces
from simulation.process import STUDY_ROWS, incomes, theil
from tests.support.project import ROOT, seed_path

DEMO = ROOT / "data" / "demo"
TRUTH = seed_path("simulation_truth")
BINARY = {".xlsx", ".dta"}


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return simulate_panel(1).set_index(["province_code", "year"])


@pytest.fixture(scope="module")
def landed() -> Landed:
    return land(DEMO)


@pytest.fixture(scope="module")
def printed(landed: Landed) -> pd.DataFrame:
    """Every province cell of the committed files as a number: columns are file stem and header."""
    files = landed.files.to_pandas()
    files = files[(files["place_level"] == "province") & (files["vintage"] == "simulated")]
    cells = landed.cells.to_pandas().merge(files[["file_id", "file_name"]], on="file_id")
    names = {**provinces()["name_zh"], **provinces()["short_name_zh"], **provinces()["name_en"]}
    codes = {name: code for column in provinces().columns for code, name in provinces()[column].items()}
    codes |= {"Mongolia": "150000", "Chongqin": "500000"}
    assert set(names) == set(provinces().index)
    cells["province_code"] = cells["place_text"].str.strip().map(codes)
    cells["year"] = cells["year_text"].str.strip().str[:4].astype(int)
    cells["value"] = pd.to_numeric(cells["value_text"].str.strip(), errors="coerce")
    cells["what"] = cells["file_name"].str.split("_2006").str[0] + ":" + cells["header_path"].str.split("|").str[0]
    known = cells.dropna(subset=["province_code"])
    return known.pivot(index=["province_code", "year"], columns="what", values="value")


def test_root_finder_against_hand_worked_numbers() -> None:
    # p = 1/2, r = 3: s = 3/4, T = 3/4 ln(3/2) + 1/4 ln(1/2)
    half = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    # p = 1/4, r = 3: s = 1/2, T = 1/2 ln 2 + 1/2 ln(2/3)
    quarter = 0.5 * math.log(2) + 0.5 * math.log(2 / 3)
    # p = 3/4, r = 2: s = 6/7, T = 6/7 ln(8/7) + 1/7 ln(4/7)
    three_quarters = 6 / 7 * math.log(8 / 7) + 1 / 7 * math.log(4 / 7)
    shares = np.array([0.5, 0.25, 0.75])
    indices = np.array([half, quarter, three_quarters])
    np.testing.assert_allclose(theil(shares, np.array([3.0, 3.0, 2.0])), indices, rtol=0, atol=1e-12)
    np.testing.assert_allclose(solve_income_ratio(indices, shares), [3.0, 3.0, 2.0], rtol=0, atol=1e-12)


def test_root_finder_inverts_the_index_over_its_range() -> None:
    shares, ratios = np.meshgrid(np.linspace(0.05, 0.95, 19), np.array([1.05, 1.5, 2.5, 6.0, 40.0]))
    # Close to r = 1 the index is flat: 1e-16 in T is about 1e-14 in r there.
    np.testing.assert_allclose(solve_income_ratio(theil(shares, ratios), shares), ratios, rtol=1e-11)


@pytest.mark.parametrize("tar", [0.0, -0.01, -math.log(0.6), 0.7, math.nan])
def test_root_finder_refuses_what_no_incomes_have(tar: float) -> None:
    with pytest.raises(InfeasibleDrawError, match="outside 0 < T"):
        solve_income_ratio(np.array([0.1, tar]), np.array([0.6, 0.6]))


def test_incomes_have_the_mean_and_the_ratio() -> None:
    urban, rural = incomes(np.array([20000.0]), np.array([0.5]), np.array([3.0]))
    assert (urban[0], rural[0]) == pytest.approx((30000, 10000))


def test_a_draw_is_a_pure_function_of_its_seed() -> None:
    first = simulate_panel(3)
    simulate_panel(4)
    pd.testing.assert_frame_equal(first, simulate_panel(3))
    assert not np.allclose(first["tar"], simulate_panel(4)["tar"])


def test_grain_and_study_sample(panel: pd.DataFrame) -> None:
    assert len(panel) == 31 * 15
    assert panel.index.is_unique
    assert panel["in_study"].sum() == STUDY_ROWS == 360
    assert np.isfinite(panel.to_numpy(float)).all()


def test_moments_of_the_study_rows(panel: pd.DataFrame) -> None:
    """Means and sds are aimed at, extremes are not.

    Over seeds a sample mean varies by about 1% of the printed sd (2% for unemployment) and a sample sd by
    1% to 2% of itself, so 10% is five of them or more. Extremes follow from assumed standings: 1 sd.
    """
    study = panel[panel["in_study"]]
    minima_maxima = {
        "tar": (0.0195, 0.256),
        "ln_import": (2.358, 10.27),
        "ln_inno": (1.324, 7.064),
        "urban": (0.307, 0.942),
        "ind": (0.527, 5.234),
        "ln_fdi": (5.069, 11.81),
        "ln_pgdp": (9.085, 12.01),
        "unemployment": (1.2, 4.57),
    }
    moments = {covariate.name: (covariate.mean, covariate.sd) for covariate in CONSTANTS.covariates}
    moments["tar"] = (CONSTANTS.tar_mean, CONSTANTS.tar_sd)
    for name, (mean, sd) in moments.items():
        assert study[name].mean() == pytest.approx(mean, abs=0.1 * sd), name
        assert study[name].std() == pytest.approx(sd, rel=0.1), name
        assert (study[name].min(), study[name].max()) == pytest.approx(minima_maxima[name], abs=sd), name
    # Table 1 prints the raw product: mean 29.64, sd 14.02.
    product = study["ln_import"] * study["ln_inno"]
    assert product.mean() == pytest.approx(29.64, abs=1.4)
    assert product.std() == pytest.approx(14.02, rel=0.1)


def test_the_outcome_is_the_stated_model(panel: pd.DataFrame) -> None:
    """Taking the systematic part away leaves province effects, year effects and errors of the stated sd."""
    study = panel[panel["in_study"]]
    rest = study["tar"] - sum(study[name] * slope for name, slope in CONSTANTS.truth().items())
    table = rest.to_numpy().reshape(30, 12)
    table = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    sd = math.sqrt((table**2).sum() / (29 * 11))
    # The sd of a sample sd on 319 degrees of freedom is 4% of it; 16% is four of them.
    assert sd == pytest.approx(CONSTANTS.error_sd, rel=0.16)


def test_one_hundred_seeds_are_feasible() -> None:
    for seed in range(1, 101):
        drawn = simulate_panel(seed)
        ratio = drawn["urban_income_cny"] / drawn["rural_income_cny"]
        assert (drawn["tar"] > 0).all()
        assert (drawn["tar"] < -np.log(drawn["urban"])).all()
        assert (ratio > 1).all()
        quantities = drawn.drop(columns=["province_code", "year", "in_study", "ln_import_x_ln_inno", "ln_inno"])
        assert (quantities > 0).all(axis=None)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder)
    return folder


def test_regenerating_gives_the_committed_files(written: Path, tmp_path: Path) -> None:
    # Pseudo-true values take minutes: the slower test below writes them afresh.
    write_truth(tmp_path / TRUTH.name, draws=0)
    committed = pd.read_csv(TRUTH, dtype=str, keep_default_na=False)
    structural = committed[committed["kind"] == "structural"].reset_index(drop=True)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / TRUTH.name, dtype=str, keep_default_na=False), structural)
    names = {path.name for path in DEMO.iterdir()}
    assert names == {path.name for path in written.iterdir()}
    for name in names:
        fresh, committed = written / name, DEMO / name
        if fresh.suffix == ".xlsx":
            # Compressed bytes may differ between versions of zlib; the content may not.
            assert _sheets(fresh) == _sheets(committed)
        elif fresh.suffix == ".dta":
            pd.testing.assert_frame_equal(pd.read_stata(fresh), pd.read_stata(committed))
        else:
            assert fresh.read_bytes() == committed.read_bytes(), name


def test_regenerating_gives_the_committed_structural_truth(tmp_path: Path) -> None:
    write_truth(tmp_path / TRUTH.name, draws=0)
    fresh, committed = pd.read_csv(tmp_path / TRUTH.name), pd.read_csv(TRUTH)
    structural = committed[committed["kind"] == "structural"].reset_index(drop=True)
    pd.testing.assert_frame_equal(fresh.drop(columns="note"), structural.drop(columns="note"), rtol=1e-9)


@pytest.mark.long
@pytest.mark.skipif("REGIONAL_WHOLE_TRUTH" not in os.environ, reason="five minutes: make verify runs it")
def test_regenerating_gives_the_committed_truth(tmp_path: Path) -> None:
    """Sums in another order may move the last of six digits."""
    write_truth(tmp_path / TRUTH.name)
    fresh, committed = pd.read_csv(tmp_path / TRUTH.name), pd.read_csv(TRUTH)
    pd.testing.assert_frame_equal(fresh.drop(columns="note"), committed.drop(columns="note"), rtol=1e-4)


def _times(path: Path) -> object:
    """What a file may say of the time at which it was written: the dates of a workbook's parts, and its properties."""
    if path.suffix == ".dta":
        with StataReader(path) as reader:
            return reader.time_stamp
    with ZipFile(path) as archive:
        return [part.date_time for part in archive.infolist()], archive.read("docProps/core.xml")


def test_binary_files_do_not_carry_the_time_of_writing(written: Path) -> None:
    """The committed ones were written at another time; files of other formats are theirs to the byte."""
    paths = [path for path in written.iterdir() if path.suffix in BINARY]
    assert {path.suffix for path in paths} == BINARY
    for path in paths:
        assert _times(path) == _times(DEMO / path.name), path.name


def test_every_file_says_simulated(landed: Landed) -> None:
    assert landed.notices.num_rows == 0
    files = landed.files.to_pandas()
    assert len(files) == len(list(DEMO.iterdir())) - 1
    has_notes = files["reader"] != "wage_records"  # Parquet has no line below its table
    assert files.loc[has_notes, "notes_text"].str.contains("SIMULATED").all()
    assert files.loc[~has_notes, "path"].str.contains("simulated").all()
    assert files["is_simulated"].all()
    with pd.read_stata(next(DEMO.glob("*.dta")), iterator=True) as reader:
        assert "SIMULATED" in reader.data_label


def test_indices_recomputed_from_the_files(panel: pd.DataFrame, printed: pd.DataFrame) -> None:
    urban, rural = printed["bare_城镇人口:"], printed["bare_乡村人口:"]
    urban_total = urban * printed["income_urban_rural:inc_urban"]
    rural_total = rural * printed["income_urban_rural:inc_rural"]
    p, s = urban / (urban + rural), urban_total / (urban_total + rural_total)
    tar = s * np.log(s / p) + (1 - s) * np.log((1 - s) / (1 - p))
    np.testing.assert_allclose(tar, panel["tar"], rtol=1e-4)


def test_covariates_recomputed_from_the_files(panel: pd.DataFrame, printed: pd.DataFrame) -> None:
    """The process takes its covariates from what is printed, so only floating point is between them."""
    population = printed["nbs_年末常住人口:年末常住人口(万人)"]
    gdp = printed["nbs_地区生产总值:地区生产总值(亿元)"]
    rate = cny_per_usd().loc[printed.index.get_level_values("year")].to_numpy()
    sectors = [printed[f"bare_第{m}产业增加值:"] for m in "一二三"]
    recomputed = {
        "ln_import": np.log(printed["wide_进出口与外资:进口总额_万美元"] * rate / 1e4),
        "ln_inno": np.log(printed["nbs_地方财政科学技术支出:"]),
        "urban": printed["bare_城镇人口:"] / population,
        "ind": sectors[2] / sectors[1],
        "ln_fdi": np.log(printed["wide_进出口与外资:外商投资企业投资总额_亿元"]),
        "ln_pgdp": np.log(gdp / population * 1e4),
        "unemployment": printed["nbs_en_城镇登记失业率:Urban unemployment rate(%)"],
    }
    for name, values in recomputed.items():
        np.testing.assert_allclose(values, panel[name], rtol=1e-12, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(sum(sectors), gdp, rtol=1e-12)
    np.testing.assert_allclose(printed["bare_城镇人口:"] + printed["bare_乡村人口:"], population, rtol=1e-12)


def test_only_the_stated_cells_are_blank(printed: pd.DataFrame) -> None:
    numeric = [what for what in map(str, printed) if not what.startswith("income") or "inc_" in what]
    blank = {
        (what, *place_year)
        for what in numeric
        for place_year, value in zip(printed.index.tolist(), printed[what].tolist(), strict=True)
        if math.isnan(value)
    }
    assert blank == {("nbs_地方财政一般预算支出:", *place_year) for place_year in BLANKS}


def _sheets(path: Path) -> dict[str, list[list[str]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {
        name: [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for name in book.sheet_names
    }

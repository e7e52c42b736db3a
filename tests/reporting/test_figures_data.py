"""What is drawn is what stands in the tables: artists are read back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest
from matplotlib.artist import Artist
from matplotlib.text import Text

from reporting.figures import Drawing, drawn
from reporting.figures.province_tiles import tiles
from reporting.warehouse import opened


@pytest.fixture(scope="module")
def connection(default_warehouse_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(str(default_warehouse_file)) as held:
        yield held


def artists(drawing: Drawing, gid: str) -> list[Artist]:
    return [artist for axes in drawing.canvas.axes for artist in axes.findobj(lambda found: found.get_gid() == gid)]


def line(drawing: Drawing, gid: str) -> np.ndarray:
    """Points of a line, one row each."""
    (artist,) = artists(drawing, gid)
    return np.column_stack(artist.get_data()).astype(float)  # type: ignore[attr-defined]


def heights(drawing: Drawing, gid: str) -> np.ndarray:
    return np.array([bar.get_height() for bar in artists(drawing, gid)])  # type: ignore[attr-defined]


def column(connection: duckdb.DuckDBPyConnection, query: str) -> np.ndarray:
    return np.array([value for (value,) in connection.sql(query).fetchall()], dtype=float)


def test_event_study(connection: duckdb.DuckDBPyConnection) -> None:
    drawing = drawn(connection, "event_study", "ic_event_binned_cl")
    expected = column(
        connection,
        "select estimate from event_study where spec_id = 'ic_event_binned_cl' and not is_base order by relative_year",
    )
    assert line(drawing, "two_way")[:, 1] == pytest.approx(expected)
    robust = column(
        connection,
        "select estimate from robust_att where spec_id = 'ic_robust_cs' and relative_year between -3 and 6 "
        "order by relative_year",
    )
    assert line(drawing, "callaway_santanna")[:, 1] == pytest.approx(robust)
    assert {name for name in ("sun_abraham", "imputation", "callaway_santanna") if artists(drawing, name)} == {
        "sun_abraham",
        "imputation",
        "callaway_santanna",
    }


def test_robust_estimators_have_the_pilots_of_the_event_study(connection: duckdb.DuckDBPyConnection) -> None:
    """Those of sourced pilots stand beside sourced pilots, and none beside the cohort of one year."""
    sourced = drawn(connection, "event_study", "ic_event_binned_sourced").caption
    assert "ic_robust_cs_sourced" in sourced
    assert "ic_robust_cs_sourced" not in drawn(connection, "event_study", "ic_event_binned").caption
    assert "robust" not in drawn(connection, "event_study", "ic_event_2010").caption


def test_placebo(connection: duckdb.DuckDBPyConnection) -> None:
    drawing = drawn(connection, "placebo", "ic_placebo")
    bars = artists(drawing, "draws")
    widths = np.array([bar.get_width() for bar in bars])  # type: ignore[attr-defined]
    draws = column(connection, "select estimate from placebo_draws where spec_id = 'ic_placebo'")
    expected, _ = np.histogram(draws, bins=40, density=True)
    assert (heights(drawing, "draws") * widths).sum() == pytest.approx(1)
    assert heights(drawing, "draws") == pytest.approx(expected)
    true = column(connection, "select estimate from placebo_summary where spec_id = 'ic_placebo'")
    assert line(drawing, "estimate")[0, 0] == pytest.approx(true[0])


def test_published_against_ours(connection: duckdb.DuckDBPyConnection) -> None:
    drawing = drawn(connection, "published_against_ours", "innovative_city/2")
    expected = column(
        connection,
        "select (estimate - published_estimate) / published_standard_error from replication_scorecard "
        "where study = 'innovative_city' and table_number = 2",
    )
    shown = np.concatenate([line(drawing, "agrees")[:, 0], line(drawing, "differs")[:, 0]])
    assert sorted(shown) == pytest.approx(sorted(expected))
    zeros = column(
        connection,
        "select -published_estimate / published_standard_error from replication_scorecard "
        "where study = 'innovative_city' and table_number = 2",
    )
    assert sorted(line(drawing, "zero")[:, 0]) == pytest.approx(sorted(zeros))


def test_specification_curve(connection: duckdb.DuckDBPyConnection) -> None:
    drawing = drawn(connection, "specification_curve", "tw_curve/wage")
    above, below = drawing.canvas.axes
    points = np.concatenate([np.column_stack(found.get_data()) for found in above.lines[2:4]])
    expected = column(connection, "select estimate from specification_curve where spec_id = 'tw_curve' order by 1")
    assert points[np.argsort(points[:, 0]), 1] == pytest.approx(expected)
    for choice in ("effects=city_code; year", "winsorised=0.01"):
        name, _, option = choice.partition("=")
        of = {"effects": "fixed_effects", "winsorised": "winsorised"}[name]
        ((marks,),) = connection.execute(
            f"select count(*) from specification_curve where spec_id = 'tw_curve' and {of}::varchar = ?", [option]
        ).fetchall()
        assert len(line(drawing, choice)) == marks, choice
    assert below.get_ylim()[0] > below.get_ylim()[1]


def test_bacon(connection: duckdb.DuckDBPyConnection) -> None:
    drawing = drawn(connection, "bacon", "ic_bacon")
    points = np.concatenate(
        [
            np.asarray(found.get_offsets())  # type: ignore[attr-defined]
            for kind in ("treated_vs_never", "earlier_vs_later", "later_vs_earlier")
            for found in artists(drawing, kind)
        ]
    )
    ((overall,),) = connection.sql(
        "select estimate from goodman_bacon_summary where spec_id = 'ic_bacon' and kind = 'all'"
    ).fetchall()
    assert points[:, 0].sum() == pytest.approx(1)
    assert points[:, 0] @ points[:, 1] == pytest.approx(overall)


def test_twoway_weights(connection: duckdb.DuckDBPyConnection) -> None:
    drawing = drawn(connection, "twoway_weights", "ic_weights")
    ((negative, total),) = connection.sql(
        "select atts_negative, sum_negative from twfe_weights where spec_id = 'ic_weights'"
    ).fetchall()
    assert len(heights(drawing, "negative")) == negative
    assert heights(drawing, "negative").sum() == pytest.approx(total)
    assert heights(drawing, "negative").sum() + heights(drawing, "positive").sum() == pytest.approx(1)


@pytest.mark.parametrize("subject", ["provinces/coastal", "cities_resident/region3"])
def test_theil_over_time(subject: str, connection: duckdb.DuckDBPyConnection) -> None:
    drawing = drawn(connection, "theil_over_time", subject)
    parts = [heights(drawing, name) for name in ("between_groups", "between_provinces", "within")]
    total = np.sum([part for part in parts if len(part)], axis=0)
    level, grouping = subject.split("/")
    table = "province_income_theil" if level == "provinces" else "city_income_theil"
    basis = "true" if level == "provinces" else f"population_basis = '{level.removeprefix('cities_')}'"
    expected = column(
        connection,
        f"select theil_t from {table} where grouping = '{grouping}' and {basis} "
        f"and places >= 0.5 * (select max(places) from {table} where {basis}) order by year",
    )
    assert total == pytest.approx(expected)
    printed = [float(text.get_text()) for text in artists(drawing, "total") if isinstance(text, Text)]
    assert printed == pytest.approx(expected, abs=0.0006)


def test_urban_rural_theil_is_what_the_analysis_prints(connection: duckdb.DuckDBPyConnection) -> None:
    drawing = drawn(connection, "urban_rural_theil", "region3")
    query = (Path(__file__).parents[2] / "analysis" / "theil_by_region_and_year.sql").read_text(encoding="utf-8")
    expected = connection.sql(query).fetchall()
    for position, region in enumerate(("east", "central", "west"), start=1):
        assert line(drawing, region)[:, 1] == pytest.approx([row[position] for row in expected], abs=6e-5)


def test_lorenz(connection: duckdb.DuckDBPyConnection) -> None:
    """Gini by its other formula: half the relative mean difference of incomes, people as weights."""
    drawing = drawn(connection, "lorenz", "provinces")
    year = max(int(found) for found in re.findall(r"(\d{4}): Gini", drawing.alternative))
    rows = np.array(
        connection.sql(
            f"select gdp_100m_cny / pop_resident_10k_persons, pop_resident_10k_persons from province_panel "
            f"where year = {year}"
        ).fetchall()
    )
    income, weight = rows[:, 0], rows[:, 1] / rows[:, 1].sum()
    gini = np.abs(income[:, None] - income).ravel() @ np.outer(weight, weight).ravel() / 2 / (weight @ income)
    assert f"{year}: Gini {gini:.3f}" in drawing.alternative
    points = line(drawing, str(year))
    assert points[0] == pytest.approx([0, 0])
    assert points[-1] == pytest.approx([1, 1])
    assert np.all(points[:, 0] >= points[:, 1] - 1e-12)
    assert 1 - np.sum(np.diff(points[:, 0]) * (points[1:, 1] + points[:-1, 1])) == pytest.approx(gini)


def test_panel_coverage(connection: duckdb.DuckDBPyConnection) -> None:
    drawing = drawn(connection, "panel_coverage", "city/total")
    (mesh,) = artists(drawing, "shares")
    shares = np.ma.filled(np.ma.masked_invalid(mesh.get_array()), 0)  # type: ignore[attr-defined]
    ((values, most),) = connection.sql(
        "select (select count(*) from observations where place_level = 'city' and scope = 'total'), "
        "(select max(places) from (select count(*) as places from city_panel group by year))"
    ).fetchall()
    assert shares.sum() * most == pytest.approx(values)
    flagged = connection.sql(
        "select count(distinct (indicator, notes.year)) from panel_notes as notes, "
        "unnest(string_split(flagged_indicators, ', ')) as of_row (indicator) "
        "inner join ledger.panel_quality as quality using (indicator) "
        "where notes.place_level = 'city' and quality.place_level = 'city' and quality.scope = 'total' "
        "and quality.year = notes.year and reported + computed + derived + spliced > 0"
    ).fetchall()
    (marks,) = artists(drawing, "flagged")
    assert len(marks.get_offsets()) == flagged[0][0]  # type: ignore[attr-defined]


def test_coverage_of_a_study_that_fills(connection: duckdb.DuckDBPyConnection) -> None:
    """A gap that a study fills counts as a value, and is marked where the filled ones are many."""
    drawing = drawn(connection, "panel_coverage", "study/trade_wage_share")
    (mesh,) = artists(drawing, "shares")
    shares = np.ma.filled(np.ma.masked_invalid(mesh.get_array()), 0)  # type: ignore[attr-defined]
    ((wages,),) = connection.sql("select count(wage) / 286 from trade_wage_share").fetchall()
    labels = [text.get_text() for text in drawing.canvas.axes[0].get_yticklabels()]
    assert shares[labels.index("Wage share")].sum() == pytest.approx(wages)


def test_province_tiles(connection: duckdb.DuckDBPyConnection) -> None:
    drawing = drawn(connection, "province_tiles", "urban_rural_theil", "zh")
    expected = dict(
        connection.sql(
            "select short_name_zh, theil from province_inequality inner join reference.provinces using (province_code) "
            "where year = 2020"
        ).fetchall()
    )
    texts = [text.get_text() for text in drawing.canvas.axes[0].texts]
    shown = dict(zip(texts[::2], texts[1::2], strict=True))
    empty = {name for name, value in shown.items() if value == "–"}
    assert empty == {"台湾", "香港", "澳门"}
    assert {name: value for name, value in shown.items() if name not in empty} == {
        name: f"{value:.3f}" for name, value in expected.items()
    }


#: degrees of latitude and longitude of the capitals, to the nearest degree (any atlas)
CAPITALS = {
    **{"110000": (40, 116), "120000": (39, 117), "130000": (38, 114), "140000": (38, 113), "150000": (41, 112)},
    **{"210000": (42, 123), "220000": (44, 125), "230000": (46, 127), "310000": (31, 121), "320000": (32, 119)},
    **{"330000": (30, 120), "340000": (32, 117), "350000": (26, 119), "360000": (29, 116), "370000": (37, 117)},
    **{"410000": (35, 114), "420000": (31, 114), "430000": (28, 113), "440000": (23, 113), "450000": (23, 108)},
    **{"460000": (20, 110), "500000": (30, 107), "510000": (31, 104), "520000": (27, 107), "530000": (25, 103)},
    **{"540000": (30, 91), "610000": (34, 109), "620000": (36, 104), "630000": (37, 102), "640000": (38, 106)},
    **{"650000": (44, 88)},
}


def test_tiles_lie_as_the_provinces_do(connection: duckdb.DuckDBPyConnection) -> None:
    provinces = {code for (code,) in connection.sql("select province_code from reference.provinces").fetchall()}
    places = {tile["province_code"]: (int(tile["row"]), int(tile["column"])) for tile in tiles()}
    assert len(set(places.values())) == len(places)
    assert set(places) == provinces | {"710000", "810000", "820000"}
    assert set(CAPITALS) == provinces
    rows, columns = np.array([places[code] for code in CAPITALS]).T
    latitudes, longitudes = np.array(list(CAPITALS.values())).T
    assert np.corrcoef(rows, -latitudes)[0, 1] > 0.9
    assert np.corrcoef(columns, longitudes)[0, 1] > 0.9
    named = {tile["province_code"] for tile in tiles() if tile["name_en"]}
    assert named == {"710000", "810000", "820000"}
    assert all(tile["because"] for tile in tiles())


def test_a_printed_error_of_zero_measures_no_distance(connection: duckdb.DuckDBPyConnection) -> None:
    """Such a row keeps its numbers, and stands in no unit of its own."""
    drawing = drawn(connection, "published_against_ours", "trade_wage_share/2")
    ((rows, measured),) = connection.sql(
        "select count(*), count(*) filter (where published_standard_error > 0) from replication_scorecard "
        "where study = 'trade_wage_share' and table_number = 2"
    ).fetchall()
    assert measured < rows == len(drawing.canvas.axes[0].get_yticks())
    assert len(line(drawing, "zero")) == measured
    assert "standard error of zero" in drawing.caption

"""Maps of cities: shapes that the user names, and one sentence for whatever is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reporting.errors import UsageError
from reporting.figures import Shapes, drawn, subjects
from reporting.warehouse import opened

SQUARE = [[113, 23], [114, 23], [114, 24], [113, 24], [113, 23]]
HOLE = [[113.4, 23.4], [113.4, 23.6], [113.6, 23.6], [113.6, 23.4], [113.4, 23.4]]


@pytest.fixture(scope="module")
def connection(default_warehouse_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(str(default_warehouse_file)) as held:
        yield held


def feature(kind: str = "Polygon", coordinates: Any = (SQUARE, HOLE), **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def written(folder: Path, *features: Any) -> Path:
    path = folder / "cities.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["city_code", "adcode", "code"])
def test_usual_properties_are_tried(name: str, connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Codes as text or as numbers; a place without a value is drawn and counted."""
    further = [[[x + 2, y] for x, y in SQUARE]]
    path = written(
        tmp_path,
        feature(**{name: "440100"}),
        feature("MultiPolygon", [further], **{name: 440300}),
        feature(**{name: "999999"}),
        feature(other="no code, and left out"),
    )
    drawing = drawn(connection, "city_map", "urban_rural_theil", "en", Shapes(path))
    patches = {patch.get_gid(): patch for patch in drawing.canvas.axes[0].patches}
    assert set(patches) == {"440100", "440300", "999999"}
    assert patches["999999"].get_hatch()
    assert not patches["440100"].get_hatch()
    ((year, theil),) = connection.sql(
        "select year, theil from city_inequality where city_code = '440300' and theil is not null order by year desc "
        "limit 1"
    ).fetchall()
    assert drawing.title == "Urban-rural Theil index of the cities"
    assert f"{year}, for 2 cities" in drawing.alternative
    assert f"{theil:.3g}" in drawing.alternative
    assert "1 shapes have no value" in drawing.alternative
    assert drawing.svg().startswith(b"<?xml")


def test_a_hole_is_empty(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = written(tmp_path, feature(code="440100"))
    drawing = drawn(connection, "city_map", "urban_rural_theil", "zh", Shapes(path))
    (patch,) = drawing.canvas.axes[0].patches
    outline = patch.get_path()
    assert len(outline.vertices) == 12
    assert outline.contains_point((113.2, 23.2))


def test_the_property_can_be_named(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = written(tmp_path, feature(gb="440100", code="x"))
    assert drawn(connection, "city_map", "urban_rural_theil", "en", Shapes(path, "gb")).alternative
    with pytest.raises(UsageError, match=r"no feature|No feature .* property dm .*there are: code, gb"):
        drawn(connection, "city_map", "urban_rural_theil", "en", Shapes(path, "dm"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "cannot be read"),
        ("no json", "is no JSON"),
        ("[1, 2]", "has no list of features"),
        ('{"type": "FeatureCollection", "features": []}', "has no list of features"),
        (json.dumps({"features": [feature(name="Guangzhou")]}), "name the property with --code-property"),
        (json.dumps({"features": [feature(code="999999")]}), "No code of .* is that of a city with a value"),
        (json.dumps({"features": [feature("Point", [113, 23], code="440100")]}), "no Polygon or MultiPolygon"),
        (json.dumps({"features": [feature(coordinates=[["a"]], code="440100")]}), "no pairs of numbers"),
        (
            json.dumps({"features": [feature(coordinates=[[[12000000, 2600000]] * 4], code="440100")]}),
            "not in degrees",
        ),
    ],
)
def test_a_bad_file_is_one_sentence(
    text: str | None, sentence: str, connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "cities.geojson"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=sentence) as said:
        drawn(connection, "city_map", "urban_rural_theil", "en", Shapes(path))
    assert "\n" not in str(said.value)


def test_without_shapes_there_is_nothing_to_draw(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert subjects(connection, "city_map") == []
    assert "urban_rural_theil" in subjects(connection, "city_map", Shapes(tmp_path / "any"))
    with pytest.raises(UsageError, match="name a GeoJSON with --geojson"):
        drawn(connection, "city_map", "urban_rural_theil")

"""Shapes of places from a GeoJSON file: polygons by six-digit code; whatever is wrong with the file is one sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

from reporting.errors import UsageError
from reporting.figures.declaration import Shapes

#: properties of features that are tried where none is named
CODE_PROPERTIES = ("city_code", "adcode", "code")

#: corners of an outer ring or a hole, as longitude and latitude
Ring = list[tuple[float, float]]


def rings_by_code(shapes: Shapes) -> dict[str, list[Ring]]:
    """Rings of every feature with a code, holes among them; raises UsageError for a file that is no such GeoJSON."""
    features = _features(shapes)
    name = _code_property(shapes, features)
    found: dict[str, list[Ring]] = {}
    for feature in features:
        code = str((feature.get("properties") or {}).get(name, ""))
        if code:
            found.setdefault(code, []).extend(_rings(shapes, feature.get("geometry") or {}))
    return found


def _features(shapes: Shapes) -> list[dict[str, Any]]:
    try:
        held = json.loads(shapes.path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{shapes.path} cannot be read ({error.strerror}): name a GeoJSON file.") from error
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise UsageError(f"{shapes.path} is no JSON: name a GeoJSON file.") from error
    features = held.get("features") if isinstance(held, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features) or not features:
        raise UsageError(f"{shapes.path} is no GeoJSON: it has no list of features.")
    return features


def _code_property(shapes: Shapes, features: Iterable[dict[str, Any]]) -> str:
    names = {str(name) for feature in features for name in (feature.get("properties") or {})}
    tried = (shapes.code_property,) if shapes.code_property else CODE_PROPERTIES
    for name in tried:
        if name in names:
            return name
    there = ", ".join(sorted(names)) or "none"
    raise UsageError(
        f"No feature of {shapes.path} has a property {' or '.join(tried)} with the six-digit code: "
        f"name the property with --code-property (there are: {there})."
    )


def _rings(shapes: Shapes, geometry: dict[str, Any]) -> list[Ring]:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise UsageError(f"{shapes.path} has a feature with a code that is no Polygon or MultiPolygon, but {kind}.")
    try:
        polygons: Any = [coordinates] if kind == "Polygon" else coordinates
        rings = [[(float(x), float(y)) for x, y, *_ in ring] for polygon in polygons for ring in polygon]
    except (TypeError, ValueError) as error:
        raise UsageError(f"{shapes.path} has a polygon whose coordinates are no pairs of numbers.") from error
    if not all(math.isfinite(part) and abs(part) <= 180 for ring in rings for corner in ring for part in corner):
        raise UsageError(f"{shapes.path} is not in degrees: coordinates have to be longitude and latitude (WGS 84).")
    return rings

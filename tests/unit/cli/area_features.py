"""Make features of areas, and files of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson


def a_feature(code: str, level: str = "county", **properties: Any) -> dict[str, Any]:
    """Return a feature in our own layout."""
    names = {"ar": "قنا", "fa": "قنا", "en": "Qena"}
    return other_feature(**{"id": code, "level": level, "names": names, **properties})


def other_feature(**properties: Any) -> dict[str, Any]:
    """Return a feature with properties of any layout."""
    return {"type": "Feature", "properties": properties, "geometry": None}


def a_file(folder: Path, *features: Any) -> Path:
    """Return a file of features."""
    file = folder / "areas.geojson"
    file.write_bytes(orjson.dumps({"type": "FeatureCollection", "features": features}))
    return file

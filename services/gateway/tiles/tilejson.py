"""Describe the tiles as TileJSON 3.0.0, by which maps find them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from services.gateway.directory.grid import LATITUDE_MOST
from services.gateway.tiles.domain import ZOOM_MOST
from services.gateway.tiles.views import CLUSTERS, ORGANIZATIONS

PATH = "/tiles/organizations/{z}/{x}/{y}.mvt"
LAYERS: dict[str, tuple[str, dict[str, str]]] = {
    ORGANIZATIONS: (
        "Single organizations, in tiles that hold few.",
        {
            "id": "String. Id of the organization.",
            "name": "String. Its name.",
            "organization_type": "String. Its type.",
            "subjects": "String. Codes of the subjects of its capabilities, with commas between them.",
            "terms": "String. Codes of the node's own terms that these bear, with commas between them.",
            "international_cooperation": "Boolean. Whether it works under international cooperation.",
            "area": "String. Code of its area.",
        },
    ),
    CLUSTERS: (
        "How many organizations are near each other, in tiles that hold many.",
        {
            "count": "Number. Organizations.",
            "members": "Number. Members that these have, as far as known. Only by subject, type and cooperation.",
            "international_cooperation": "Number. Those that work under international cooperation.",
        },
    ),
}


def described(public_url: str, asked: dict[str, str]) -> dict[str, Any]:
    """Return the description of the tiles that a filter, as it was asked for, lets through."""
    query = f"?{urlencode(asked)}" if asked else ""
    zooms = {"minzoom": 0, "maxzoom": ZOOM_MOST}
    return {
        "tilejson": "3.0.0",
        "name": "Organizations",
        "description": "Active organizations of the directory that have a place, each in one tile a zoom.",
        "attribution": "",
        "scheme": "xyz",
        "tiles": [f"{public_url.rstrip('/')}{PATH}{query}"],
        **zooms,
        "bounds": [-180.0, -LATITUDE_MOST, 180.0, LATITUDE_MOST],
        "vector_layers": [
            {"id": name, "description": text, **zooms, "fields": fields} for name, (text, fields) in LAYERS.items()
        ],
    }

"""Show what describes tiles."""

from __future__ import annotations

from services.gateway.api.examples.case import Json
from services.gateway.tiles.tilejson import described

TILES: Json = described("https://qena.example", {})

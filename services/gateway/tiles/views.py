"""Draw tiles: of the tallies of its cells where a tile is clustered, or else of the organizations in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from pymongo.database import Database

from services.gateway.directory.documents import facet
from services.gateway.directory.grid import BITS, SIDE, Tile, place_of
from services.gateway.tiles import mvt
from services.gateway.tiles.cells_store import keys_of, within
from services.gateway.tiles.domain import ANY, ROW, SINGLY, Filter, ancestor, cooperates

ORGANIZATIONS, CLUSTERS = "organizations", "clusters"
MOST = 2 * SINGLY
"""So many organizations a tile shows at most; where there are more, they are about to be counted."""


class Tiles:
    """Draw tiles of the directory."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._organizations = database["directory_organizations"]
        self._cells = database["directory_cells"]

    def tile(self, tile: Tile, shown: Filter) -> bytes:
        """Return a tile with what a filter lets through; nothing at all where that is nothing."""
        subject = shown.subject or ANY
        keys = keys_of(tile.z, ancestor(tile.cells[0], BITS - tile.z))
        cells = list(self._cells.find({"_id": within(keys)}, {"_id": 0, f"of.{subject}": 1}))
        if not cells:
            return mvt.tile({ORGANIZATIONS: self._singly(tile, shown)})
        kinds = shown.kinds()
        rows = (_rows(cell["of"].get(subject, b""), kinds) for cell in cells)
        return mvt.tile({CLUSTERS: (_cluster(tile, some) for some in rows if some)})

    def _singly(self, tile: Tile, shown: Filter) -> Iterator[mvt.Feature]:
        conditions = {"cell": within(tile.cells), **_conditions(shown)}
        wanted = {"_id": 0, "cell": 1, "feature": 1}
        for one in self._organizations.find(conditions, wanted, hint="cell").limit(MOST):
            yield mvt.Feature(*_steps(tile, *place_of(one["cell"])), _properties(one["feature"]))


def _conditions(shown: Filter) -> dict[str, Any]:
    exact = {
        "facets": facet(shown.subject) if shown.subject else None,
        "organization_type": shown.organization_type,
        "international_cooperation": shown.international_cooperation,
    }
    return {field: wanted for field, wanted in exact.items() if wanted is not None}


def _properties(feature: bytes) -> Mapping[str, mvt.Value]:
    """Return what a map shows of an organization; a tile knows no lists, so codes are words with commas."""
    properties = orjson.loads(feature)["properties"]
    codes = {name: ",".join(properties.get(name, ())) for name in ("subjects", "terms")}
    return {name: value for name, value in (properties | codes).items() if value not in (None, "")}


def _rows(kept: bytes, kinds: frozenset[int]) -> list[tuple[int, ...]]:
    return [row for row in ROW.iter_unpack(kept) if row[0] in kinds]


def _cluster(tile: Tile, rows: Iterable[tuple[int, ...]]) -> mvt.Feature:
    """Return the sum of rows, where they are at the mean."""
    count = members = columns = lines = cooperating = 0
    for kind, organizations, with_members, column, row in rows:
        count += organizations
        members += with_members
        columns += column
        lines += row
        cooperating += organizations if cooperates(kind) else 0
    properties = {"count": count, "members": members, "international_cooperation": cooperating}
    return mvt.Feature(*_steps(tile, columns // count, lines // count), properties)


def _steps(tile: Tile, column: int, row: int) -> tuple[int, int]:
    """Return where a cell is in a tile."""
    wide = SIDE >> tile.z
    return (column - tile.x * wide) * mvt.EXTENT // wide, (row - tile.y * wide) * mvt.EXTENT // wide

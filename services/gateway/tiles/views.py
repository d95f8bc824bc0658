"""Draw tiles: of the tallies of its cells where a tile is clustered, or else of the organizations in it.

A search by more than what is counted is drawn of all that it finds where a tile is clustered (:mod:`.found_store`):
singly where few of that are in the tile, else by its cells. A tile that is not clustered is read as it is, whatever is
asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

import orjson
from pymongo.database import Database

from chassis.bounded import LONGEST_MS, Bounded
from contracts.subjects import SUBJECTS
from services.gateway.directory.grid import BITS, SIDE, Range, Tile, place_of
from services.gateway.directory.search.query import Search
from services.gateway.tiles import mvt
from services.gateway.tiles.cells_store import keys_of, within
from services.gateway.tiles.domain import ANY, DEPTH, ROW, SINGLY, Filter, ancestor, cooperates, descendants, span
from services.gateway.tiles.found_store import Finding, Found

ORGANIZATIONS, CLUSTERS = "organizations", "clusters"
MOST = 2 * SINGLY
"""So many organizations a tile shows at most; where there are more, they are about to be counted."""

SAMPLE = 32  # of those in a cell, by which their mean is told
FEATURE = {"_id": 0, "cell": 1, "feature": 1, "hours": 1}


class Tiles:
    """Draw tiles of the directory."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._organizations = database["directory_organizations"]
        self._cells = database["directory_cells"]
        self._finding = Finding(self._organizations)

    def tile(self, tile: Tile, search: Search) -> bytes:
        """Return a tile of what a search finds; nothing at all where that is nothing. Raises ``TooLong``."""
        asked = _plain(search)
        shown = counted_by(asked)
        return self._of_search(tile, asked) if shown is None else self._counted(tile, asked, shown)

    def _counted(self, tile: Tile, search: Search, shown: Filter) -> bytes:
        """Draw by what is counted."""
        subject = shown.subject or ANY
        cells = list(self._cells.find({"_id": within(_keys(tile))}, {"_id": 0, f"of.{subject}": 1}))
        if not cells:
            return self._singly(tile, search, within(tile.cells))
        kinds = shown.kinds()
        rows = (_rows(cell["of"].get(subject, b""), kinds) for cell in cells)
        return mvt.tile({CLUSTERS: (_cluster(tile, some) for some in rows if some)})

    def _of_search(self, tile: Tile, search: Search) -> bytes:
        """Draw by all that a search finds, where the tile has so many that it is clustered."""
        if self._cells.find_one({"_id": within(_keys(tile))}, {"_id": 1}) is None:
            return self._singly(tile, search, within(tile.cells))
        found = self._finding.found(search)
        there = found.within(tile.cells)
        if len(there) <= SINGLY:
            return self._singly(tile, search, {"$in": sorted({found.cell(at) for at in there})}) if there else b""
        return mvt.tile({CLUSTERS: _gathered(tile, found)})

    def _singly(self, tile: Tile, search: Search, cells: Mapping[str, Any]) -> bytes:
        return mvt.tile({ORGANIZATIONS: self._features(tile, search, cells)})

    def _features(self, tile: Tile, search: Search, cells: Mapping[str, Any]) -> Iterator[mvt.Feature]:
        conditions = search.conditions() | {"cell": cells}
        organizations = Bounded(self._organizations, LONGEST_MS)
        for one in organizations.find(conditions, FEATURE, hint="cell").limit(MOST):
            if search.holds(one):
                yield mvt.Feature(*_steps(tile, *place_of(one["cell"])), _properties(one["feature"]))


def counted_by(search: Search) -> Filter | None:
    """Return what of the tallies a search asks for; None where they do not tell."""
    if search.subject is not None and search.subject not in SUBJECTS:
        return None
    shown = Filter(search.subject, search.organization_type, search.international_cooperation)
    kept = {one.name: getattr(shown, one.name) for one in fields(Filter)}
    return shown if search == Search(**kept) else None


def _plain(search: Search) -> Search:
    """Return a search as those write it who mean the same: by its words, and by the minute."""
    moment = search.open_at and search.open_at.replace(second=0, microsecond=0)
    return replace(search, q=" ".join(search.words), open_at=moment)


def _gathered(tile: Tile, found: Found) -> Iterator[mvt.Feature]:
    """Yield what was found by the cells of a tile; a cell's is at about the mean, as far as a sample tells."""
    for cell in descendants(_number(tile), DEPTH):
        cells = span(tile.z + DEPTH, cell)
        there = found.within(cells)
        if not there:
            continue
        places = [place_of(found.cell(at)) for at in there[:: -(-len(there) // SAMPLE)]]
        column, row = (sum(steps) // len(places) for steps in zip(*places, strict=True))
        properties = {"count": len(there), "international_cooperation": found.cooperating(cells)}
        yield mvt.Feature(*_steps(tile, column, row), properties)


def _number(tile: Tile) -> int:
    return ancestor(tile.cells[0], BITS - tile.z)


def _keys(tile: Tile) -> Range:
    """Return the range of the keys of a tile's cells."""
    return keys_of(tile.z, _number(tile))


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

"""Draw tiles of a directory in memory, as the gateway does: single organizations, or what its cells hold together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any
from urllib.parse import parse_qs, urlsplit

from contracts.subjects import borne
from services.gateway.directory.grid import BITS, SIDE, Tile, cell, place_of
from services.gateway.tiles import mvt
from services.gateway.tiles.domain import DEPTH, SINGLY, ancestor

Record = dict[str, Any]
ADDRESS = re.compile(r"/tiles/organizations/(\d+)/(\d+)/(\d+)\.mvt")


def draw(records: Iterable[Record], shown: list[Record], tile: Tile) -> bytes:
    """Return a tile of those shown among all; whether it has clusters depends on all that is in it."""
    first, end = tile.cells
    crowded = sum(first <= number < end for number in map(cell_of, records)) > SINGLY
    there = sorted((cell_of(one), at) for at, one in enumerate(shown) if first <= cell_of(one) < end)
    if not crowded:
        return mvt.tile({"organizations": (_single(tile, number, shown[at]) for number, at in there)})
    return mvt.tile({"clusters": _clusters(tile, [(number, shown[at]) for number, at in there])})


def drawn(records: list[Record], url: str) -> bytes:
    """Return the tile of an address, of a directory that has these; by what help or area it asks for."""
    z, x, y = map(int, ADDRESS.findall(url)[0])
    asked = parse_qs(urlsplit(url).query)
    help_, area = (asked.get(name, [None])[0] for name in ("subject", "area"))
    shown = [one for one in records if area in one["areas"]] if area else records
    shown = [one for one in shown if help_ in borne(one["capabilities"])] if help_ else shown
    return draw(records, shown, Tile(z, x, y))


def cell_of(record: Record) -> int:
    """Return the cell of an organization's place, or -1."""
    place = record["locations"][0]
    return _cell(place["longitude"], place["latitude"]) if place["latitude"] is not None else -1


@lru_cache(maxsize=100_000)
def _cell(longitude: float, latitude: float) -> int:
    return cell(longitude, latitude)


def _single(tile: Tile, number: int, record: Record) -> mvt.Feature:
    named = ("id", "name", "organization_type", "international_cooperation", "area")
    properties = {name: record[name] for name in named}
    properties["subjects"] = ",".join(one["subject"] for one in record["capabilities"])
    properties |= {"terms": ",".join(terms)} if (terms := borne(record["capabilities"])) else {}
    return mvt.Feature(*_steps(tile, *place_of(number)), properties)


def _clusters(tile: Tile, there: list[tuple[int, Record]]) -> Iterator[mvt.Feature]:
    for _, grouped in groupby(there, key=lambda one: ancestor(one[0], BITS - tile.z - DEPTH)):
        some = list(grouped)
        places = [place_of(number) for number, _ in some]
        columns, rows = (sum(at) // len(some) for at in zip(*places, strict=True))
        properties = {
            "count": len(some),
            "members": sum(record["members_count"] or 0 for _, record in some),
            "international_cooperation": sum(record["international_cooperation"] for _, record in some),
        }
        yield mvt.Feature(*_steps(tile, columns, rows), properties)


def _steps(tile: Tile, column: int, row: int) -> tuple[int, int]:
    wide = SIDE >> tile.z
    return (column - tile.x * wide) * mvt.EXTENT // wide, (row - tile.y * wide) * mvt.EXTENT // wide

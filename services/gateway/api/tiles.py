"""Answer for vector tiles of the public directory."""

from __future__ import annotations

from flask import Response, request

from services.gateway.api.blueprint import Blueprint
from services.gateway.api.examples import tiles as examples
from services.gateway.api.exchange import dumps, public
from services.gateway.auth.guard import operation
from services.gateway.directory.grid import Tile
from services.gateway.directory.schemas import OrganizationFilter
from services.gateway.directory.search.query import Search
from services.gateway.parts import parts
from services.gateway.problems import Refused
from services.gateway.tiles.domain import ZOOM_MOST
from services.gateway.tiles.mvt import MEDIA_TYPE
from services.gateway.tiles.schemas import TileJson
from services.gateway.tiles.tilejson import described

TILE = {
    "200": {
        "description": "The tile; empty where it has nothing.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}, "example": ""}},
    }
}

tiles = Blueprint("tiles", "Vector tiles of the public directory.")


@tiles.route("/tiles/organizations.json", methods=["GET"])
@tiles.arguments(OrganizationFilter, location="query")
@tiles.response(200, TileJson, example=examples.TILES)
@operation("gateway.directory", tagged=True)
def describe_tiles(_: Search) -> Response:
    """Find the tiles of organizations, as TileJSON 3.0.0; a filter given here is in the tiles' address."""
    return public(dumps(described(parts().config.public_url, request.args.to_dict())))


@tiles.route("/tiles/organizations/<number:z>/<number:x>/<number:y>.mvt", methods=["GET"])
@tiles.arguments(OrganizationFilter, location="query")
@tiles.doc(responses=TILE)
@operation("gateway.directory", tagged=True)
def get_tile(search: Search, z: int, x: int, y: int) -> Response:
    """Read a tile of organizations, as Mapbox Vector Tile 2.1.

    Layer `organizations` has each of them, where a tile has 500 at most; layer `clusters` counts them, where it has
    more. By a term, an area, words, members, capacity, a network or hours 100,000 can be drawn together. Where more
    fit, a tile of more than 500 is refused (422, `too_many_found` or `too_long`), and a closer one is not.
    """
    if z > ZOOM_MOST or max(x, y) >= 1 << z:
        raise Refused("not_found", "There is no such tile.")
    return public(parts().tiles.tile(Tile(z, x, y), search), mimetype=MEDIA_TYPE)

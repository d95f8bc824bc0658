"""Describe what is asked of tiles, and TileJSON: https://github.com/mapbox/tilejson-spec/tree/master/3.0.0 ."""

from __future__ import annotations

from marshmallow import Schema, fields


class VectorLayer(Schema):
    """Give a layer of the tiles, and what each property of its features is."""

    id = fields.String(required=True)
    description = fields.String(required=True)
    minzoom = fields.Integer(required=True)
    maxzoom = fields.Integer(required=True)
    fields_ = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, data_key="fields", attribute="fields"
    )


class TileJson(Schema):
    """Say where the tiles are, and what is in them (TileJSON 3.0.0)."""

    tilejson = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    attribution = fields.String(required=True)
    scheme = fields.String(required=True)
    tiles = fields.List(fields.String(), required=True)
    minzoom = fields.Integer(required=True)
    maxzoom = fields.Integer(required=True)
    bounds = fields.List(fields.Float(), required=True)
    vector_layers = fields.List(fields.Nested(VectorLayer), required=True)

"""Shape the tree of areas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from contracts.checks import said
from contracts.registry.shapes import Answer, PageRequest, Request, choice, code, day, flag, part, point, several, text
from contracts.registry.words import AREA_CODE, AREA_LEVELS, BATCH_AREAS, LANGUAGES, OUTCOMES

IMPORT_ID = re.compile(r"[A-Za-z0-9._-]{0,100}\Z")


def is_there(area: Mapping[str, Any], day: str) -> bool:
    """Tell whether an area, as it is told to others, is one on a day (ISO 8601)."""
    began, ended = area.get("valid_from", ""), area.get("valid_to", "")
    return bool(began <= day and (not ended or day <= ended))


class AreaNames(Request):
    """Name an area in three languages; at least one of them."""

    ar = text(200, load_default="")
    fa = text(200, load_default="")
    en = text(200, load_default="")

    @validates_schema
    def one_at_least(self, names: dict[str, str], **_: Any) -> None:
        """Refuse an area that nobody can call by a name."""
        if not any(name.strip() for name in names.values()):
            raise ValidationError(said("required"))


class AreaFields(Request):
    """Describe one area. ``outline`` is a GeoJSON Polygon or MultiPolygon (RFC 7946), ``centre`` its label's place.

    ``aliases`` are further names and spellings by which people call it. ``valid_from`` and ``valid_to`` are the days
    between which it is an area; one that has ended keeps its code and is found by no name and no point.
    """

    id = code(AREA_CODE, required=True, metadata={"example": "EG2901"})
    parent = text(40, load_default="")
    level = choice(AREA_LEVELS, required=True)
    names = part(AreaNames, required=True)
    aliases = several(text(200, 1), 30, load_default=list)
    outline = fields.Dict(load_default=None, allow_none=True)
    schematic = flag(load_default=False)
    centre = point(load_default=None, allow_none=True)
    valid_from = day(load_default="")
    valid_to = day(load_default="")


class PutAreas(Request):
    """Put areas, parents before their children or in the same call. An area's parent and level never change.

    ``source`` names the file or list that they are from, ``import`` is one id for all calls that bring it. The history
    of each area tells both.
    """

    class Meta:
        """Name a field as Python cannot."""

        include = {"import": code(IMPORT_ID, load_default="")}  # noqa: RUF012 - marshmallow reads it once

    source = text(200, load_default="", metadata={"example": "egy_admbnda_adm2.geojson"})
    areas = fields.List(fields.Nested(AreaFields), required=True, validate=validate.Length(min=1, max=BATCH_AREAS))


class PageAreas(PageRequest):
    """Ask for a page of areas; ``outlines`` false leaves those out, and all the areas of a node fit a page or two."""

    outlines = fields.Boolean(load_default=True)


class Area(Answer):
    """Give one area. ``path`` is its ancestors from the country down, then itself; ``outline`` is null if unknown."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    parent = fields.String(required=True)
    level = fields.String(required=True)
    names = fields.Dict(keys=choice(LANGUAGES), values=fields.String(), required=True)
    aliases = fields.List(fields.String(), required=True)
    path = fields.List(fields.String(), required=True)
    outline = fields.Dict(required=True, allow_none=True)
    schematic = fields.Boolean(required=True)
    centre = point(required=True, allow_none=True)
    valid_from = fields.String(required=True)
    valid_to = fields.String(required=True)


class AreaPage(Answer):
    """Give a page of areas in the order of their codes; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(Area), required=True)
    next = fields.String(required=True)


class AreaResult(Answer):
    """Say what became of one area."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    outcome = choice(OUTCOMES, required=True)


class AreaResults(Answer):
    """Say what became of each area, in the order given."""

    results = fields.List(fields.Nested(AreaResult), required=True)

"""Describe what is asked of the files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, post_load, validate

from contracts.registry import LANGUAGES
from services.gateway.directory.schemas import OrganizationFilter, searched
from services.gateway.directory.search.query import Search


@dataclass(frozen=True, slots=True)
class Wanted:
    """Hold which organizations are wanted, and in which language; empty for the node's."""

    search: Search
    language: str


class LanguageQuery(Schema):
    """Say in which language areas and subjects are named."""

    language = fields.String(
        load_default="",
        validate=validate.OneOf(LANGUAGES),
        metadata={"description": "The node's language, if not given.", "example": "ar"},
    )


class ListQuery(OrganizationFilter):
    """Say which page of the plain list is wanted; whatever else an address says is left aside."""

    class Meta:
        """Leave out what cannot be counted by an index, and what the page does not know."""

        exclude = ("open_now",)
        unknown = EXCLUDE

    cursor = fields.String(load_default="", validate=validate.Length(max=1000))
    back = fields.String(load_default="", validate=validate.Length(max=6000))

    @post_load
    def search(self, asked: dict[str, Any], **_: Any) -> Search:
        """Return the search."""
        asked.pop("back")
        return Search(**searched(asked))


class DownloadQuery(LanguageQuery, OrganizationFilter):
    """Say which organizations a file is to have, and the language of its headings and of names."""

    @post_load
    def search(self, asked: dict[str, Any], **_: Any) -> Wanted:  # type: ignore[override]
        """Return what is wanted."""
        language = asked.pop("language")
        return Wanted(Search(**searched(asked)), language)

"""Read the terms of the node's own, and name them in what was rendered.

A record is rendered with the id and code of a term alone, ``"taxonomy_term":{"id":…,"code":…}``: it may come before its
term does, and the term may get another name. So the rest is put in when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import orjson
from pymongo.database import Database

from contracts.subjects import parent_of
from services.gateway.hsds.taxonomies import CANONICAL, NEEDS_TAXONOMY, SPOKEN, Json, Names, Term

BARE = re.compile(rb'"taxonomy_term":\{"id":"[0-9a-f-]{36}","code":"([a-z0-9_]+(?:\.[a-z0-9_]+)+)"\}')
"""A term without its name. No text of a record can look so: its quotation marks are escaped."""


class OwnTerms:
    """Read terms of the directory."""

    def __init__(self, database: Database[Json]) -> None:
        """Take the gateway's database."""
        self._terms = database["directory_terms"]

    def all(self, *, offered: bool = True) -> list[Term]:
        """Return the terms in each language, without those that are offered no more unless they are wanted too."""
        wanted = {"retired": False} if offered else {}
        found = [(one["_id"], _whole(one["_id"], one["names"])) for one in self._terms.find(wanted).sort("_id", 1)]
        return [_term(code, names, language) for language in SPOKEN for code, names in found]

    def known(self, codes: Collection[str] | None = None) -> dict[str, Json]:
        """Return the ``names`` of every term, or of those of some codes, and whether it is ``retired``, by its code."""
        wanted = {} if codes is None else {"_id": {"$in": sorted(codes)}}
        found = self._terms.find(wanted, {"names": 1, "retired": 1}).sort("_id", 1)
        return {one["_id"]: {"names": one["names"], "retired": one["retired"]} for one in found}

    def find(self, id: str) -> Term | None:  # noqa: A002 - the field's name
        """Return the term of an id, in its language; None where there is none."""
        found = self._terms.find_one({"ids": id})
        if found is None:
            return None
        return next(term for term in _spoken(found) if term.id == id)

    def named(self, bodies: list[bytes]) -> list[bytes]:
        """Return JSON with the terms in it named; asks for none where there is none."""
        codes = {code.decode() for body in bodies for code in BARE.findall(body)}
        if not codes:
            return bodies
        found = self._terms.find({"_id": {"$in": sorted(codes)}}, {"names": 1})
        names = {one["_id"]: one["names"] for one in found}
        shown = {code: orjson.dumps(_term(code, _whole(code, names.get(code, {})), CANONICAL).shown) for code in codes}
        return [BARE.sub(lambda bare: b'"taxonomy_term":' + shown[bare[1].decode()], body) for body in bodies]


def _spoken(found: Json) -> Iterator[Term]:
    names = _whole(found["_id"], found["names"])
    return (_term(found["_id"], names, language) for language in SPOKEN)


def _term(code: str, names: Names, language: str) -> Term:
    return Term(NEEDS_TAXONOMY, code, names, parent_of(code), language)


def _whole(code: str, names: Names) -> Names:
    """Return a term's names in all languages; one whose event has not come yet is called by its code."""
    return {language: names.get(language, code) for language in SPOKEN}

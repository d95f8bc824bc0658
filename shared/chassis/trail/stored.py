"""Read a document as the bytes that stand in the database, whatever somebody wrote there. Pure.

Who writes to a database past the program can write what no driver decodes: text that is not UTF-8, times beyond all
calendars, a field twice. The database takes it; so the trail is read as BSON's bytes, which are split here into fields
and not decoded, but for a field that is asked for. https://bsonspec.org/spec.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.errors import InvalidBSON
from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection

RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
AWARE: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)
FIXED = {1: 8, 6: 0, 7: 12, 8: 1, 9: 8, 10: 0, 16: 4, 17: 8, 18: 8, 19: 16, 127: 0, 255: 0}
"""Bytes of a value, by its type."""
COUNTED = {2: 4, 3: 0, 4: 0, 5: 5, 12: 16, 13: 4, 14: 4, 15: 0}
"""Bytes of a value beyond those that its first four bytes count, by its type."""
PATTERN = 11
"""The type that is two texts, each up to a zero."""
HEAD_BYTES = 4

Field = tuple[bytes, bytes]
"""A field's name, and all its bytes: type, name and value."""


class Stored(Mapping[str, Any]):
    """Be a document as it is stored; of a field that stands twice the first counts, as it does to the database."""

    __slots__ = ("_fields", "raw")

    def __init__(self, raw: bytes | memoryview) -> None:
        """Take the document's BSON."""
        self.raw = bytes(raw)
        self._fields = list(_split(self.raw))

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Stored:
        """Return any document as it would be stored."""
        return document if isinstance(document, Stored) else cls(bson.encode(document))

    def __getitem__(self, name: str) -> Any:
        """Return a field's value; its bytes where they cannot be read."""
        field = self._first(name)
        try:
            return bson.decode(_joined([field]), AWARE)[name]
        except InvalidBSON:
            return field

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the fields."""
        return iter(dict.fromkeys(name.decode(errors="backslashreplace") for name, _ in self._fields))

    def __len__(self) -> int:
        """Return how many fields there are."""
        return len(list(iter(self)))

    @property
    def readable(self) -> bool:
        """Tell whether the document is one that a program can have written, and can read."""
        try:
            bson.decode(self.raw, AWARE)
        except InvalidBSON:
            return False
        return len(self) == len(self._fields)

    def only(self, name: str) -> RawBSONDocument:
        """Return a document of one field, byte for byte."""
        return RawBSONDocument(_joined([self._first(name)]))

    def canonical(self, without: Sequence[str]) -> bytes:
        """Return the document's bytes, ``_id`` first and the others by name, without the first field of some names."""
        left_out, kept = {name.encode() for name in without}, []
        for field in self._fields:
            if field[0] in left_out:
                left_out.remove(field[0])
            else:
                kept.append(field)
        return _joined([whole for _, whole in sorted(kept, key=_order)])

    def _first(self, name: str) -> bytes:
        sought = name.encode()
        for found, whole in self._fields:
            if found == sought:
                return whole
        raise KeyError(name)


def raw(collection: Collection[dict[str, Any]]) -> Collection[RawBSONDocument]:
    """Return a collection whose documents come as bytes."""
    return collection.with_options(codec_options=RAW)


def _split(document: bytes) -> Iterator[Field]:
    at, end = HEAD_BYTES, len(document) - 1
    while at < end:
        named = document.index(b"\0", at + 1)
        after = _after(document, document[at], named + 1)
        yield document[at + 1 : named], document[at:after]
        at = after


def _after(document: bytes, kind: int, start: int) -> int:
    """Return where the value that starts there ends."""
    if kind == PATTERN:
        return document.index(b"\0", document.index(b"\0", start) + 1) + 1
    if kind in FIXED:
        return start + FIXED[kind]
    return start + COUNTED[kind] + int.from_bytes(document[start : start + HEAD_BYTES], "little")


def _joined(fields: Sequence[bytes]) -> bytes:
    size = HEAD_BYTES + sum(map(len, fields)) + 1
    return b"".join([size.to_bytes(HEAD_BYTES, "little"), *fields, b"\0"])


def _order(field: Field) -> tuple[bool, bytes]:
    return field[0] != b"_id", field[0]

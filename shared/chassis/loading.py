"""Load what schemas describe as marshmallow does, in a fifth of the time where nothing is wrong.

A schema is read once into plain functions, one a field. They take what is plainly right: a text where there is to be a
text, a list of them where there is to be a list. Whatever is anything else, wrong or only unusual, is left to
marshmallow, which then decides and says what is wrong; so is a schema that does more than to describe fields. What
comes out is the same either way, in the same order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, missing
from marshmallow.decorators import POST_LOAD, PRE_LOAD, VALIDATES, VALIDATES_SCHEMA

Reader = Callable[[Any], Any]
Part = tuple[str, str, Reader, bool, Any]
"""A field's name where it is read and where it is put, its reader, whether it is required, and what stands for it."""

SCHEMAS = 512  # that are kept read


class _Unusual(Exception):
    """Leave the decision to marshmallow."""


def load(schema: Schema, given: Any) -> Any:
    """Return what ``schema.load(given)`` returns, or raise what it raises."""
    try:
        return _reader(schema)(given)
    except (_Unusual, ValidationError):
        return schema.load(given)


def faults(schema: Schema, given: Any) -> Mapping[Any, Any]:
    """Return what ``schema.validate(given)`` returns: nothing where all is right."""
    try:
        _reader(schema)(given)
    except (_Unusual, ValidationError):
        return schema.validate(given)
    return {}


@lru_cache(maxsize=SCHEMAS)
def _reader(schema: Schema) -> Reader:
    return _of_schema(schema, schema.unknown)


def _of_schema(schema: Schema, unknown: str) -> Reader:
    hooks = schema._hooks
    asks = [(name, about) for name, many, about in hooks[VALIDATES_SCHEMA] if not many]
    plain = (
        not (schema.many or schema.partial or hooks[PRE_LOAD] or hooks[POST_LOAD] or hooks[VALIDATES])
        and len(asks) == len(hooks[VALIDATES_SCHEMA])
        and not any(about.get("pass_original") for _, about in asks)
        and unknown in (EXCLUDE, RAISE)
        and schema.dict_class is dict
        and not any("." in (field.attribute or "") for field in schema.load_fields.values())
    )
    if not plain:
        return _unusual
    parts = [_part(name, field) for name, field in schema.load_fields.items()]
    return _mapping(parts, unknown == RAISE, [_asking(schema, name, unknown) for name, _ in asks])


def _unusual(_given: Any) -> Any:
    raise _Unusual


def _asking(schema: Schema, name: str, unknown: str) -> Reader:
    ask = getattr(schema, name)
    return lambda loaded: ask(loaded, partial=schema.partial, many=False, unknown=unknown)


def _part(name: str, field: fields.Field[Any]) -> Part:
    source = field.data_key if field.data_key is not None else name
    return source, field.attribute or name, _of_field(field), field.required, field.load_default


def _mapping(parts: list[Part], exact: bool, asks: list[Reader]) -> Reader:
    names = frozenset(source for source, *_ in parts)

    def read(given: Any) -> Any:
        if type(given) is not dict or (exact and not given.keys() <= names):
            raise _Unusual
        loaded = {}
        for source, target, reader, required, default in parts:
            value = given.get(source, missing)
            if value is not missing:
                loaded[target] = reader(value)
            elif required:
                raise _Unusual
            elif default is not missing:
                loaded[target] = default() if callable(default) else default
        for ask in asks:
            ask(loaded)
        return loaded

    return read


def _of_field(field: fields.Field[Any]) -> Reader:
    own = _as_it_says if isinstance(field, fields.String) else None
    make = None if field.pre_load or field.post_load else _KINDS.get(type(field), own)
    if make is None:
        return field.deserialize
    read, checked = make(field), list(field.validators)

    def reader(value: Any) -> Any:
        if value is None:
            if field.allow_none:
                return None
            raise _Unusual
        value = read(value)
        for check in checked:
            check(value)
        return value

    return reader


def _only(kind: type[Any]) -> Callable[[Any], Reader]:
    """Return what makes readers that take values of just one type, as they are."""

    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise _Unusual
        return value

    return lambda _field: read


def _as_it_says(field: Any) -> Reader:
    """Return the reader of a kind of text that has its own way."""
    return lambda value: field._deserialize(value, None, None)


def _flag(field: Any) -> Reader:
    return _only(bool)(field) if True in field.truthy and False in field.falsy else _unusual


def _number(_field: Any) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not float or not math.isfinite(value):
            raise _Unusual
        return value

    return read


def _several(field: Any) -> Reader:
    inner = _of_field(field.inner)

    def read(value: Any) -> Any:
        if type(value) is not list:
            raise _Unusual
        return [inner(one) for one in value]

    return read


def _object(field: Any) -> Reader:
    name = _of_field(field.key_field) if field.key_field else _as_it_is
    inner = _of_field(field.value_field) if field.value_field else _as_it_is

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise _Unusual
        return {name(key): inner(one) for key, one in value.items()}

    return read if field.mapping_type is dict else _unusual


def _as_it_is(value: Any) -> Any:
    return value


def _nested(field: Any) -> Reader:
    reader: Reader | None = None

    def read(value: Any) -> Any:
        nonlocal reader
        if reader is None:  # not before it is needed: a schema may hold itself
            schema = field.schema
            reader = _unusual if field.many else _of_schema(schema, field.unknown or schema.unknown)
        return reader(value)

    return read


_KINDS: dict[type[Any], Callable[[Any], Reader]] = {
    fields.String: _only(str),
    fields.Integer: _only(int),
    fields.Float: _number,
    fields.Boolean: _flag,
    fields.List: _several,
    fields.Dict: _object,
    fields.Nested: _nested,
}
"""What makes the reader of a field, by its very type: one of a further type is read by itself."""

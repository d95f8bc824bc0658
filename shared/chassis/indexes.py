"""Make declared indexes, and exchange those that an older version left otherwise.

::

    declared, and missing            made, by the service at its start
    ... standing otherwise           exchanged, by the administrator at a node's start; a service leaves it, and says so
    wanted by no version any more    dropped, by the administrator

    exchange:  stands ────────────────────┐dropped
               stand-in       ┌built──────┼──────────────────┐dropped
               as declared                └────────────built─┴──────────▶

A stand-in has the declared keys and one more, which no record has. So it answers what the declared one answers, and
keeps unique what must be, while that is built under its own name: nobody is without an index, nor a record without its
guarantee. What asks by the name meanwhile is refused, and asks again without it: see :mod:`chassis.bounded`. Whoever
dies between two steps leaves what the next one goes on from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import OperationFailure

from chassis.config import ConfigError
from chassis.logs import get_logger

Indexes = Mapping[str, Sequence[IndexModel]]
Retired = Mapping[str, Sequence[str]]
"""Names of indexes that earlier versions made and this one does not want, by collection. They cost every write."""
Records = Collection[dict[str, Any]]
Index = Mapping[str, Any]
Say = Callable[[str], object]

CONFLICTS = (85, 86)  # IndexOptionsConflict, IndexKeySpecsConflict
DUPLICATE_KEY, ABORTED, NO_INDEX = 11000, 276, 27
STAND_IN, NOBODYS = "~", "_"
"""What follows the name of a stand-in, and the field that no record has."""
UNCOMPARED = ("v", "key", "name", "ns", "background", "2dsphereIndexVersion", "textIndexVersion")
REMEDY = "the next start of the node exchanges it: `tashbik up`, `docker-compose up -d`, or `tashbik database users`"
AMBIGUOUS = """Index {index} of {where} must be unique, and cannot be made: several records are the same in {fields}.
Nothing was changed: what stood before stands. See which they are, leave one of each, and start again:
db.{records}.aggregate([{stages}])"""
SAME = '{{$group: {{_id: {group}, ids: {{$push: "$_id"}}}}}}, {{$match: {{"ids.1": {{$exists: true}}}}}}'

log = get_logger()


def make(records: Records, models: Sequence[IndexModel]) -> None:
    """Make the indexes that are missing; safe to run from several processes at once, of several versions too.

    One that stands otherwise stays, and is told: what it answers, it answers. Raises :class:`ConfigError` where it or
    what stands is unique, for then it guarantees something else than declared.
    """
    if not _made(records, models):
        for model in models:
            _make_or_leave(records, model)


def exchange(database: Database[dict[str, Any]], indexes: Indexes, retired: Retired, say: Say) -> None:
    """Make what stands in a database's collections as declared, and say of each exchange what is done and how long.

    For one process at a time, who may drop indexes. Services may run, of this version and of the one before. Raises
    :class:`ConfigError` where an index must be unique and records are not; then what stood before stands.
    """
    for name in sorted({*indexes, *retired} & {*database.list_collection_names()}):
        records, models = database[name], indexes.get(name, ())
        if models and not _made(records, models):
            for model in models:
                _settle(records, model, {one.document["name"] for one in models}, say)
        for leftover in _leftovers(records, retired.get(name, ())):
            _drop(records, leftover)
            say(f"Dropped index {leftover} of {records.full_name}: nothing asks it any more.")


def shape(index: Index) -> tuple[list[tuple[str, Any]], dict[str, Any]]:
    """Return keys and options of an index, as declared or as it stands, to be compared."""
    options = {name: value for name, value in index.items() if name not in UNCOMPARED and value is not False}
    return [(name, order) for name, order in index["key"].items()], options


def _made(records: Records, models: Sequence[IndexModel]) -> bool:
    """Make all at once; False where one cannot be, or was dropped meanwhile: nobody knows which."""
    try:
        records.create_indexes(list(models))
    except OperationFailure as error:
        if error.code not in (*CONFLICTS, DUPLICATE_KEY, ABORTED):
            raise
        return False
    return True


def _make_or_leave(records: Records, model: IndexModel) -> None:
    wanted = model.document
    if not _conflict(records, model):
        return
    standing = _in_the_way(records, wanted, set())
    named = {
        "collection": records.name,
        "index": wanted["name"],
        "stands": _told(standing),
        "wanted": str(shape(wanted)),
    }
    log.warning("index_differs", **named, remedy=REMEDY)
    if any(one.get("unique") for one in (wanted, *standing)):
        raise ConfigError(f"index {wanted['name']} of {records.full_name} stands otherwise; {REMEDY}")


def _settle(records: Records, model: IndexModel, declared: set[str], say: Say) -> None:
    wanted = model.document
    if not (conflict := _conflict(records, model)):
        return
    if not (standing := _in_the_way(records, wanted, declared)):
        raise conflict
    began = time.monotonic()
    say(f"Exchanging index {wanted['name']} of {records.full_name}, {records.estimated_document_count():,} records …")
    _build_stand_in(records, wanted)
    for one in standing:
        _drop(records, one["name"])
    _settle(records, model, declared, say)
    _drop(records, wanted["name"] + STAND_IN)
    say(f"Exchanged index {wanted['name']} of {records.full_name} in {time.monotonic() - began:.1f} s.")


def _build_stand_in(records: Records, wanted: Index) -> None:
    options = {name: value for name, value in wanted.items() if name not in ("key", "name", "expireAfterSeconds")}
    stand_in = IndexModel([*wanted["key"].items(), (NOBODYS, 1)], name=wanted["name"] + STAND_IN, **options)
    if _conflict(records, stand_in):
        _drop(records, stand_in.document["name"])  # of an exchange for another version's, which did not end
        _create(records, stand_in)


def _conflict(records: Records, model: IndexModel) -> OperationFailure | None:
    """Make an index where it is missing; return what the database says where another one stands in its way."""
    try:
        _create(records, model)
    except OperationFailure as error:
        if error.code not in CONFLICTS:
            raise
        return error
    return None


def _create(records: Records, model: IndexModel) -> None:
    try:
        records.create_indexes([model])
    except OperationFailure as error:
        if error.code == DUPLICATE_KEY:
            _ambiguous(records, model.document)
        raise


def _ambiguous(records: Records, wanted: Index) -> NoReturn:
    """Raise what says which index it is; the database's own words quote a record."""
    fields = [name for name in wanted["key"] if name != NOBODYS]
    group = "{" + ", ".join(f'"{name.replace(".", "_")}": "${name}"' for name in fields) + "}"
    said = {"index": wanted["name"].removesuffix(STAND_IN), "where": records.full_name, "records": records.name}
    stages = SAME.format(group=group)
    raise ConfigError(AMBIGUOUS.format(**said, fields=" and ".join(fields), stages=stages)) from None


def _in_the_way(records: Records, wanted: Index, declared: set[str]) -> Sequence[Index]:
    """Return what keeps an index from being made: that of its name, or that of its keys under a name of nobody."""
    standing = [one for one in records.list_indexes() if not one["name"].endswith(STAND_IN)]
    same = [one for one in standing if one["name"] == wanted["name"] and shape(one) != shape(wanted)]
    return same or [one for one in standing if shape(one)[0] == shape(wanted)[0] and one["name"] not in declared]


def _leftovers(records: Records, retired: Sequence[str]) -> Iterator[str]:
    names = [one["name"] for one in records.list_indexes()]
    return (name for name in names if name in retired or name.endswith(STAND_IN))


def _drop(records: Records, name: str) -> None:
    try:
        records.drop_index(name)
    except OperationFailure as error:
        if error.code != NO_INDEX:
            raise


def _told(standing: Sequence[Index]) -> str:
    return "; ".join(f"{one['name']} {shape(one)}" for one in standing)

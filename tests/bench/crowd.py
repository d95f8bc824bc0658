"""Fill the directory with as many made-up organizations as are wanted, by the documents of the services themselves.

They combine the demo directorate's names and places, and each has a word of its own in its description. All comes from
an organization's number, so that whoever knows the number knows what to ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.write_concern import WriteConcern

from chassis import clock
from contracts.registry import ORGANIZATION_TYPES
from contracts.subjects import SUBJECTS
from demo.qena import CENTRES, COUNTRY, FORMS, GOVERNORATE, NAMES, Centre
from services.gateway.api.examples.organizations import ORGANIZATION
from services.gateway.api.examples.services import SERVICE
from services.gateway.directory import documents
from services.gateway.directory.services.documents import service
from services.gateway.directory.services.store import INDEXES as SERVICE_INDEXES
from services.gateway.directory.store import INDEXES
from services.registry.organizations import schemas as organizations
from services.registry.organizations.domain import Organization
from services.registry.organizations.parts import PARTS
from services.registry.organizations.store import to_document
from services.registry.service import INDEXES as REGISTER_INDEXES
from services.registry.services.plain import made

BATCH = 1_000
LETTERS = "ابجدهوزحطي"
SERIALS = 97  # that stand after names, so that not too many bear one name
AGE = timedelta(hours=1)  # so that nobody takes them for news
AROUND = 0.05  # degrees
SPECIAL = "special"  # a term of the node's own below each subject, which every second organization bears
NAME = "directory_organizations"

Record = dict[str, Any]


def id_of(number: int) -> str:
    """Return the id of an organization."""
    return f"01932f6e-8a00-7000-8000-{number:012x}"


def word_of(number: int) -> str:
    """Return the word that only this organization has."""
    return "".join(LETTERS[int(digit)] for digit in f"{number:08}")


def term_of(number: int) -> str:
    """Return the term that an organization bears; for one that bears none, that of others of its subject."""
    return f"{record(number)['capabilities'][0]['subject']}.{SPECIAL}"


def record(number: int) -> Record:
    """Return the public record of an organization, as the register tells it."""
    return organizations.record(registered(number))


def _said(number: int) -> Record:
    """Return what is said of an organization."""
    chance = Random(number)
    centre, name = centre_of(number), NAMES[number % len(NAMES)]
    form, _ = FORMS[chance.randrange(len(FORMS))]
    longitude, latitude = (round(one + chance.uniform(-AROUND, AROUND), 5) for one in centre.place)
    place = {**ORGANIZATION["locations"][0], "latitude": latitude, "longitude": longitude, "area": centre.code}
    subjects = chance.sample(list(SUBJECTS), 1 + number % 3)
    capabilities = [{"subject": one, "capacity": 40, "unit": "families"} for one in subjects]
    if number % 2:
        capabilities[0]["terms"] = [f"{subjects[0]}.{SPECIAL}"]
    return {
        **ORGANIZATION,
        "id": id_of(number),
        "name": f"{form.format(name=name, place=centre.ar, village=chance.choice(centre.villages))} {number % SERIALS}",
        "alternate_name": f"{centre.en} Association, انجمن {centre.fa}",
        "description": f"{ORGANIZATION['description']} {name} {word_of(number)}",
        "organization_type": ORGANIZATION_TYPES[number % len(ORGANIZATION_TYPES)],
        "identifiers": [{"identifier_scheme": "eg.moss.registration", "identifier": f"{number}/2009"}],
        "international_cooperation": number % 4 == 0,
        "cooperations": ORGANIZATION["cooperations"] if number % 4 == 0 else [],
        "capabilities": capabilities,
        "locations": [place],
        "area": centre.code,
        "areas": [COUNTRY[0], GOVERNORATE[0], centre.code],
    }


def centre_of(number: int) -> Centre:
    """Return the centre in which an organization is."""
    return CENTRES[number // len(NAMES) % len(CENTRES)]


def crowd(numbers: range, now: datetime) -> Iterator[Record]:
    """Yield the documents of organizations."""
    for number in numbers:
        yield documents.organization(record(number), version=1, accepted=0, completed=0, now=now)


def served(number: int, now: datetime) -> Record:
    """Return the document of an organization's one service."""
    home = record(number)
    told = {**SERVICE, "id": f"01932f6f-3b00-7000-8000-{number:012x}", "organization_id": home["id"]}
    told |= {"area": home["area"], "areas": home["areas"], "name": f"{SERVICE['name']} {number % SERIALS}"}
    return service({**told, "service_at_locations": []}, home, version=1, now=now)


def registered(number: int) -> Organization:
    """Return an organization as the register has it."""
    told = _said(number)
    values = {one.name: told[one.name] for one in fields(Organization) if one.name in told}
    values |= {name: tuple(made(kind, one) for one in told.get(name, ())) for name, kind in PARTS.items()}
    frozen = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return Organization(**frozen | {"last_modified": datetime.fromisoformat(told["last_modified"])})


def fill(collection: Collection[Any], numbers: range, tell: Callable[[int], None] = lambda done: None) -> None:
    """Put organizations into the directory, a thousand at a time, and make its indexes when all of them are in.

    ``tell`` hears how many are in.
    """
    _fill(collection, crowd(numbers, clock.now() - AGE), INDEXES[NAME], tell)


def fill_services(database: Database[Any], numbers: range) -> None:
    """Put a service of each organization into the directory."""
    coming = (served(number, clock.now() - AGE) for number in numbers)
    _fill(database["directory_services"], coming, SERVICE_INDEXES["directory_services"])


def fill_register(database: Database[Any], numbers: range) -> None:
    """Put organizations into the register itself; nobody is told of them."""
    coming = (to_document(registered(number)) for number in numbers)
    _fill(database["organizations"], coming, REGISTER_INDEXES["organizations"])


def _fill(
    collection: Collection[Any],
    coming: Iterator[Record],
    indexes: Iterable[IndexModel],
    tell: Callable[[int], None] = lambda done: None,
) -> None:
    collection.drop_indexes()
    quick, done = collection.with_options(write_concern=WriteConcern(w=1)), 0
    while batch := list(islice(coming, BATCH)):
        quick.insert_many(batch, ordered=False)
        done += len(batch)
        tell(done)
    collection.create_indexes(list(indexes))

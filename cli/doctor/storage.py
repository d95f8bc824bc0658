"""Look at the database: is it a replica set with a primary, how is it set, and do all declared indexes stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pymongo import IndexModel
from pymongo.errors import OperationFailure

from chassis.crypto import FieldVault, Vault
from chassis.database import UNREACHABLE
from chassis.indexes import shape
from chassis.logs import describe
from cli import restoring
from cli.doctor.patient import Fault, Patient, broken, warning
from cli.indexes import classes, declared, retired
from cli.parts import TRANSACTION_SECONDS
from cli.restoring import GATEWAY

OLDEST_DATABASE = 6
NO_NAMESPACE = 26
EXCHANGE = "`tashbik up`, `docker-compose up -d` or `tashbik database users` exchanges it, while services run."
RESTART = "Start the service that owns it anew: it makes what is missing at its start."
LEFTOVER = "It costs every write. `tashbik up`, `docker-compose up -d` or `tashbik database users` drops it."
AGAIN = "If nobody is at it: `tashbik restore --again DIR` removes what it left, and restores."
SETTING = "Start mongod with `--setParameter transactionLifetimeLimitSeconds={}`, as docker-compose.yml does."
NO_SET = "Transactions need a replica set: start mongod with `--replSet rs0`, and run `rs.initiate()`."
AWAY = "Start it: `tashbik up`, or `docker-compose up -d`. Look at its log: `tashbik logs mongo`."
HEALTHY = {1, 2, 7}  # primary, secondary, arbiter


def answers(patient: Patient) -> Iterator[Fault]:
    """See that the database answers, is new enough, and is a replica set with a primary."""
    client = patient.database(GATEWAY).client
    try:
        hello = client.admin.command("hello")
    except UNREACHABLE as error:
        return (yield broken(f"it does not answer ({describe(error)})", AWAY))
    if not hello.get("setName"):
        yield broken("the database is no replica set", NO_SET)
    elif not hello.get("isWritablePrimary"):
        yield broken("the database has no primary", "Look which of its members run, and at their logs.")
    said = client.server_info()["version"]
    if int(said.split(".")[0]) < OLDEST_DATABASE:
        yield broken(f"MongoDB is {said}", f"Install MongoDB {OLDEST_DATABASE} or newer.")


def members(patient: Patient) -> Iterator[Fault]:
    """See that every member of the replica set is well."""
    status = patient.database(GATEWAY).client.admin.command("replSetGetStatus")
    for member in status["members"]:
        if member["state"] not in HEALTHY:
            yield warning(f"member {member['name']} is {member['stateStr']}", "Start it, or look at its log.")


def transactions(patient: Patient) -> Iterator[Fault]:
    """See that what a killed process left open does not hold up others for long (MongoDB's default is a minute)."""
    asked = {"getParameter": 1, "transactionLifetimeLimitSeconds": 1}
    limit = patient.database(GATEWAY).client.admin.command(asked)["transactionLifetimeLimitSeconds"]
    if limit > TRANSACTION_SECONDS:
        yield warning(
            f"a transaction whose process was killed holds up others for {limit} s", SETTING.format(TRANSACTION_SECONDS)
        )


def slow_log(patient: Patient) -> Iterator[Fault]:
    """See that the database does not write what it is asked, names of families too, into its log."""
    profile = patient.database(GATEWAY).command("profile", -1)
    if profile.get("sampleRate", 1) > 0 or profile["was"]:
        yield warning(
            "the database logs slow operations, and with them names of families",
            "Start mongod with `--slowOpSampleRate 0`, and let the profiler be off.",
        )


def restored(patient: Patient) -> Iterator[Fault]:
    """See that the node is whole: no restore was broken off, as it is by SIGKILL or a machine that goes down."""
    if half := restoring.begun(patient.config, patient.database(GATEWAY).client):
        yield broken(f"{half[0].lower()}{half[1:]}; services do not start on what it left", AGAIN)


def indexes(patient: Patient) -> Iterator[Fault]:
    """See that every declared index stands as declared, and none that earlier versions wanted."""
    unwanted = retired()
    for service, wanted in declared().items():
        database = patient.database(service)
        for collection, models in wanted.items():
            standing = _standing(database[collection])
            for model in models:
                yield from _compared(f"{database.name}.{collection}", model, standing)
            for name in unwanted[service].get(collection, ()):
                if name in (standing or ()):
                    yield warning(f"nothing asks index {name} of {database.name}.{collection}", LEFTOVER)


def vaults(patient: Patient) -> Iterator[Fault]:
    """See that the master key opens what is encrypted in the database. Keeps nothing."""
    for service, kind in classes().items():
        if any(isinstance(part, Vault) for part in vars(kind).values()):
            try:
                FieldVault(patient.database(service), patient.config.keys).check()
            except UNREACHABLE:
                raise  # which tells nothing of the key
            except Exception as error:  # whatever the cryptography library raises, it is the answer
                yield broken(
                    f"keys/master.key does not open what {service} has encrypted ({describe(error)})",
                    "Put back the master.key that this database was written with; without it they are lost.",
                )


def _standing(collection: Any) -> dict[str, Mapping[str, Any]] | None:
    """Return a collection's indexes by name, None where there is no such collection."""
    try:
        return {index["name"]: index for index in collection.list_indexes()} or None
    except OperationFailure as error:
        if error.code == NO_NAMESPACE:
            return None
        raise


def _compared(where: str, model: IndexModel, standing: dict[str, Mapping[str, Any]] | None) -> Iterator[Fault]:
    wanted = model.document
    if standing is None:
        return (yield broken(f"{where} is missing with its indexes", RESTART))
    stands = standing.get(wanted["name"])
    if stands is None:
        yield broken(f"index {wanted['name']} of {where} is missing", RESTART)
    elif shape(stands) != shape(wanted):
        yield broken(f"index {wanted['name']} of {where} stands otherwise than declared", EXCHANGE)

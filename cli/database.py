"""Give each process of a node a user of MongoDB that opens the databases it works on, and no other.

::

    process         opens                       as
    registry        <prefix>_registry           registry
    referrals       <prefix>_referrals          referrals
    notifications   <prefix>_notifications      notifications
    projector       its own, and the gateway's  projector
    importer        its own, and the gateway's  importer
    api             <prefix>_gateway            api
    commands        everything                  the database's administrator

A process has a role of its own name with :data:`ACTIONS` on its databases: it can find, write and watch records, and
make collections and indexes at its start. It cannot drop a collection, an index or a database, nor see what else there
is. The administrator makes roles and users at every start of a node, before the services start; safe to repeat, and
connections that stand go on. A user's name and password are those of the address that its process is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

from cli.roster import API

GATEWAY = "gateway"
OPENS: Mapping[str, tuple[str, ...]] = {
    "registry": ("registry",),
    "referrals": ("referrals",),
    "notifications": ("notifications",),
    "projector": ("projector", GATEWAY),
    "importer": ("importer", GATEWAY),
    API: (GATEWAY,),
}
"""Which databases a process opens; its own keeps what the guarantees rest on, see :mod:`chassis.database`."""

ACTIONS = (
    *("find", "insert", "update", "remove"),
    *("createCollection", "createIndex", "listCollections", "listIndexes"),
    "changeStream",
)
"""What it may do there: less than MongoDB's own role ``readWrite``, which may drop and rename too."""

MECHANISMS = ["SCRAM-SHA-256"]
MAJORITY = {"w": "majority"}
ROLE_EXISTS, USER_EXISTS = 51002, 51003
PATIENCE_MS = 30_000

Document = dict[str, Any]


def privileges(process: str, prefix: str) -> list[Document]:
    """Return what a process may do, as MongoDB wants to be told."""
    databases = (f"{prefix}_{name}" for name in OPENS[process])
    return [{"resource": {"db": name, "collection": ""}, "actions": [*ACTIONS]} for name in databases]


def prepare(administrator: str, prefix: str, urls: Mapping[str, str]) -> None:
    """Make a role and a user for each process in ``urls``, which maps it to its address, or change them to be so.

    ``administrator`` is the address of who may make users. A majority knows them when this returns.
    """
    with MongoClient[Document](administrator, serverSelectionTimeoutMS=PATIENCE_MS) as client:
        for process, url in urls.items():
            login = urlsplit(url)
            name, password = unquote(login.username or ""), unquote(login.password or "")
            _make(client.admin, "Role", process, ROLE_EXISTS, privileges=privileges(process, prefix), roles=[])
            _make(client.admin, "User", name, USER_EXISTS, pwd=password, roles=[process], mechanisms=MECHANISMS)


def _make(admin: Database[Document], kind: str, name: str, exists: int, **options: Any) -> None:
    try:
        admin.command(f"create{kind}", name, writeConcern=MAJORITY, **options)
    except OperationFailure as error:
        if error.code != exists:
            raise
        admin.command(f"update{kind}", name, writeConcern=MAJORITY, **options)

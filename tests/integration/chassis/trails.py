"""Write, seal and verify trails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bson.raw_bson import RawBSONDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database

from chassis import audit
from chassis.config import Config
from chassis.lease import Lease
from chassis.trail.check import Check, Head
from chassis.trail.sealer import Sealer
from chassis.trail.seals import PUBLIC_FOLDER, SealingKey, TrustedKeys
from chassis.trail.stored import raw

Trail = Database[dict[str, Any]]

SERVICE = "things"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SEALED = [("seal", 1), ("position", 1)]


class Believer(Lease):
    """Be a lease whose holder believes to hold it, whatever others do."""

    def hold(self) -> bool:
        """Believe it."""
        return True

    def stands(self, session: ClientSession) -> bool:
        """Believe it."""
        return True


def lease(database: Trail) -> Lease:
    """Return a lease to seal by."""
    made = Lease(database, "audit seals")
    made.prepare()
    return made


def sealer(database: Trail, config: Config, batch: int = 10, held: Lease | None = None) -> Sealer:
    """Return a sealer of a trail."""
    return Sealer(database, SERVICE, SealingKey.read(config.keys), held or lease(database), batch)


def note(database: Trail, count: int, start: int = 0, session: ClientSession | None = None) -> None:
    """Write entries, a second after one another."""
    entries = [
        audit.entry("officer:o-1", "thing.read", f"thing-{number}", at=NOON + timedelta(seconds=number))
        for number in range(start, start + count)
    ]
    database["audit"].insert_many(entries, session=session)


def verify(database: Trail, config: Config, *heads: Head) -> tuple[list[str], Check]:
    """Return what is wrong with a trail, and the check that found it."""
    check = Check(database, SERVICE, TrustedKeys.read(config.keys / PUBLIC_FOLDER), heads)
    return [f"{finding.seal}: {finding.found}" for finding in check.findings()], check


def entry_at(database: Trail, seal: int, position: int) -> dict[str, Any]:
    """Return the entry of a place."""
    found = database["audit"].find_one({"seal": seal, "position": position})
    assert found is not None
    return found


def text(name: str, value: bytes) -> bytes:
    """Return the bytes of a field that says to be text, whatever they are."""
    return b"\x02" + name.encode() + b"\0" + (len(value) + 1).to_bytes(4, "little") + value + b"\0"


def forge(database: Trail, fields: bytes, id_: bytes = b"forged") -> None:
    """Insert, or replace, an entry of other fields as their bytes, which no driver need decode."""
    whole = text("_id", id_) + fields + b"\0"
    entry = RawBSONDocument((len(whole) + 4).to_bytes(4, "little") + whole)
    raw(database["audit"]).delete_one({"_id": id_.decode(errors="replace")})
    raw(database["audit"]).insert_one(entry)

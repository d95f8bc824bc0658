"""Keep families, with what is personal in them encrypted.

Address, phone and national ids are ciphertext. A family is found by the keyed token of a national id or a phone, and by
words of its members' names, which stand in this database and nowhere else. One national id belongs to one family
in care at most; a closed family keeps its ids, and meets that rule again when it is reopened. While look-up keys rotate
a record bears a token of each version; :data:`TOKENED` tells the rotation how they come about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.crypto import Tokened
from contracts.policy import Scope
from contracts.text import index_terms
from services.referrals.answers import conflict, not_found
from services.referrals.families.domain import (
    Change,
    Consent,
    Family,
    Household,
    Member,
    Purpose,
    Standing,
    Status,
    What,
)
from services.referrals.families.national_id import NationalId
from services.referrals.sealing import Keys, Vault, seal, unseal
from services.referrals.views import within

COLLECTION = "families"
NATIONAL_ID, PHONE = "national_id", "phone"
TOKENS = {"national_ids": NATIONAL_ID, "phone_token": PHONE}
"""Where tokens stand, and the field whose look-up key makes them."""
MOST_TERMS = 3_000

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    COLLECTION: (
        IndexModel(
            [("national_ids", 1)],
            name="one_family_in_care",
            unique=True,
            partialFilterExpression={"status": "open", "national_ids": {"$exists": True}},
        ),
        IndexModel([("national_ids", 1)], name="national_ids", sparse=True),
        IndexModel([("phone_token", 1)], name="phone", sparse=True),
        IndexModel([("areas", 1), ("_id", -1)], name="area"),
        IndexModel([("names", 1)], name="names"),
    )
}


class FamilyStore:
    """Keep families. Methods that change return what is stored but its tokens; that version can be read of it again."""

    def __init__(self, database: Database[dict[str, Any]], vault: Vault) -> None:
        """Take the service's database and its vault."""
        self._families = database[COLLECTION]
        self._vault = vault

    def add(self, family: Family, session: ClientSession) -> dict[str, Any]:
        """Add a new family. Raises :class:`Conflict` (``national_id_taken``)."""
        document = self._document(family, self._vault.current(session))
        with _one_family_in_care():
            self._families.insert_one(document, session=session)
        return _without_tokens(document)

    def save(self, family: Family, session: ClientSession) -> dict[str, Any]:
        """Replace the version before this one.

        Raises :class:`Conflict`: ``changed_meanwhile`` where that is not the current one, or ``national_id_taken``.
        """
        document = self._document(family, self._vault.current(session))
        before = {"_id": family.id, "version": family.version - 1}
        with _one_family_in_care():
            replaced = self._families.replace_one(before, document, session=session)
        if not replaced.matched_count:
            raise conflict("changed_meanwhile", "version")
        return _without_tokens(document)

    def get(self, family_id: str, scope: Scope, session: ClientSession | None = None) -> Family:
        """Return a family, or raise :class:`NotFound` where there is none within reach."""
        document = self._families.find_one({"_id": family_id, **within(scope)}, session=session)
        if document is None:
            raise not_found("family")
        return self.read(document)

    def hold(self, family_id: str, session: ClientSession) -> None:
        """Let no change of the family commit beside this transaction: of the two one is run again, and sees the other.

        For what rests on a family as it was read, and writes something else; reading alone would meet no conflict.
        """
        self._families.update_one({"_id": family_id}, {"$inc": {"held": 1}}, session=session)

    def standing(self, family_id: str, session: ClientSession | None = None) -> Standing:
        """Return what a referral must know of its family: nothing is decrypted."""
        wanted = {"consents": 1, "language": 1, "_id": 0}
        document = self._families.find_one({"_id": family_id}, wanted, session=session)
        if document is None:
            raise not_found("family")
        return Standing(document["language"], tuple(map(_consent, document["consents"])))

    def tokens(self, field: str, normalised: str, session: ClientSession) -> list[str]:
        """Return what families are looked up by in a transaction: tokens of a national id, or of a phone in E.164."""
        return self._vault.current(session).tokens(field, normalised)

    def read(self, document: Mapping[str, Any]) -> Family:
        """Return the family that a stored document holds."""
        known = {name: document[name] for name in ("area", "language", "version", "registered_at", "last_modified")}
        return Family(
            id=document["_id"],
            areas=tuple(document["areas"]),
            address=unseal(self._vault, document["address"]),
            phone=unseal(self._vault, document["phone"]),
            household=Household(**document["household"]),
            members=tuple(map(self._read_member, document["members"])),
            consents=tuple(map(_consent, document["consents"])),
            status=Status(document["status"]),
            changes=tuple(map(_change, document["changes"])),
            **known,
        )

    def document(self, family: Family, session: ClientSession) -> dict[str, Any]:
        """Return a family as it is stored, but its tokens."""
        return _without_tokens(self._document(family, self._vault.current(session)))

    def _document(self, family: Family, keys: Keys) -> dict[str, Any]:
        document = asdict(family)
        document["_id"] = document.pop("id")
        document |= {
            "address": seal(keys, family.address),
            "phone": seal(keys, family.phone),
            "members": [self._member(member, keys) for member in family.members],
            "names": _names(family.members),
        }
        national_ids = [member.national_id.normalised for member in family.members if member.national_id]
        return document | {
            path: [token for value in values for token in keys.tokens(TOKENS[path], value)]
            for path, values in _by_path(national_ids, family.phone).items()
        }

    def _member(self, member: Member, keys: Keys) -> dict[str, Any]:
        document = asdict(member)
        document["birth_date"] = member.birth_date and member.birth_date.isoformat()
        if member.national_id:
            document["national_id"]["number"] = seal(keys, member.national_id.number)
        return document

    def _read_member(self, document: Mapping[str, Any]) -> Member:
        born, national_id = document["birth_date"], document["national_id"]
        if national_id:
            number = unseal(self._vault, national_id["number"])
            national_id = NationalId(national_id["country"], number, national_id["warning"])
        return Member(**{**document, "birth_date": born and date.fromisoformat(born), "national_id": national_id})


def _by_path(national_ids: list[str], phone: str) -> dict[str, list[str]]:
    """Return what a family can be looked up by; a path without values is left out, as sparse indexes want it."""
    by_path = {"national_ids": national_ids, "phone_token": [phone] if phone else []}
    return {path: values for path, values in by_path.items() if values}


def _looked_up_by(document: Mapping[str, Any], decrypt: Callable[[Any], str]) -> dict[str, list[str]]:
    ids = [member["national_id"] for member in document["members"] if member["national_id"]]
    national_ids = [NationalId(one["country"], decrypt(one["number"])).normalised for one in ids]
    return _by_path(national_ids, decrypt(document["phone"]) if document["phone"] else "")


TOKENED = Tokened(COLLECTION, TOKENS, ("phone", "members.national_id"), _looked_up_by)


def _without_tokens(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in TOKENS}


def _names(members: Iterable[Member]) -> list[str]:
    return index_terms(*(member.name for member in members), most=MOST_TERMS)


def _consent(document: Mapping[str, Any]) -> Consent:
    return Consent(**{**document, "purpose": Purpose(document["purpose"])})


def _change(document: Mapping[str, Any]) -> Change:
    return Change(**{**document, "what": What(document["what"]), "fields": tuple(document["fields"])})


@contextmanager
def _one_family_in_care() -> Iterator[None]:
    try:
        yield
    except DuplicateKeyError as error:
        raise conflict("national_id_taken", "members") from error

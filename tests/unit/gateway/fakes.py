"""Stand in for what is around the gateway: services that honour their contracts, clients, and imports."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, BinaryIO

import orjson

from chassis.errors import NotFound, TashbikError
from chassis.identity import Actor
from contracts.envelope import RpcContract
from contracts.policy import Role
from services.gateway.api.examples import (
    directory,
    families,
    imports,
    messages,
    needs,
    organizations,
    referrals,
    services,
    terms,
    webhooks,
)
from services.gateway.api.examples.case import ORGANIZATION_ID
from services.gateway.auth.clients import Client
from services.gateway.imports.domain import Creator, Finding, Import, Status

AREA, ORGANIZATION = "EG29", ORGANIZATION_ID
SECRET = "a-secret-of-the-tests"  # its hash is cheap on purpose: scrypt with a cost of 2
CHEAP_HASH = "scrypt$2$8$1$c2FsdHNhbHRzYWx0c2FsdA==$"

ANSWERS: dict[str, Any] = {
    "registry.register_organization": organizations.ORGANIZATION,
    "registry.change_organization": {**organizations.ORGANIZATION, "version": 2},
    "registry.remove_organization": organizations.REMOVED,
    "registry.get_organization": organizations.ORGANIZATION,
    "registry.get_organization_history": organizations.HISTORY,
    "registry.search_organizations": organizations.ORGANIZATIONS,
    "registry.register_service": services.SERVICE,
    "registry.change_service": {**services.SERVICE, "version": 2},
    "registry.remove_service": services.REMOVED,
    "registry.get_service": services.SERVICE,
    "registry.get_service_history": services.HISTORY,
    "registry.search_services": services.SERVICES,
    "registry.put_areas": directory.AREA_RESULTS,
    "registry.get_area_history": directory.AREA_HISTORY,
    "registry.put_term": terms.TERM,
    "registry.retire_term": {**terms.TERM, "version": 2, "retired": True},
    "registry.get_term": terms.TERM,
    "registry.get_term_history": terms.HISTORY,
    "registry.page_terms": terms.TERMS,
    "referrals.register_family": families.FAMILY,
    "referrals.change_family": {**families.FAMILY, "version": 2},
    "referrals.get_family": families.FAMILY,
    "referrals.list_families": families.FAMILIES,
    "referrals.look_up_family": families.FAMILIES_FOUND,
    "referrals.add_member": {**families.FAMILY, "version": 2},
    "referrals.record_consent": {**families.FAMILY, "version": 2},
    "referrals.withdraw_consent": {**families.FAMILY, "version": 3},
    "referrals.get_history": families.HISTORY,
    "referrals.register_need": needs.NEED,
    "referrals.get_need": needs.NEED,
    "referrals.list_needs": needs.NEEDS,
    "referrals.propose_agencies": needs.PROPOSALS,
    "referrals.list_referrals": referrals.REFERRALS,
    "referrals.get_referral": referrals.REFERRAL,
    "referrals.refer_family": referrals.REFERRAL,
    "notifications.list_messages": messages.MESSAGES,
    "notifications.get_message": messages.MESSAGE,
    "notifications.create_webhook": webhooks.CREATED,
    "notifications.list_webhooks": webhooks.WEBHOOKS,
    "notifications.get_webhook": webhooks.WEBHOOK,
    "notifications.change_webhook": webhooks.CHANGED,
    "notifications.remove_webhook": webhooks.REMOVED,
    "notifications.rotate_webhook": webhooks.ROTATED,
    "notifications.test_webhook": webhooks.TRIED,
    "notifications.list_deliveries": webhooks.DELIVERIES,
    "notifications.replay_deliveries": webhooks.REPLAYED,
}


@dataclass(frozen=True, slots=True)
class Made:
    """Hold one call that was made."""

    contract: RpcContract
    request: dict[str, Any]
    actor: Actor | None
    key: str
    if_version: int | None


@dataclass
class FakeServices:
    """Answer calls as the services do: the request must fit its contract, and so must the answer."""

    answers: dict[str, Any] = field(default_factory=lambda: dict(ANSWERS))
    made: list[Made] = field(default_factory=list)
    connected: bool = True

    @property
    def last(self) -> Made:
        """Return the call that was made last."""
        return self.made[-1]

    def call(
        self,
        contract: RpcContract,
        request: dict[str, Any],
        *,
        actor: Actor | None = None,
        key: str = "",
        if_version: int | None = None,
        traceparent: str = "",
    ) -> Any:
        """Return the answer that was laid down for the contract; one that is an error is raised."""
        assert bool(key) == contract.changes, "a changing call carries a key, and no other does"
        assert not (faults := contract.request().validate(orjson.loads(orjson.dumps(request)))), faults
        self.made.append(Made(contract, request, actor, key, if_version))
        answer = self.answers.get(contract.name, referrals.REFERRAL)
        if isinstance(answer, TashbikError):
            raise answer
        assert contract.response is None or not (faults := contract.response().validate(answer)), faults
        return answer


class FakeClients:
    """Find clients in memory: one of each role, named by it."""

    def __init__(self) -> None:
        """Make the clients."""
        self.clients = {str(role): client_of(role) for role in Role if role not in (Role.PUBLIC, Role.SERVICE)}
        self.asked = 0

    def find(self, id: str) -> Client | None:  # noqa: A002 - the field's name
        """Return the client, or None."""
        self.asked += 1
        return self.clients.get(id)


class FakeRebuilds:
    """Hold one rebuild."""

    rebuild: dict[str, Any] = {**directory.REBUILD, "_id": directory.REBUILD["id"]}  # noqa: RUF012 - never changed

    def request(self, actor: str, now: datetime, traceparent: str = "") -> dict[str, Any]:
        """Return the rebuild."""
        return self.rebuild

    def find(self, id: str) -> dict[str, Any] | None:  # noqa: A002 - the field's name
        """Return the rebuild where the id is its."""
        return self.rebuild if id == self.rebuild["_id"] else None


class FakeImports:
    """Hold imports in memory, as the store does for the API."""

    def __init__(self) -> None:
        """Start with none."""
        self.kept: dict[str, Import] = {}
        self.content = b""

    def create(self, content: BinaryIO, filename: str, creator: Creator, **options: Any) -> tuple[Import, bool]:
        """Keep an import under its key."""
        key, _ = options.pop("key"), options.pop("traceparent")
        self.content = content.read()
        made = Import(
            id=key,
            filename=filename,
            size=len(self.content),
            creator=creator,
            created_at=datetime(2026, 11, 2, tzinfo=UTC),
            **options,
        )
        return self.kept.setdefault(key, made), key not in self.kept

    def get(self, import_id: str, created_by: str = "") -> Import:
        """Return one, of one creator where that is given."""
        found = self.kept.get(import_id)
        if found is None or created_by not in ("", found.creator.id):
            raise NotFound("There is no such import.")
        return found

    def page(self, limit: int, after: str = "", created_by: str = "") -> tuple[list[Import], str]:
        """Return all of a creator."""
        return [one for one in self.kept.values() if created_by in ("", one.creator.id)][:limit], ""

    def rejections_page(
        self, import_id: str, limit: int, after: int = 0, *, warnings: bool = True
    ) -> tuple[list[Finding], int]:
        """Return one row, and that there are more."""
        row = imports.REJECTIONS["items"][0]
        return [Finding(row["row"], row["rejected"], tuple(row["problems"]))], row["row"]

    def cancel(self, import_id: str, actor: Creator, traceparent: str = "") -> Import:
        """End it."""
        self.kept[import_id] = self.kept[import_id].move(Status.CANCELLED, datetime(2026, 11, 2, tzinfo=UTC))
        return self.kept[import_id]


class Clock:
    """Tell a time that a test moves."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        """Start at a moment."""
        self.now = now

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def client_of(role: Role) -> Client:
    """Return a client of a role, bound to the area and organization of the tests, whose secret is :data:`SECRET`."""
    made = datetime(2026, 11, 1, tzinfo=UTC)
    return Client(str(role), f"Test {role}", role, ORGANIZATION, AREA, cheap_hash(), made)


def cheap_hash() -> str:
    """Return the hash of :data:`SECRET` at the lowest cost, so that tests do not wait for it."""
    salt = base64.b64decode("c2FsdHNhbHRzYWx0c2FsdA==")
    digest = hashlib.scrypt(SECRET.encode(), salt=salt, n=2, r=8, p=1, dklen=32)
    return CHEAP_HASH + base64.b64encode(digest).decode()

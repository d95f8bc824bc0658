"""Call the referrals service as its users do, without a broker: request, policy, command and answer are real."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import orjson
from bson import encode
from pymongo.database import Database

from chassis import clock
from chassis.errors import TashbikError
from chassis.identity import Actor
from chassis.ids import new_id
from chassis.rpc import Call
from contracts.policy import reach_of, scope_of
from contracts.referrals import CALLS
from services.referrals.desk import Desk
from services.referrals.service import Referrals
from tests.outboxes import envelopes

WORKER = Actor("worker-1", "case_worker", area="EG2901")
OFFICER = Actor("officer-1", "officer", area="EG29")
STRANGER = Actor("worker-2", "case_worker", area="EG2904")
AUDITOR = Actor("auditor-1", "auditor")
IHSAN = Actor("ihsan-1", "association", organization="ihsan")
RAHMA = Actor("rahma-1", "association", organization="rahma")
ITSELF = Actor("notifications", "service")

CONTRACTS = {contract.method: contract for contract in CALLS}
NATIONAL_ID = "29105020100021"
PHONE = "01001234567"
ADDRESS = "شارع الجمهورية، بجوار المسجد العمري"
HOME = [32.7182, 26.1551]
NOTE = "ثلاجة وموقد، والأم مريضة بالسكري"

FATMA = {
    "given_name": "فاطمة",
    "family_name": "عبد الرحيم",
    "sex": "female",
    "birth_date": "1991-05-02",
    "relationship": "head",
    "national_id": NATIONAL_ID,
}
AHMAD = {"given_name": "أحمد", "sex": "male", "birth_date": "2016-07-01", "relationship": "child"}
BOTH_CONSENTS = [{"purpose": "referral"}, {"purpose": "messages"}]


def a_family(**fields: Any) -> dict[str, Any]:
    """Return a request that registers a family in Qena."""
    known = {
        "area": "EG2901",
        "address": ADDRESS,
        "phone": PHONE,
        "members": [FATMA, AHMAD],
        "consents": BOTH_CONSENTS,
    }
    return known | fields


class World:
    """Call as anyone, on one database."""

    def __init__(self, desk: Desk, database: Database[dict[str, Any]]) -> None:
        """Take what commands work with, and the database to look into."""
        self.desk = desk
        self.database = database

    def call(
        self,
        method: str,
        request: dict[str, Any],
        actor: Actor = WORKER,
        *,
        key: str = "",
        if_version: int | None = None,
    ) -> Any:
        """Make one call and return its answer as JSON types; the answer must fit its contract, with nothing missing."""
        contract = CONTRACTS[method]
        reach = reach_of(contract.name, actor.role)
        assert reach is not None, f"{actor.role} may not call {contract.name}"
        scope = scope_of(reach, actor=actor.label, organization=actor.organization, area=actor.area)
        assert scope is not None
        call = Call(
            request=contract.request().load(request),
            actor=actor,
            scope=scope,
            deadline=clock.now() + timedelta(seconds=10),
            operation=contract.name,
            key=f"{actor.label}|{key or new_id()}",
            if_version=if_version,
        )
        answer = orjson.loads(orjson.dumps(getattr(Referrals, method)(SimpleNamespace(desk=self.desk), call)))
        assert contract.response is not None
        schema = contract.response()
        assert not schema.validate(answer)
        assert set(answer) == set(schema.fields)
        return answer

    def family(self, **fields: Any) -> dict[str, Any]:
        """Register a family."""
        return self.call("register_family", a_family(**fields))

    def another_family(self, **fields: Any) -> dict[str, Any]:
        """Register a family that shares no national id with others."""
        return self.family(**{"members": [FATMA | {"national_id": ""}]} | fields)

    def need(self, family: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """Register a need of household goods."""
        wanted = {"subject": "household_goods", "urgency": "high", "note": NOTE, "point": HOME}
        known = {"family": family["id"], **wanted}
        return self.call("register_need", known | fields)

    def referral(self, organization: str = "ihsan", **fields: Any) -> dict[str, Any]:
        """Refer a new need of a new family."""
        need = self.need(self.another_family())
        return self.refer(need, organization, **fields)

    def refer(self, need: dict[str, Any], organization: str = "ihsan", **fields: Any) -> dict[str, Any]:
        """Refer a need."""
        return self.call("refer_family", {"need": need["id"], "organization": organization} | fields)

    def accepted(self, **fields: Any) -> dict[str, Any]:
        """Return a referral that its agency has accepted."""
        return self.call("accept_referral", {"id": self.referral(**fields)["id"]}, IHSAN)

    def at_work(self) -> dict[str, Any]:
        """Return a referral of which a service is reported."""
        report = {"id": self.accepted()["id"], "description": "ثلاجة", "quantity": 1}
        return self.call("report_service", report, IHSAN)

    def events(self, kind: str = "referral") -> list[dict[str, Any]]:
        """Return the envelopes of all events of a kind that were emitted, oldest first."""
        found = envelopes(self.database, {"type": f"tashbik.referrals.{kind}.changed.v1"})
        return sorted(found, key=lambda event: event["time"])

    def audit(self, record: str) -> list[tuple[str, str]]:
        """Return who did what to a record."""
        return [(entry["actor"], entry["action"]) for entry in self.database["audit"].find({"record": record})]

    def raw(self, collections: Iterable[str] = ()) -> bytes:
        """Return every byte that collections hold, or all but the keys'."""
        names = collections or set(self.database.list_collection_names()) - {"vault", "vault_look_ups", "vault_state"}
        return b"".join(encode(document) for name in names for document in self.database[name].find())


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """Run actions in threads of their own and return what each returned or raised of our errors."""

    def outcome(action: Callable[[], Any]) -> Any:
        try:
            return action()
        except TashbikError as error:
            return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(outcome, actions))


def codes(outcomes: Iterable[Any]) -> list[str]:
    """Return ``ok`` for each success, and the first problem's code for each error, sorted."""
    return sorted(
        (outcome.problems[0]["code"] if outcome.problems else outcome.code)
        if isinstance(outcome, TashbikError)
        else "ok"
        for outcome in outcomes
    )


def code_of(raised: Any) -> str:
    """Return the code of the first problem of an error that pytest caught."""
    code: str = raised.value.problems[0]["code"]
    return code

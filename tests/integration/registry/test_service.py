"""Prove the registry as its neighbours meet it: a process that is called over the broker and publishes events."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest
from kombu import Connection

from chassis import parcels
from chassis.config import Config
from chassis.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from chassis.identity import Actor
from chassis.ids import new_id
from chassis.rpc_client import RpcClient, connect
from cli.process import wait_until
from contracts import registry as contract
from contracts.envelope import RpcContract
from tests.integration.registry.house import OFFICER, OPERATOR, QENA
from tests.parts import Broker, child, fresh_vhost

AUDITOR = Actor("auditor-1", "auditor")
REFERRALS = Actor("referrals", "service")
QUEUE = "projector.on_directory_event"


@dataclass
class Neighbour:
    """Call a running registry, and see that each answer is what the contract says."""

    client: RpcClient
    broker: Broker

    def ask(self, kind: RpcContract, actor: Actor = OPERATOR, **options: Any) -> Any:
        request = options.pop("request", {})
        key = options.pop("key", new_id() if kind.changes else "")
        answer = self.client.call(kind, request, actor=actor, key=key, **options)
        assert kind.response is not None
        assert kind.response().validate(answer) == {}
        return answer

    def register(self, **organization: Any) -> Any:
        return self.ask(contract.REGISTER_ORGANIZATION, request={"organization": organization})

    def published(self) -> list[dict[str, Any]]:
        """Take what waits for the projector."""
        with Connection(self.broker.amqp_url) as connection:
            channel = connection.channel()
            messages = iter(lambda: channel.basic_get(QUEUE, no_ack=True), None)
            return [orjson.loads(part.body) for message in messages for part in parcels.opened(message)]


@pytest.fixture(scope="module")
def neighbour(config: Config, broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbour]:
    """Give a registry of the module's own, with the areas of Qena."""
    with fresh_vhost(broker) as own:
        prefix = f"{config.database_prefix}_{secrets.token_hex(3)}"
        settings = replace(config, amqp_url=own.amqp_url, database_prefix=prefix)
        folder = tmp_path_factory.mktemp("registry")
        with child(settings, "-m", "chassis.run", "services.registry.service:Registry", name="registry", log=folder):
            client = connect(settings, "gateway")
            made = Neighbour(client, own)
            made.ask(contract.PUT_AREAS, request={"areas": QENA})
            yield made
            client.stop()


def test_registered_organization_is_answered_and_read(neighbour):
    made = neighbour.register(name="جمعية القراءة", area="قنا", phones=[{"number": "01001234567"}])

    assert (made["version"], made["areas"]) == (1, ["EG", "EG29", "EG2901"])
    assert neighbour.ask(contract.GET_ORGANIZATION, request={"id": made["id"]}) == made


def test_repeated_call_answers_the_version_it_made(neighbour):
    request = {"organization": {"name": "جمعية التكرار", "area": "EG2901"}}
    first = neighbour.ask(contract.REGISTER_ORGANIZATION, request=request, key="repeat-1")
    change = {"id": first["id"], "organization": {"members_count": 9}}
    neighbour.ask(contract.CHANGE_ORGANIZATION, request=change, if_version=1)

    assert neighbour.ask(contract.REGISTER_ORGANIZATION, request=request, key="repeat-1") == first


def test_key_of_another_request_is_refused(neighbour):
    neighbour.ask(contract.REGISTER_ORGANIZATION, request={"organization": {"name": "جمعية أولى"}}, key="reuse-1")

    with pytest.raises(Invalid) as refused:
        neighbour.ask(contract.REGISTER_ORGANIZATION, request={"organization": {"name": "جمعية ثانية"}}, key="reuse-1")

    assert refused.value.problems[0]["code"] == "idempotency_key_reused"


def test_old_version_is_refused(neighbour):
    made = neighbour.register(name="جمعية النسخ")
    change = {"id": made["id"], "organization": {"members_count": 9}}
    neighbour.ask(contract.CHANGE_ORGANIZATION, request=change, if_version=1)

    with pytest.raises(PreconditionFailed):
        neighbour.ask(contract.CHANGE_ORGANIZATION, request=change, if_version=1)


def test_errors_cross_with_their_codes(neighbour):
    with pytest.raises(Invalid) as refused:
        neighbour.register(name="جمعية", phones=[{"number": "لا يوجد"}], capabilities=[{"subject": "food"}] * 2)
    with pytest.raises(Invalid) as malformed:
        neighbour.register(name="جمعية", organization_type="club", colour="green")

    assert [problem["code"] for problem in refused.value.problems] == ["not_a_phone"]
    assert {problem["field"]: problem["code"] for problem in malformed.value.problems} == {
        "organization.organization_type": "not_a_choice",
        "organization.colour": "unknown_field",
    }


@pytest.mark.parametrize(
    ("kind", "actor", "request_"),
    [
        (contract.REGISTER_ORGANIZATION, AUDITOR, {"organization": {"name": "جمعية"}}),
        (contract.REMOVE_ORGANIZATION, OFFICER, {"id": "org-1"}),
        (contract.PUT_AREAS, OFFICER, {"areas": QENA}),
        (contract.FIND_AGENCIES, OPERATOR, {"subject": "food", "area": "EG2901"}),
    ],
    ids=["register", "remove", "areas", "agencies"],
)
def test_role_without_right_is_refused(neighbour, kind, actor, request_):
    with pytest.raises(Forbidden):
        neighbour.ask(kind, actor, request=request_)


def test_officer_registers_in_own_area_only(neighbour):
    request = {"organization": {"name": "جمعية بعيدة", "area": "EG2902"}}

    with pytest.raises(Forbidden) as refused:
        neighbour.ask(contract.REGISTER_ORGANIZATION, OFFICER, request=request)

    assert refused.value.problems[0]["code"] == "outside_area"


def test_removed_organization_is_gone_and_told(neighbour):
    made = neighbour.register(name="جمعية الخطأ")

    gone = neighbour.ask(contract.REMOVE_ORGANIZATION, request={"id": made["id"]}, if_version=1)

    assert gone == {"id": made["id"], "version": 2, "removed": True}
    with pytest.raises(NotFound):
        neighbour.ask(contract.GET_ORGANIZATION, request={"id": made["id"]})
    with pytest.raises(NotFound):
        neighbour.ask(contract.GET_AGENCY, REFERRALS, request={"id": made["id"]})


def test_batch_of_500_goes_in_at_once(neighbour):
    rows = [
        {"row": number, "organization": {"name": f"جمعية رقم {number}", "external_id": str(number), "area": "EG2902"}}
        for number in range(1, 501)
    ]
    request = {"import": "import-1", "number": 0, "rows": rows}

    first = neighbour.ask(contract.PUT_ORGANIZATIONS, request=request, key="import-1:0")
    again = neighbour.ask(contract.PUT_ORGANIZATIONS, request=request, key="import-1:0")

    assert {one["outcome"] for one in first["results"]} == {"created"}
    assert again == first


def test_batch_of_wrong_rows_is_answered_whole(neighbour):
    wrong = {"name": "جمعية", "phones": [{"number": "لا يوجد"}] * 10, "colour": "green"}
    rows = [{"row": number, "organization": wrong} for number in range(1, 501)]

    answer = neighbour.ask(
        contract.PUT_ORGANIZATIONS, request={"import": "import-2", "number": 0, "dry_run": True, "rows": rows}
    )

    assert [one["outcome"] for one in answer["results"]] == ["rejected"] * 500
    assert all(one["problems"] for one in answer["results"])


def test_importer_is_bound_to_its_creators_area(neighbour):
    rows = [
        {"row": 1, "organization": {"name": "جمعية من قنا"}},
        {"row": 2, "organization": {"name": "جمعية من أبو تشت", "area": "EG2902"}},
    ]
    request = {"import": "import-4", "number": 0, "within": "EG2901", "rows": rows}

    results = neighbour.ask(contract.PUT_ORGANIZATIONS, Actor("importer", "service"), request=request)["results"]

    assert [one["outcome"] for one in results] == ["created", "rejected"]
    assert results[1]["problems"][0]["code"] == "outside_area"


def test_officer_cannot_widen_own_area(neighbour):
    rows = [{"row": 1, "organization": {"name": "جمعية من أبو تشت", "area": "EG2902"}}]
    request = {"import": "import-5", "number": 0, "within": "EG2902", "rows": rows}

    results = neighbour.ask(contract.PUT_ORGANIZATIONS, OFFICER, request=request)["results"]

    assert results[0]["problems"][0]["code"] == "outside_area"


def test_larger_batch_is_refused(neighbour):
    rows = [{"row": number, "organization": {"name": "جمعية"}} for number in range(1, 502)]

    with pytest.raises(Invalid) as refused:
        neighbour.ask(contract.PUT_ORGANIZATIONS, request={"import": "import-3", "number": 0, "rows": rows})

    assert refused.value.problems[0]["code"] == "too_many"


def test_service_is_registered_changed_and_removed(neighbour):
    owner = neighbour.register(name="جمعية الخدمات", area="EG2901")
    wanted = {"name": "علاج شهري", "subjects": ["health"], "phones": [{"number": "01001234567"}]}
    own = Actor("client-1", "association", organization=owner["id"])

    made = neighbour.ask(contract.REGISTER_SERVICE, own, request={"organization_id": owner["id"], "service": wanted})
    changed = neighbour.ask(
        contract.CHANGE_SERVICE, request={"id": made["id"], "service": {"status": "inactive"}}, if_version=1
    )
    found = neighbour.ask(contract.SEARCH_SERVICES, own, request={"q": "علاج"})
    gone = neighbour.ask(contract.REMOVE_SERVICE, OFFICER, request={"id": made["id"]}, if_version=2)

    assert (made["version"], made["areas"]) == (1, ["EG", "EG29", "EG2901"])
    assert found["items"] == [changed]
    assert gone == {"id": made["id"], "version": 3, "removed": True}
    with pytest.raises(NotFound):
        neighbour.ask(contract.GET_SERVICE, AUDITOR, request={"id": made["id"]})


def test_repeated_registration_answers_the_version_it_made(neighbour):
    owner = neighbour.register(name="جمعية الخدمات المكررة", area="EG2901")
    request = {"organization_id": owner["id"], "service": {"name": "علاج شهري"}}
    first = neighbour.ask(contract.REGISTER_SERVICE, request=request, key="repeat-2")
    neighbour.ask(contract.CHANGE_SERVICE, request={"id": first["id"], "service": {"alert": "مغلق"}}, if_version=1)

    assert neighbour.ask(contract.REGISTER_SERVICE, request=request, key="repeat-2") == first


def test_services_are_put_and_paged(neighbour):
    owner = neighbour.register(name="جمعية القوائم", area="EG2901")
    rows = [
        {"row": number, "service": {"organization_id": owner["id"], "name": f"خدمة {number}"}}
        for number in range(1, 201)
    ]
    request = {"import": "import-7", "number": 0, "rows": rows}

    tried = neighbour.ask(contract.PUT_SERVICES, request={**request, "dry_run": True})["results"]
    put = neighbour.ask(contract.PUT_SERVICES, Actor("importer", "service"), request=request)["results"]
    page = neighbour.ask(contract.PAGE_SERVICES, REFERRALS, request={"limit": 200})

    assert {(one["outcome"], one["id"]) for one in tried} == {("created", "")}
    assert {one["outcome"] for one in put} == {"created"}
    assert {one["id"] for one in put} & {one["id"] for one in page["items"]}


def test_pages_lead_through_the_register(neighbour):
    for number in range(3):
        neighbour.register(name=f"جمعية الصفحات {number}")
    seen, after = [], ""

    while True:
        page = neighbour.ask(contract.PAGE_ORGANIZATIONS, REFERRALS, request={"limit": 2, "after": after})
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
        if not after or len(seen) > 2000:
            break

    assert len(seen) == len(set(seen)) >= 3


def test_areas_are_answered(neighbour):
    page = neighbour.ask(contract.PAGE_AREAS, REFERRALS, request={"outlines": False})
    county = neighbour.ask(contract.GET_AREA, REFERRALS, request={"id": "EG2901"})

    assert [area["id"] for area in page["items"]] == ["EG", "EG28", "EG29", "EG2901", "EG2902"]
    assert (county["path"], county["centre"]) == (["EG", "EG29", "EG2901"], [32.75, 26.15])
    with pytest.raises(Conflict):
        neighbour.ask(contract.PUT_AREAS, request={"areas": [{**QENA[2], "level": "locality"}]})


def test_agencies_are_found_and_read(neighbour):
    made = neighbour.register(
        name="مطبخ الخير",
        email="info@example.org",
        capabilities=[{"subject": "food", "capacity": 40}],
        locations=[{"latitude": 26.15, "longitude": 32.75}],
    )

    found = neighbour.ask(
        contract.FIND_AGENCIES, REFERRALS, request={"subject": "food", "area": "EG2901", "point": [32.75, 26.16]}
    )
    agency = neighbour.ask(contract.GET_AGENCY, REFERRALS, request={"id": made["id"]})

    assert [(one["id"], one["capacity"]) for one in found["agencies"]] == [(made["id"], 40)]
    assert 1100 < found["agencies"][0]["distance_m"] < 1120
    assert (agency["email"], agency["status"]) == ("info@example.org", "active")


def test_register_is_searched(neighbour):
    made = neighbour.register(name="جمعية الإحسان", area="EG2901")

    found = neighbour.ask(contract.SEARCH_ORGANIZATIONS, OFFICER, request={"q": "جمعيه احسان"})

    assert [one["id"] for one in found["items"]] == [made["id"]]


def test_events_wait_for_a_projector_that_never_ran(neighbour):
    made = neighbour.register(name="جمعية الحدث", area="EG2901")
    neighbour.ask(contract.REMOVE_ORGANIZATION, request={"id": made["id"]})
    seen: list[dict[str, Any]] = []

    def both() -> bool:
        seen.extend(event for event in neighbour.published() if event["subject"] == made["id"])
        return len(seen) >= 2

    wait_until(both, "both events", 20)
    assert [(event["subjectversion"], event["data"].get("removed", False)) for event in seen] == [(1, False), (2, True)]
    assert seen[0]["data"] == made


def test_history_crosses_whole_for_those_who_may(neighbour):
    owner = neighbour.register(name="جمعية التاريخ", area="EG2901")
    neighbour.ask(
        contract.CHANGE_ORGANIZATION,
        OFFICER,
        request={"id": owner["id"], "organization": {"members_count": 9}},
        if_version=1,
    )
    service = neighbour.ask(
        contract.REGISTER_SERVICE, request={"organization_id": owner["id"], "service": {"name": "علاج"}}
    )

    first = neighbour.ask(contract.GET_ORGANIZATION_HISTORY, AUDITOR, request={"id": owner["id"], "limit": 1})
    last = neighbour.ask(
        contract.GET_ORGANIZATION_HISTORY, AUDITOR, request={"id": owner["id"], "after": first["next"]}
    )
    of_service = neighbour.ask(contract.GET_SERVICE_HISTORY, OFFICER, request={"id": service["id"]})

    assert [one["updated_by"] for one in (*first["items"], *last["items"])] == [
        "officer:officer-1",
        "operator:operator-1",
    ]
    assert (first["next"], last["next"]) == ("2", "")
    assert [one["operation"] for one in of_service["items"]] == ["registry.register_service"]
    with pytest.raises(Forbidden):
        neighbour.ask(
            contract.GET_ORGANIZATION_HISTORY, Actor("w-1", "case_worker", area="EG2901"), request={"id": owner["id"]}
        )

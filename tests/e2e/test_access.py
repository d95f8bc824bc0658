"""Walk every route with every role, in reach and out of it."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.ids import new_id
from contracts.policy import POLICY, Reach, Role, reach_of
from tests.e2e.client import Client, Json
from tests.e2e.people import WORDS
from tests.e2e.routes import Routes, routes_of
from tests.e2e.world import COUNTY, OTHER_COUNTY, World, soon

CALLERS = tuple(role for role in Role if role is not Role.SERVICE)
REFUSED = (401, 403)
BOUNDED = (Reach.AREA, Reach.ORGANIZATION)


@pytest.fixture(scope="module")
def routes(world: World) -> Routes:
    """Give every route, and the row of the policy that it is."""
    return routes_of(world.public.get("/openapi.json"))


@pytest.fixture(scope="module")
def callers(world: World, housing: Json, agency: Client) -> dict[Role, Client]:
    """Give a client of each role."""
    return {
        Role.OPERATOR: world.operator,
        Role.OFFICER: world.officer,
        Role.CASE_WORKER: world.worker,
        Role.ASSOCIATION: agency,
        Role.AUDITOR: world.auditor,
        Role.PUBLIC: world.public,
    }


# Routes


@pytest.mark.parametrize("role", CALLERS)
def test_route_obeys_policy(routes: Routes, callers: dict[Role, Client], role: Role):
    assert wrongly_answered(routes, callers[role], role) == []


def test_every_operation_has_a_route(routes: Routes):
    for_people = {name for name, row in POLICY.items() if set(row) != {Role.SERVICE}}

    imported = {"registry.put_organizations", "registry.put_services"}
    assert for_people - {operation.name for operation in routes.values()} == imported


def wrongly_answered(routes: Routes, caller: Client, role: Role) -> list[tuple[str, str, int]]:
    """Return each route that lets a caller of a role do what it may not, or not what it may, with its status."""
    wrong = []
    for (method, path), operation in routes.items():
        body = {} if method in ("POST", "PATCH") else None
        status = caller.send(method, _filled(path), body, match="*").status_code
        allowed = reach_of(operation.name, role) is not None
        if (status in REFUSED) == allowed and path != "/oauth/token":
            wrong.append((method, path, status))
    return wrong


def _filled(path: str, **ids: str) -> str:
    for name in ("id", "consent", "name"):
        path = path.replace(f"{{{name}}}", ids.get(name) or new_id())
    return path


# Reach

REASON = {"reason": WORDS["rejection"]}
FAMILY_ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "/families/{id}", None),
    ("PATCH", "/families/{id}", {"language": "fa"}),
    ("POST", "/families/{id}/members", {"given_name": "زمردة", "relationship": "child"}),
    ("POST", "/families/{id}/consents", {"purpose": "messages"}),
    ("POST", "/families/{id}/consents/{consent}/withdraw", None),
    ("POST", "/families/{id}/needs", {"subject": "housing"}),
    ("GET", "/families/{id}/history", None),
]
NEED_ROUTES: list[tuple[str, str, Any]] = [("GET", "/needs/{id}", None), ("GET", "/needs/{id}/proposals", None)]
REFERRAL_ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "/referrals/{id}", None),
    ("POST", "/referrals/{id}/send", None),
    ("POST", "/referrals/{id}/revoke", REASON),
    ("POST", "/referrals/{id}/accept", None),
    ("POST", "/referrals/{id}/reject", REASON),
    ("POST", "/referrals/{id}/report-service", {"description": WORDS["service"]}),
    ("POST", "/referrals/{id}/complete", {"outcome": "successful"}),
    ("POST", "/referrals/{id}/return", REASON),
    ("POST", "/referrals/{id}/refer-onward", {**REASON, "organization": "another"}),
]
ORGANIZATION_ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "/register/organizations/{id}", None),
    ("GET", "/organizations/{id}/history", None),
    ("PATCH", "/organizations/{id}", {"members_count": 7}),
    ("POST", "/organizations/{id}/services", {"name": "خدمة"}),
]
SERVICE_ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "/register/services/{id}", None),
    ("GET", "/services/{id}/history", None),
    ("PATCH", "/services/{id}", {"alert": "مغلق"}),
    ("POST", "/services/{id}/remove", None),
]


@pytest.fixture(scope="module")
def other_agency(world: World) -> Client:
    """Give a client of another organization, in another county."""
    return world.association(world.organization(locations=[{"area": OTHER_COUNTY}])["id"])


@pytest.fixture(scope="module")
def case(world: World, housing: Json) -> Json:
    """Refer a family, and return the ids of all that there is then."""
    family = world.family()
    referral = world.referral(housing["id"], family)
    ids = {"family": family["id"], "consent": family["consents"][0]["id"], "phone": family["phone"]}
    service = world.officer.post(f"/organizations/{housing['id']}/services", {"name": "ترميم المساكن"})
    of_agency = {"organization": housing["id"], "service": service["id"]}
    return {**ids, "need": referral["need"], "referral": referral["id"], **of_agency}


def test_every_bounded_route_is_tried(routes: Routes):
    tried = [*FAMILY_ROUTES, *NEED_ROUTES, *REFERRAL_ROUTES, *ORGANIZATION_ROUTES, *SERVICE_ROUTES]

    bounded = {
        route
        for route, operation in routes.items()
        if "{" in route[1] and any(reach in BOUNDED for reach in operation.roles.values())
    }
    assert bounded == {(method, path) for method, path, _ in tried}


@pytest.mark.parametrize("who", ["far_worker", "far_officer"])
@pytest.mark.parametrize(
    ("kind", "tries"), [("family", FAMILY_ROUTES), ("need", NEED_ROUTES), ("referral", REFERRAL_ROUTES[:3])]
)
def test_case_of_other_area_does_not_exist(
    world: World, case: Json, who: str, kind: str, tries: list[tuple[str, str, Any]]
):
    stranger: Client = getattr(world, who)

    answers = {
        path: stranger.send(method, _filled(path, id=case[kind], consent=case["consent"]), body, match="*").status_code
        for method, path, body in tries
    }

    assert set(answers.values()) == {404}, answers


@pytest.mark.parametrize(("method", "path", "body"), [REFERRAL_ROUTES[0], *REFERRAL_ROUTES[3:]])
def test_referral_of_other_organization_does_not_exist(
    other_agency: Client, case: Json, method: str, path: str, body: Any
):
    assert other_agency.send(method, _filled(path, id=case["referral"]), body).status_code == 404


@pytest.mark.parametrize(("kind", "tries"), [("organization", ORGANIZATION_ROUTES), ("service", SERVICE_ROUTES)])
def test_record_out_of_reach_does_not_exist(
    world: World, other_agency: Client, case: Json, kind: str, tries: list[tuple[str, str, Any]]
):
    for stranger in (other_agency, world.far_officer):
        for method, path, body in tries:
            answer = stranger.send(method, _filled(path, id=case[kind]), body, match="*")
            assert answer.status_code == 404, (method, path)


def test_nothing_out_of_reach_was_changed(world: World, case: Json):
    assert world.worker.get(f"/families/{case['family']}")["version"] == 1
    assert world.worker.get(f"/referrals/{case['referral']}")["status"] == "sent"


def test_own_reach_has_all_of_it(world: World, agency: Client, case: Json):
    assert world.worker.send("GET", f"/families/{case['family']}").status_code == 200
    assert world.officer.send("GET", f"/needs/{case['need']}").status_code == 200
    assert agency.send("GET", f"/referrals/{case['referral']}").status_code == 200
    assert agency.send("GET", f"/register/organizations/{case['organization']}").status_code == 200
    assert agency.send("GET", f"/register/services/{case['service']}").status_code == 200
    assert agency.get(f"/organizations/{case['organization']}/history")["items"][-1]["last_action_type"] == "create"
    assert agency.get(f"/services/{case['service']}/history")["items"][0]["updated_by"].startswith("officer:")
    assert world.auditor.get(f"/areas/{COUNTY}/history")["items"][-1]["operation"] == "registry.put_areas"


def test_lists_hold_only_what_is_in_reach(world: World, agency: Client, other_agency: Client, case: Json):
    for path, id_ in (
        ("/families", case["family"]),
        ("/needs", case["need"]),
        ("/referrals", case["referral"]),
    ):
        assert id_ in [one["id"] for one in world.worker.items(path)]
        assert id_ not in [one["id"] for one in world.far_worker.items(path)]
    assert case["referral"] in [one["id"] for one in agency.items("/referrals")]
    assert other_agency.items("/referrals") == []


def test_look_up_finds_only_what_is_in_reach(world: World, case: Json):
    by_phone = {"phone": case["phone"]}

    assert len(world.worker.post("/families/look-up", by_phone)["items"]) == 1
    assert world.far_worker.post("/families/look-up", by_phone)["items"] == []


def test_need_of_other_area_cannot_be_referred(world: World, case: Json):
    asked = {"need": case["need"], "organization": case["organization"]}

    assert world.far_worker.send("POST", "/referrals", asked).status_code == 404


def test_family_of_other_area_cannot_be_registered(world: World):
    family = world.people.family(COUNTY)

    assert world.far_worker.send("POST", "/families", family).status_code in (403, 422)


def test_organization_of_other_area_cannot_be_registered(world: World):
    fields = {"name": "جمعية خارج النطاق", "area": COUNTY}

    assert world.far_officer.send("POST", "/organizations", fields).status_code in (403, 422)


def test_import_is_its_makers(world: World):
    files = {"file": ("own.csv", "اسم الجمعية,المركز\nجمعية المستورد,نقادة\n".encode())}
    made = world.far_officer.post("/imports", files=files)

    assert world.far_officer.send("GET", f"/imports/{made['id']}").status_code == 200
    assert world.officer.send("GET", f"/imports/{made['id']}").status_code == 404
    assert world.auditor.send("GET", f"/imports/{made['id']}").status_code == 200


def test_import_reaches_no_further_than_its_maker(world: World):
    files = {"file": ("beyond.csv", "اسم الجمعية,المركز\nجمعية وراء الحد,دشنا\n".encode())}
    made = world.far_officer.post("/imports", files=files)

    path = f"/imports/{made['id']}"
    soon(lambda: world.far_officer.get(path)["status"] == "completed", "the import")
    assert world.far_officer.get(path)["counts"]["rejected"] == 1


def test_trail_tells_who_imported(world: World):
    made = world.far_officer.post("/imports", files={"file": ("traced.csv", "اسم الجمعية,المركز\n".encode())})

    entry = world.database("gateway").audit.find_one({"record": made["id"]})

    assert entry
    assert (entry["actor"], entry["action"]) == (f"{Role.OFFICER}:{world.far_officer.id}", "import.created")
    assert entry["traceparent"]


def test_agency_sees_no_family(agency: Client, case: Json):
    seen = agency.get(f"/referrals/{case['referral']}")

    assert seen["family"] == ""
    assert agency.send("GET", f"/families/{case['family']}").status_code == 403


def test_auditor_sees_no_phone(world: World, case: Json):
    seen = world.auditor.get(f"/families/{case['family']}")

    assert (seen["phone"], seen["address"]) == ("", "")
    assert {member["national_id"] for member in seen["members"]} == {""}

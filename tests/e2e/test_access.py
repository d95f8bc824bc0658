"""Walk every route and every call with every role, in reach and out of it, and try every token that should not do."""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from chassis import rpc_client
from chassis.errors import Forbidden, Unauthenticated
from chassis.identity import Actor
from chassis.ids import new_id
from chassis.rpc_client import RpcClient
from contracts.catalogue import CALLS
from contracts.envelope import RpcContract
from contracts.policy import POLICY, Reach, Role, reach_of
from services.gateway.auth.tokens import ALGORITHM, TYPE, read_key
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
def test_route_obeys_policy(routes: Routes, callers: dict[Role, Client], world: World, role: Role):
    wrong = []
    for (method, path), operation in routes.items():
        body = {} if method in ("POST", "PATCH") else None
        status = callers[role].send(method, _filled(path), body, match="*").status_code
        allowed = reach_of(operation.name, role) is not None
        if (status in REFUSED) == allowed and path != "/oauth/token":
            wrong.append((method, path, status))

    assert wrong == []


def test_every_operation_has_a_route(routes: Routes):
    for_people = {name for name, row in POLICY.items() if set(row) != {Role.SERVICE}}

    assert for_people - {operation.name for operation in routes.values()} == {"registry.put_organizations"}


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
    ("PATCH", "/organizations/{id}", {"members_count": 7}),
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
    return {**ids, "need": referral["need"], "referral": referral["id"], "organization": housing["id"]}


def test_every_bounded_route_is_tried(routes: Routes):
    tried = [*FAMILY_ROUTES, *NEED_ROUTES, *REFERRAL_ROUTES, *ORGANIZATION_ROUTES]

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


def test_organization_out_of_reach_does_not_exist(world: World, other_agency: Client, case: Json):
    for stranger in (other_agency, world.far_officer):
        for method, path, body in ORGANIZATION_ROUTES:
            answer = stranger.send(method, _filled(path, id=case["organization"]), body, match="*")
            assert answer.status_code == 404, (method, path)


def test_nothing_out_of_reach_was_changed(world: World, case: Json):
    assert world.worker.get(f"/families/{case['family']}")["version"] == 1
    assert world.worker.get(f"/referrals/{case['referral']}")["status"] == "sent"


def test_own_reach_has_all_of_it(world: World, agency: Client, case: Json):
    assert world.worker.send("GET", f"/families/{case['family']}").status_code == 200
    assert world.officer.send("GET", f"/needs/{case['need']}").status_code == 200
    assert agency.send("GET", f"/referrals/{case['referral']}").status_code == 200
    assert agency.send("GET", f"/register/organizations/{case['organization']}").status_code == 200


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


def test_agency_sees_no_family(agency: Client, case: Json):
    seen = agency.get(f"/referrals/{case['referral']}")

    assert seen["family"] == ""
    assert agency.send("GET", f"/families/{case['family']}").status_code == 403


def test_auditor_sees_no_phone(world: World, case: Json):
    seen = world.auditor.get(f"/families/{case['family']}")

    assert (seen["phone"], seen["address"]) == ("", "")
    assert {member["national_id"] for member in seen["members"]} == {""}


# Calls


@pytest.fixture(scope="module")
def rpc(world: World) -> Iterator[RpcClient]:
    """Give a client that calls as the gateway does."""
    client = rpc_client.connect(world.config, "gateway")
    yield client
    client.stop()


def outcome(rpc: RpcClient, contract: RpcContract, actor: Actor) -> str:
    """Call with a request that no contract accepts, and return what came of it."""
    try:
        rpc.call(contract, {"unknown": True}, actor=actor, key=new_id() if contract.changes else "")
    except (Forbidden, Unauthenticated) as error:
        return error.code
    except Exception as error:  # what else is said is not asked here
        return type(error).__name__
    return "answered"


@pytest.mark.parametrize("role", Role)
def test_call_obeys_policy(rpc: RpcClient, role: Role):
    actor = Actor("someone", role, organization="org", area="EG29")

    wrong = {
        contract.name: said
        for contract in CALLS
        if ((said := outcome(rpc, contract, actor)) == Forbidden.code) == (reach_of(contract.name, role) is not None)
    }

    assert wrong == {}


def test_service_may_state_itself_only(world: World):
    impostor = rpc_client.connect(world.config, "notifications")
    try:
        said = {outcome(impostor, contract, Actor("someone", Role.OPERATOR)) for contract in CALLS[:3]}
    finally:
        impostor.stop()

    assert said == {Unauthenticated.code}


# Tokens


def claims(world: World, **changes: Any) -> Json:
    """Return the claims of a token of the operator's, as the node would issue it."""
    now = int(time.time())
    return {
        **{"iss": world.url, "aud": world.url, "sub": world.operator.id, "client_id": world.operator.id},
        **{"iat": now, "exp": now + 600, "jti": new_id(), "role": "operator", "organization": "", "area": ""},
        **changes,
    }


def segment(part: Json) -> str:
    """Return a part of a token."""
    return base64.urlsafe_b64encode(orjson.dumps(part)).decode().rstrip("=")


def status_of(world: World, token: str) -> int:
    """Return the status that a private route answers to a token."""
    return world.public.send("GET", "/imports", headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.fixture
def key(world: World) -> OKPKey:
    """Give the node's own key."""
    return read_key(world.config.keys / "token.pem")


def signed(key: OKPKey, told: Json, kid: str = "") -> str:
    """Return a token."""
    header = {"alg": ALGORITHM, "typ": TYPE, "kid": kid or key.thumbprint()}
    return jwt.encode(header, told, key, algorithms=[ALGORITHM])


def test_token_of_node_is_taken(world: World, key: OKPKey):
    assert status_of(world, signed(key, claims(world))) == 200


def test_token_of_another_key_is_refused(world: World, key: OKPKey):
    assert status_of(world, signed(OKPKey.generate_key("Ed25519"), claims(world), kid=key.thumbprint())) == 401


def test_expired_token_is_refused(world: World, key: OKPKey):
    assert status_of(world, signed(key, claims(world, exp=int(time.time()) - 1))) == 401


def test_unsigned_token_is_refused(world: World, key: OKPKey):
    header = {"alg": "none", "typ": TYPE, "kid": key.thumbprint()}

    assert status_of(world, f"{segment(header)}.{segment(claims(world))}.") == 401


def test_token_signed_by_the_public_key_is_refused(world: World, key: OKPKey):
    told = f"{segment({'alg': 'HS256', 'typ': TYPE, 'kid': key.thumbprint()})}.{segment(claims(world))}"
    digest = hmac.digest(key.as_pem(private=False), told.encode(), "sha256")

    assert status_of(world, f"{told}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}") == 401


@pytest.mark.parametrize("changed", [{"aud": "https://other.example"}, {"iss": "https://other.example"}])
def test_token_for_another_is_refused(world: World, key: OKPKey, changed: Json):
    assert status_of(world, signed(key, claims(world, **changed))) == 401


def test_token_with_more_rights_is_refused(world: World):
    header, told, signature = world.auditor.token.split(".")
    more = orjson.loads(base64.urlsafe_b64decode(told + "==")) | {"role": "operator"}

    assert status_of(world, f"{header}.{segment(more)}.{signature}") == 401


def test_published_key_verifies_tokens(world: World):
    published = world.public.get("/.well-known/jwks.json")["keys"][0]

    told = jwt.decode(world.auditor.token, OKPKey.import_key(published), algorithms=[ALGORITHM]).claims

    assert told["role"] == "auditor"


def test_wrong_secret_gets_no_token(world: World):
    form = {"grant_type": "client_credentials", "client_id": world.operator.id, "client_secret": "guessed"}

    refused = world.public.send("POST", "/oauth/token", data=form)

    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


def test_revoked_client_is_refused(world: World):
    client = world.client(Role.AUDITOR)
    client.get("/imports")

    assert world.run("clients", "revoke", client.id).exit_code == 0

    soon(lambda: client.send("GET", "/imports").status_code == 401, "the refusal", seconds=5)


def test_secrets_are_stored_hashed(world: World):
    assert world.operator.credentials
    stored = world.database("gateway").clients.find_one({"_id": world.operator.id})

    assert stored
    assert world.operator.credentials.secret not in str(stored)

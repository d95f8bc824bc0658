"""Prove what holds for every answer: conditions, pages, problems, headers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from chassis.ids import new_id
from cli import roster
from cli.process import free_ports
from contracts.policy import Role
from services.gateway.problems import KINDS, MEDIA_TYPE
from tests.e2e.client import Client, Json
from tests.e2e.world import COUNTY, World
from tests.parts import Running

RATE = "3/minute"
KEPT = ("etag", "cache-control")


# Conditions


@pytest.fixture
def family(world: World) -> Json:
    """Register a family."""
    return world.family()


def test_change_needs_a_version(world: World, family: Json):
    assert world.worker.send("PATCH", f"/families/{family['id']}", {"language": "fa"}).status_code == 428


def test_change_of_seen_version_is_made(world: World, family: Json):
    path = f"/families/{family['id']}"
    tag = world.worker.send("GET", path).headers["etag"]

    changed = world.worker.send("PATCH", path, {"language": "fa"}, match=tag)

    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert changed.headers["etag"] != tag


def test_change_of_older_version_is_refused(world: World, family: Json):
    path = f"/families/{family['id']}"
    tag = world.worker.send("GET", path).headers["etag"]
    world.worker.send("PATCH", path, {"language": "fa"}, match=tag)

    late = world.worker.send("PATCH", path, {"language": "en"}, match=tag)

    assert late.status_code == 412
    assert world.worker.get(path)["language"] == "fa"


def test_move_of_older_version_is_refused(world: World, housing: Json, agency: Client):
    sent = world.referral(housing["id"])
    path = f"/referrals/{sent['id']}"
    tag = agency.send("GET", path).headers["etag"]
    agency.post(f"{path}/accept")

    late = agency.send("POST", f"{path}/return", {"reason": "لا سعة"}, match=tag)

    assert late.status_code == 412


def test_read_of_what_is_held_is_empty(world: World, housing: Json, family: Json):
    public, private = f"/register/organizations/{housing['id']}", f"/families/{family['id']}"

    for caller, path in ((world.operator, public), (world.worker, private), (world.public, "/areas")):
        answer = caller.send("GET", path)
        again = caller.send("GET", path, held=answer.headers["etag"])
        assert (again.status_code, again.content) == (304, b"")
        assert [again.headers[name] for name in KEPT] == [answer.headers[name] for name in KEPT]


def test_read_of_what_changed_is_whole(world: World, family: Json):
    path = f"/families/{family['id']}"
    tag = world.worker.send("GET", path).headers["etag"]
    world.worker.send("PATCH", path, {"language": "fa"}, match=tag)

    assert world.worker.send("GET", path, held=tag).status_code == 200


# Pages


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/organizations", {}),
        ("/organizations", {"near": "26.12,32.47", "within": 100_000}),
        ("/organizations", {"subject": "health", "area": "EG29"}),
        ("/organizations", {"q": "جمعية"}),
    ],
)
def test_public_pages_give_each_once(world: World, imported: Json, path: str, parameters: Json):
    whole = [one["id"] for one in world.public.items(path, **parameters)]

    paged = [one["id"] for one in world.public.items(path, limit=7, **parameters)]

    assert len(whole) > 7
    assert paged == whole
    assert len(set(paged)) == len(paged)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("operator", "/register/organizations"),
        ("operator", "/messages"),
        ("operator", "/imports"),
        ("worker", "/families"),
        ("worker", "/needs"),
        ("worker", "/referrals"),
    ],
)
def test_private_pages_give_each_once(world: World, imported: Json, housing: Json, who: str, path: str):
    caller: Client = getattr(world, who)
    for _ in range(4):
        world.referral(housing["id"])
    whole = [one["id"] for one in caller.items(path)]

    limit = max(1, len(whole) // 4)
    paged = [one["id"] for one in caller.items(path, limit=limit)]

    assert set(whole) <= set(paged)  # messages may have come since
    assert len(set(paged)) == len(paged)


def test_new_record_does_not_shift_pages(world: World):
    before = [world.family()["id"] for _ in range(3)]
    pages = world.worker.pages("/families", limit=2)
    first = [one["id"] for one in next(pages).json()["items"]]

    world.family()
    second = [one["id"] for one in next(pages).json()["items"]]

    assert first == before[:0:-1]
    assert second[0] == before[0]


def test_last_page_has_no_next(world: World):
    *_, last = world.public.pages("/organizations", limit=100)

    assert last.json()["next"] == ""
    assert "link" not in last.headers


def test_link_keeps_the_search(world: World, imported: Json):
    answer = world.public.send("GET", "/organizations", params={"area": "EG2906", "limit": 2})

    following = httpx.URL(answer.links["next"]["url"])
    assert following.params["area"] == "EG2906"
    assert following.params["cursor"] == answer.json()["next"]


@pytest.mark.parametrize("parameters", [{"cursor": "%%%"}, {"limit": 0}, {"limit": 201}, {"aera": "EG29"}])
def test_wrong_page_is_refused(world: World, parameters: Json):
    assert world.public.send("GET", "/organizations", params=parameters).status_code == 422


# Problems


@pytest.fixture(scope="module")
def strict(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run another API of the same node that allows little, and give its address."""
    port, health = free_ports(2)
    rates = {f"TASHBIK_{kind}_RATE": RATE for kind in ("PUBLIC", "TOKEN", "WRITE")}
    environment = {**world.node.environment_of(roster.API), **rates, "TASHBIK_API_PORT": str(port)}
    part = roster.api_part(replace(world.config, api_port=port), environment, health)
    with Running(part, Path(tmp_path_factory.mktemp("strict"))):
        yield f"http://127.0.0.1:{port}"


def large(client: Client) -> httpx.Response:
    """Send a body over the limit."""
    return client.send("POST", "/families", {"area": COUNTY, "address": "ش" * 1_000_000})


def typed(client: Client, media_type: str, content: bytes) -> httpx.Response:
    """Send a body of a media type."""
    return client.send("POST", "/families", content=content, headers={"Content-Type": media_type})


WRONG: dict[str, Callable[[World], httpx.Response]] = {
    "malformed": lambda world: typed(world.worker, "application/json", b"{"),
    "unauthenticated": lambda world: world.public.send("GET", "/families"),
    "forbidden": lambda world: world.auditor.send("POST", "/families", {}),
    "not_found": lambda world: world.worker.send("GET", f"/families/{new_id()}"),
    "method_not_allowed": lambda world: world.operator.send("DELETE", "/organizations"),
    "conflict": lambda world: world.worker.send(
        "POST", "/referrals", {"need": world.need(world.family(consents=[]))["id"], "organization": _any(world)}
    ),
    "precondition_failed": lambda world: world.worker.send(
        "PATCH", f"/families/{world.family()['id']}", {"language": "fa"}, match='"7-0123456789ab"'
    ),
    "too_large": lambda world: large(world.worker),
    "unsupported_media_type": lambda world: typed(world.worker, "text/plain", b"{}"),
    "invalid": lambda world: world.worker.send("POST", "/families", {"area": COUNTY, "members": []}),
    "precondition_required": lambda world: world.operator.send("PATCH", f"/organizations/{_any(world)}", {}),
}


def _any(world: World) -> str:
    return str(world.organization()["id"])


def assert_problem(answer: httpx.Response, code: str) -> None:
    """Check an error's shape: RFC 9457."""
    problem = answer.json()
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert (answer.status_code, problem["code"]) == (KINDS[code].status, code)
    assert set(problem) >= {"type", "title", "status", "code", "detail", "problems"}
    assert problem["status"] == answer.status_code
    assert problem["type"].endswith(f"/problems#{code}")


@pytest.mark.parametrize("code", WRONG)
def test_error_is_a_problem(world: World, code: str):
    assert_problem(WRONG[code](world), code)


def test_unknown_path_is_a_problem(world: World):
    assert_problem(world.public.send("GET", "/no-such-place"), "not_found")


def test_wrong_method_names_the_right_ones(world: World):
    assert "GET" in world.public.send("PUT", "/figures").headers["allow"]


def test_unauthenticated_is_challenged(world: World):
    assert world.public.send("GET", "/families").headers["www-authenticate"].startswith("Bearer")


def test_invalid_names_the_field(world: World):
    asked = {**world.people.family(COUNTY), "languge": "ar"}

    problem = world.worker.send("POST", "/families", asked).json()

    assert [one["field"] for one in problem["problems"]] == ["languge"]


@pytest.mark.parametrize("kind", ["read", "change", "token"])
def test_too_many_is_a_problem(world: World, strict: str, kind: str):
    caller = world.client(Role.OPERATOR)
    requests: dict[str, Callable[[], httpx.Response]] = {
        "read": lambda: caller.send("GET", f"{strict}/imports"),
        "change": lambda: caller.send("POST", f"{strict}/organizations", {}),
        "token": lambda: world.public.send("POST", f"{strict}/oauth/token", data={"grant_type": "client_credentials"}),
    }

    *allowed, refused = [requests[kind]() for _ in range(4)]

    assert all(answer.status_code != 429 for answer in allowed)
    assert_problem(refused, "too_many")
    assert int(refused.headers["retry-after"]) >= 1


# Headers


@pytest.mark.parametrize("path", ["/figures", "/", "/docs", "/no-such-place", "/families", "/openapi.json"])
def test_every_answer_has_security_headers(world: World, path: str):
    headers = world.public.send("GET", path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_private_answers_are_not_stored(world: World, family: Json):
    assert world.worker.send("GET", f"/families/{family['id']}").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_other_origins_are_not_invited(world: World, method: str):
    asking = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}

    answer = world.public.send(method, "/figures", headers=asking)

    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert answer.status_code == (200 if method == "GET" else 405)


def test_pages_load_nothing_from_elsewhere(world: World):
    for path in ("/", "/docs", "/problems"):
        page = world.public.send("GET", path)
        assert page.status_code == 200
        assert 'src="http' not in page.text
        assert 'rel="stylesheet" href="http' not in page.text


def test_document_is_openapi_31(world: World):
    assert world.public.get("/openapi.json")["openapi"].startswith("3.1")

"""Prove the gateway as its callers meet it: granian before, the registry behind, the projector beside."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import orjson
import pytest

from chassis import clock
from chassis.config import Config
from chassis.ids import new_id
from cli.process import wait_until
from contracts.policy import Role
from services.gateway.api.examples import organizations as examples
from services.gateway.auth.clients import Client, hash_secret
from services.gateway.auth.store import ClientStore
from services.gateway.directory import documents
from services.gateway.directory.documents import FEW
from tests.integration.gateway.directories import referral
from tests.integration.gateway.running import CLI, SECRET, Gateway, running
from tests.parts import Broker

CROWDED, POINTS = "EG2999", 30_000
SOON = 15.0


@pytest.fixture(scope="module")
def gateway(config: Config, broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Give a gateway of the module's own."""
    with running(config, broker, tmp_path_factory.mktemp("gateway")) as made:
        yield made


def test_registered_organization_is_shown(gateway: Gateway):
    made = gateway.register(**{name: examples.NEW_ORGANIZATION[name] for name in ("description", "capabilities")})

    wait_until(lambda: gateway.shows(made["id"], version=1), "the organization in the directory", SOON)

    shown = gateway.http.get(f"/organizations/{made['id']}")
    assert shown.json() | made == shown.json()


def test_change_reaches_the_directory(gateway: Gateway):
    made = gateway.register()
    path = f"/organizations/{made['id']}"
    wait_until(lambda: gateway.shows(made["id"]), "the organization in the directory", SOON)
    tag = gateway.http.get(path).headers["ETag"]
    headers = gateway.bearer(Role.OFFICER, **{"If-Match": tag})

    changed = gateway.http.patch(path, json={"members_count": 44}, headers=headers)
    again = gateway.http.patch(path, json={"members_count": 45}, headers=headers)

    assert (changed.status_code, changed.json()["version"], again.status_code) == (200, 2, 412)
    wait_until(lambda: gateway.shows(made["id"], members_count=44), "the change in the directory", SOON)


def test_removed_organization_vanishes(gateway: Gateway):
    made = gateway.register()
    wait_until(lambda: gateway.shows(made["id"]), "the organization in the directory", SOON)

    answer = gateway.http.post(f"/organizations/{made['id']}/remove", headers=gateway.bearer(Role.OPERATOR))

    assert answer.status_code == 200
    wait_until(lambda: not gateway.shows(made["id"]), "its end in the directory", SOON)


def test_records_are_read_together(gateway: Gateway):
    made = [gateway.register() for _ in range(5)]
    paths = [f"/organizations/{one['id']}" for one in made]
    wait_until(lambda: all(gateway.shows(one["id"]) for one in made), "the organizations in the directory", SOON)

    def read(number: int) -> httpx.Response:
        return gateway.http.get(paths[number % 5], headers={"Cache-Control": "no-cache"})

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(read, range(200)))

    assert {answer.status_code for answer in answers} == {200}
    assert [answer.json()["id"] for answer in answers] == [made[number % 5]["id"] for number in range(200)]


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
def test_record_is_answered_as_by_its_view(gateway: Gateway, encoding: str):
    made = gateway.register(description="أهل الخير " * 200)
    path = f"/organizations/{made['id']}"
    wait_until(lambda: gateway.shows(made["id"]), "the organization in the directory", SOON)
    asked = {"Accept-Encoding": encoding, "Cache-Control": "no-cache"}

    answers = [gateway.http.get(path, headers=asked) for _ in range(10)]
    viewed = gateway.http.get(path, params={"view": "1"}, headers=asked)  # which no look-up answers

    told = [{name: text for name, text in one.headers.items() if name != "date"} for one in (*answers, viewed)]
    assert told == [told[0]] * 11
    assert [one.content for one in answers] == [viewed.content] * 10


def test_repeated_key_has_one_effect(gateway: Gateway):
    headers = gateway.bearer(Role.OPERATOR, **{"Idempotency-Key": new_id()})
    body = {"name": f"جمعية {new_id()}", "area": "EG2901"}

    def post(_: int) -> httpx.Response:
        return httpx.post(f"{gateway.config.public_url}/organizations", json=body, headers=headers, timeout=20)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(post, range(8)))

    accepted = [answer for answer in found if answer.status_code == 201]
    assert accepted
    assert {answer.status_code for answer in found} <= {201, 409}
    assert len({(answer.json()["id"], answer.headers["ETag"]) for answer in accepted}) == 1


def test_other_payload_under_a_key_is_refused(gateway: Gateway):
    headers = gateway.bearer(Role.OPERATOR, **{"Idempotency-Key": new_id()})
    gateway.http.post("/organizations", json={"name": f"جمعية {new_id()}"}, headers=headers)

    answer = gateway.http.post("/organizations", json={"name": f"جمعية {new_id()}"}, headers=headers)

    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, "idempotency_key_reused")


def test_activity_is_counted_and_guarded(gateway: Gateway):
    made = gateway.register()
    states = [referral(f"{made['id']}-{number}", made["id"], "completed") for number in range(FEW)]
    shown = {"referrals_accepted": FEW, "referrals_completed": FEW}
    hidden = {"referrals_accepted": None, "referrals_completed": None}

    gateway.publish(*states[:-1])
    wait_until(lambda: gateway.database["directory_referrals"].find_one({"_id": states[0]["id"]}), "a referral", SOON)
    assert gateway.shows(made["id"], activity=hidden)
    gateway.publish(states[-1])

    wait_until(lambda: gateway.shows(made["id"], activity=shown), "the activity", SOON)


def test_directory_is_rebuilt(gateway: Gateway):
    made = gateway.register()
    wait_until(lambda: gateway.shows(made["id"]), "the organization in the directory", SOON)
    gateway.database["directory_organizations"].delete_many({})
    gateway.database["directory_areas"].delete_many({})

    asked = gateway.http.post("/directory/rebuild", headers=gateway.bearer(Role.OPERATOR))

    assert asked.status_code == 202
    status = asked.headers["Location"]
    headers = gateway.bearer(Role.OPERATOR)
    wait_until(lambda: gateway.http.get(status, headers=headers).json()["status"] == "done", "the rebuild", SOON)
    assert gateway.shows(made["id"])
    assert gateway.http.get("/areas").json()["items"]


def test_figures_follow(gateway: Gateway):
    before = gateway.http.get("/figures").json()["organizations"]

    gateway.register()

    wait_until(lambda: gateway.http.get("/figures").json()["organizations"] > before, "the figures", SOON)


def test_lag_is_told(gateway: Gateway):
    made = gateway.register()
    wait_until(lambda: gateway.shows(made["id"]), "the organization in the directory", SOON)

    (projector,) = gateway.http.get("/directory/status").json()["projectors"]
    assert 0 <= projector["lag_seconds"] < SOON


def test_revoked_client_is_refused_within_seconds(gateway: Gateway):
    store = ClientStore(gateway.database)
    store.add(Client("leaver", "leaver", Role.AUDITOR, "", "", hash_secret(SECRET), clock.now()), CLI)
    form = {"grant_type": "client_credentials", "client_id": "leaver", "client_secret": SECRET}
    token = gateway.http.post("/oauth/token", data=form).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert gateway.http.get("/register/organizations", headers=headers).status_code == 200

    store.revoke("leaver", CLI, clock.now())

    wait_until(
        lambda: {gateway.http.get("/register/organizations", headers=headers).status_code for _ in range(6)} == {401},
        "the refusal by every worker",
        SOON,
    )


def test_metrics_are_of_all_workers(gateway: Gateway):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: httpx.get(f"{gateway.config.public_url}/subjects"), range(40)))

    wait_until(lambda: served(gateway, "/subjects") >= 40, "the measures of both workers", SOON)


def served(gateway: Gateway, route: str) -> float:
    """Return how often a route was answered, by any worker."""
    sample = f'tashbik_http_seconds_count{{method="GET",route="{route}",status="200"}}'
    for line in httpx.get(f"{gateway.health_url}/metrics").text.splitlines():
        if line.startswith(sample):
            return float(line.rpartition(" ")[2])
    return 0.0


def test_metrics_are_not_for_the_public(gateway: Gateway):
    assert gateway.http.get("/metrics").status_code == 404


def test_chunked_body_is_limited(gateway: Gateway):
    def chunks() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 50_000

    answer = gateway.http.post(
        "/organizations",
        content=chunks(),
        headers=gateway.bearer(Role.OPERATOR, **{"Content-Type": "application/json"}),
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_changes_are_counted_for_all_workers(gateway: Gateway):
    before = changes_counted(gateway)

    for _ in range(4):
        gateway.register()

    assert changes_counted(gateway) >= before + 4  # a majority read may have missed the last one before


def changes_counted(gateway: Gateway) -> int:
    """Return how many changes of the operator the database has counted in this minute."""
    return sum(one["count"] for one in gateway.database["rates"].find({"_id": {"$regex": "changes.*operator"}}))


@pytest.fixture(scope="module")
def crowded(gateway: Gateway) -> str:
    """Fill an area with points, more than one answer holds whole, and give the address of their collection."""
    feature = orjson.dumps({**examples.POINTS["features"][0], "id": "one of many"})
    point = {"version": 1, "feature": feature, "facets": [documents.facet(area=CROWDED)]}
    points = gateway.database["directory_organizations"]
    points.insert_many([{**point, "_id": f"crowd-{number}"} for number in range(POINTS)], ordered=False)
    return f"/organizations.geojson?area={CROWDED}"


def idle_cursors(gateway: Gateway) -> int:
    """Return how many queries of the directory wait for their callers."""
    points = gateway.database["directory_organizations"].full_name
    found = [{"$currentOp": {"idleCursors": True, "allUsers": True}}, {"$match": {"type": "idleCursor", "ns": points}}]
    return len(list(gateway.database.client.admin.aggregate(found)))


@pytest.mark.parametrize("encoding", ["identity", "br", "deflate"])
def test_many_points_are_sent_as_they_are_read(gateway: Gateway, crowded: str, encoding: str):
    answer = gateway.http.get(crowded, headers={"Accept-Encoding": encoding})

    assert len(answer.json()["features"]) == POINTS
    assert not {"etag", "content-length"} & set(answer.headers)


def test_head_of_many_points_is_empty(gateway: Gateway, crowded: str):
    answer = gateway.http.head(crowded)

    assert (answer.status_code, answer.content, "content-length" in answer.headers) == (200, b"", False)
    wait_until(lambda: not idle_cursors(gateway), "the end of the query", SOON)


def slow_taker(gateway: Gateway) -> httpx.Client:
    """Return a client whose system takes little beforehand; by itself it may take tens of megabytes."""
    transport = httpx.HTTPTransport(socket_options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)])
    return httpx.Client(base_url=gateway.config.public_url, transport=transport)


def test_query_ends_with_its_caller(gateway: Gateway, crowded: str):
    with slow_taker(gateway) as http, http.stream("GET", crowded, headers={"Accept-Encoding": "identity"}) as answer:
        taken = answer.iter_raw()  # which hangs up when nobody holds it
        next(taken)
        wait_until(lambda: idle_cursors(gateway) >= 1, "the query to wait", SOON)

    wait_until(lambda: not idle_cursors(gateway), "the end of the query", SOON)

"""Prove the way of a service: given by its association, shown to everybody, gone with its organization."""

from __future__ import annotations

from tests.e2e.client import Client, Json
from tests.e2e.world import PLACE, World, soon

WANTED: Json = {
    "name": "علاج شهري للأسر",
    "subjects": ["health"],
    "phones": [{"number": "096 5331234", "languages": [{"code": "ar"}]}],
    "capacities": [{"unit": {"name": "families"}, "available": 12, "maximum": 40}],
    "cost_options": [{"amount": 0, "currency": "EGP"}],
}

AROUND = f"{PLACE['longitude'] - 1},{PLACE['latitude'] - 1},{PLACE['longitude'] + 1},{PLACE['latitude'] + 1}"


def given(world: World) -> tuple[Client, Json, Json]:
    """Register an organization with a place, and let it give a service there."""
    owner = world.organization(locations=[{**PLACE, "name": "العيادة"}])
    client = world.association(owner["id"])
    place = {"location_id": owner["locations"][0]["id"], "schedules": [{"freq": "WEEKLY", "byday": "SU,TU"}]}
    wanted = {**WANTED, "service_at_locations": [place]}
    return client, owner, client.post(f"/organizations/{owner['id']}/services", wanted)


def listed(world: World, owner: Json) -> list[str]:
    """Return the ids of the services that the directory shows of an organization."""
    return [one["id"] for one in world.public.items("/services", organization_id=owner["id"])]


def test_service_is_shown_to_everybody(world: World):
    _, owner, made = given(world)

    soon(lambda: listed(world, owner) == [made["id"]], "the service in the directory")

    near = world.public.get("/services", near=f"{PLACE['latitude']},{PLACE['longitude']}", q="علاج")
    assert world.public.get(f"/services/{made['id']}") == made
    assert made["id"] in [one["id"] for one in near["items"] if one["distance_m"] == 0]


def test_organization_is_open_while_a_service_is(world: World):
    client, owner, made = given(world)
    day = {"opens_at": "00:00", "closes_at": "24:00"}

    def change(**fields: Json | list[Json] | str) -> None:
        tag = client.send("GET", f"/register/services/{made['id']}").headers["etag"]
        assert client.send("PATCH", f"/services/{made['id']}", fields, match=tag).status_code == 200

    def opened() -> list[str]:
        return [one["id"] for one in world.public.items("/organizations", open_now="true", bbox=AROUND)]

    soon(lambda: listed(world, owner) == [made["id"]], "the service in the directory")
    closed = opened()
    change(schedules=[day])
    soon(lambda: owner["id"] in opened(), "who is open")
    change(status="temporarily closed")
    soon(lambda: owner["id"] not in opened(), "who is closed")

    assert owner["id"] not in closed


def test_change_needs_the_version_seen(world: World):
    client, _, made = given(world)
    path = f"/services/{made['id']}"

    blind = client.send("PATCH", path, {"alert": "مغلق"})
    tag = client.send("GET", f"/register/services/{made['id']}").headers["etag"]
    changed = client.send("PATCH", path, {"alert": "مغلق"}, match=tag)
    late = client.send("PATCH", path, {"alert": "مفتوح"}, match=tag)

    assert (blind.status_code, changed.status_code, late.status_code) == (428, 200, 412)
    assert changed.json()["alert"] == "مغلق"


def test_faults_say_what_to_mend(world: World):
    client, owner, _ = given(world)
    wrong = {"name": "خدمة", "minimum_age": 60, "maximum_age": 18, "schedules": [{"opens_at": "9"}], "colour": "green"}

    unknown = client.send("POST", f"/organizations/{owner['id']}/services", wrong)
    del wrong["colour"]
    refused = client.send("POST", f"/organizations/{owner['id']}/services", wrong)

    assert [(one["field"], one["code"]) for one in unknown.json()["problems"]] == [("colour", "unknown_field")]
    assert {(one["field"], one["code"]) for one in refused.json()["problems"]} == {
        ("maximum_age", "below_minimum"),
        ("schedules.0.opens_at", "malformed"),
    }


def test_services_go_with_their_organization(world: World):
    _, owner, made = given(world)
    soon(lambda: listed(world, owner) == [made["id"]], "the service in the directory")

    world.operator.post(f"/organizations/{owner['id']}/remove")

    soon(lambda: world.public.send("GET", f"/services/{made['id']}").status_code == 404, "its end")
    soon(lambda: listed(world, owner) == [], "its end in the list")


def test_removal_hides_nothing_from_an_auditor(world: World):
    client, _, made = given(world)
    path = f"/services/{made['id']}"
    client.post(f"{path}/remove")

    left = world.auditor.get(f"{path}/history")["items"][0]["changes"]
    world.operator.post(f"{path}/remove")
    erased = world.auditor.get(f"{path}/history")["items"][0]["changes"]

    assert {one["field_name"]: one["previous_value"] for one in left}["name"] == made["name"]
    assert {one["previous_value"] for one in erased} == {None}

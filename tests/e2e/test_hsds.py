"""Prove that a node tells of its register as HSDS 3.1 wants it: a service, whose it is, and where."""

from __future__ import annotations

from pathlib import Path

import orjson

from services.gateway.hsds.taxonomies import NEEDS_TAXONOMY, term_id
from tests.e2e.client import Json
from tests.e2e.world import COUNTY, PLACE, World, soon
from tests.hsds import HSDS, faults

HOURS = [{"freq": "WEEKLY", "byday": "SU,TU", "opens_at": "09:00", "closes_at": "14:00"}]


def given(world: World) -> tuple[Json, Json]:
    """Register an organization that gives a service at its place."""
    owner = world.organization(locations=[{**PLACE, "name": "العيادة"}])
    at = [{"location_id": owner["locations"][0]["id"], "schedules": HOURS}]
    wanted = {"name": "علاج شهري للأسر", "subjects": ["health"], "service_at_locations": at}
    return owner, world.association(owner["id"]).post(f"/organizations/{owner['id']}/services", wanted)


def listed(world: World, name: str, **asked: str) -> list[Json]:
    """Return what is on the first page of a list."""
    contents: list[Json] = world.public.get(f"/hsds/{name}", **asked)["contents"]
    return contents


def test_service_is_found_as_hsds_has_it(world: World):
    owner, made = given(world)
    asked = {"organization_id": owner["id"], "taxonomy_term_id": term_id(NEEDS_TAXONOMY, "health", "ar")}

    soon(lambda: bool(listed(world, "service_at_locations", postcode=COUNTY, **asked)), "the service")

    listed_at = listed(world, "service_at_locations", postcode=COUNTY, **asked)[0]
    at = world.public.get(f"/hsds/service_at_locations/{listed_at['id']}")
    assert (at["service"]["id"], at["service"]["organization"]["id"]) == (made["id"], owner["id"])
    assert at["location"]["latitude"] == PLACE["latitude"]
    assert at["schedules"][0]["byday"] == "SU,TU"


def test_every_record_obeys_the_schemas(world: World):
    owner, made = given(world)
    soon(lambda: bool(listed(world, "services", organization_id=owner["id"])), "the service")

    told = {
        "organization": world.public.get(f"/hsds/organizations/{owner['id']}", full_service="true"),
        "service": world.public.get(f"/hsds/services/{made['id']}"),
        "taxonomy": world.public.get(f"/hsds/taxonomies/{NEEDS_TAXONOMY.id}"),
    }

    assert [one["id"] for one in told["organization"]["services"]] == [made["id"]]
    assert not HSDS.exists() or [fault for name, record in told.items() for fault in faults(name, record)] == []


def test_lines_are_as_many_as_the_list(world: World):
    owner, _ = given(world)
    soon(lambda: bool(listed(world, "services", organization_id=owner["id"])), "the service")

    answer = world.public.send("GET", "/hsds/services?format=ndjson&full=true")

    lines = [orjson.loads(line) for line in answer.content.splitlines()]
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert owner["id"] in {one["organization_id"] for one in lines}


def test_own_term_is_put_borne_and_found(world: World):
    term = world.operator.post(
        "/register/terms/health.dialysis", {"names": {"ar": "غسيل كلوي", "fa": "دیالیز", "en": "Dialysis"}}
    )
    owner = world.organization(capabilities=[{"subject": "health", "capacity": 12, "terms": [term["id"]]}])

    wanted = {"name": "غسيل كلوي", "subjects": ["health"], "terms": [term["id"]]}
    made = world.association(owner["id"]).post(f"/organizations/{owner['id']}/services", wanted)

    soon(lambda: bool(listed(world, "taxonomy_terms", search="dialysis")), "the term")
    [arabic] = [one for one in listed(world, "taxonomy_terms", search="dialysis") if one["language"] == "ar"]
    soon(lambda: bool(listed(world, "organizations", taxonomy_term_id=arabic["id"])), "who bears it")
    told = world.public.get(f"/hsds/organizations/{owner['id']}")
    borne = next(one["taxonomy_term"] for one in told["attributes"] if one["link_type"] == "term")

    assert (borne["name"], arabic["name"]) == ("Dialysis", "غسيل كلوي")
    assert [one["id"] for one in world.public.get("/organizations", subject=term["id"])["items"]] == [owner["id"]]
    soon(lambda: bool(listed(world, "services", taxonomy_term_id=arabic["id"])), "the service that bears it")
    served = world.public.get(f"/hsds/services/{made['id']}")
    assert [one["id"] for one in world.public.get("/services", subject=term["id"])["items"]] == [made["id"]]
    assert [one["taxonomy_term"]["name"] for one in served["attributes"]] == ["Health", "Dialysis"]
    assert not HSDS.exists() or faults("organization", told) == faults("service", served) == []


def test_terms_are_loaded_by_command(world: World, tmp_path: Path):
    (tmp_path / "terms.csv").write_text("code,ar,fa,en\nfood.kitchen,مطبخ,آشپزخانه,Kitchen\n", encoding="utf-8")

    loaded = world.run("terms", "load", str(tmp_path / "terms.csv"))
    retired = world.run("terms", "retire", "food.kitchen")

    assert loaded.output.splitlines()[-1] == "1 terms: 1 created.", loaded.output
    assert retired.exit_code == 0, retired.output
    assert world.operator.get("/register/terms/food.kitchen")["retired"]

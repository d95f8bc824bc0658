"""API4:2023, unrestricted resource consumption: asking for more than a machine has.

Pages, bodies, files, depth and rates are bounded; a slow sender holds no thread. Rates and the limit of a body are in
``tests/e2e/test_http.py``, slow senders in ``tests/e2e/test_bodies.py``, files in ``test_spreadsheets.py``.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.abuse.answers import assert_refused
from tests.e2e.abuse.test_input import LISTS
from tests.e2e.client import Client
from tests.e2e.world import COUNTY, World


@pytest.mark.parametrize(("who", "path"), LISTS)
@pytest.mark.parametrize("limit", ["201", "1000000", "0", "-1", "9" * 30, "1e9", "", "٢٠١"])
def test_page_is_bounded(world: World, who: str, path: str, limit: str):
    client: Client = getattr(world, who)

    assert_refused(client.send("GET", path, params={"limit": limit}), "invalid")


@pytest.mark.parametrize("within", ["1e12", "-1", "NaN", "10000000000"])
def test_search_around_a_point_is_bounded(world: World, within: str):
    asked = {"near": "26.1,32.7", "within": within}

    assert_refused(world.public.send("GET", "/organizations", params=asked), "invalid")


def test_lists_in_a_body_are_bounded(world: World):
    family = world.people.family(COUNTY)
    member = family["members"][1]
    tries = [
        (world.worker, "/families", {**family, "members": [family["members"][0], *[member] * 1_000]}),
        (world.worker, "/families", {**family, "consents": family["consents"] * 1_000}),
        (world.operator, "/organizations", {"name": "x", "area": COUNTY, "languages": ["ar"] * 5_000}),
        (world.operator, "/organizations", {"name": "x", "area": COUNTY, "phones": [{"number": "0965331234"}] * 5_000}),
    ]

    for client, path, body in tries:
        assert_refused(client.send("POST", path, body), "invalid")


@pytest.mark.parametrize("part", ["file", "mapping", "other"])
def test_form_of_many_parts_is_refused(world: World, part: str):
    files = [(part, (f"{number}.csv", b"a,b\n1,2\n")) for number in range(200)]

    assert_refused(world.operator.send("POST", "/imports", files=files), "too_large", "invalid")


def test_long_search_costs_no_more(world: World):
    answer = world.public.send("GET", "/organizations", params={"q": "جمعية " * 2_000})

    assert_refused(answer, "invalid", "uri_too_long", "headers_too_large")


def test_crowd_is_answered_or_told_to_wait(world: World):
    with ThreadPoolExecutor(32) as crowd:
        statuses = set(
            crowd.map(lambda _: world.public.send("GET", "/organizations?limit=200").status_code, range(200))
        )

    assert statuses <= {200, 429, 503}
    assert world.public.send("GET", "/livez").status_code == 200

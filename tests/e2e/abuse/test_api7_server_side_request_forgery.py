"""API7:2023, server side request forgery: making a service of ours fetch an address.

Webhooks alone are sent to an address that a caller gives, and never within the node's own network unless it is told so
(``tests/unit/notifications/webhooks/test_guard.py``). Nothing else fetches one: a website is kept as text, a
spreadsheet's links and entities are not followed, and links of ours are made of the configured address, whatever
``Host`` says.
"""

from __future__ import annotations

import http.server
import secrets
import threading
from collections.abc import Iterator

import pytest

from cli.process import LOOPBACK
from tests.e2e.abuse.answers import assert_refused
from tests.e2e.client import Json
from tests.e2e.test_imports import sheet
from tests.e2e.world import COUNTY, World

INNER = (
    "file:///etc/passwd",
    "gopher://127.0.0.1:27017/_",
    "javascript:alert(1)",
    "ftp://127.0.0.1/",
    "//evil",
    "data:,x",
)


@pytest.fixture(scope="module")
def listener() -> Iterator[http.server.HTTPServer]:
    """Give a server that remembers who came."""
    with http.server.HTTPServer((LOOPBACK, 0), http.server.BaseHTTPRequestHandler) as server:
        server.timeout = 0.5
        yield server


def test_address_is_not_fetched(world: World, listener: http.server.HTTPServer):
    address = f"http://{LOOPBACK}:{listener.server_port}/"
    came: list[object] = []
    listener.process_request = lambda *who: came.append(who)  # type: ignore[method-assign]

    world.organization(website=address, description=f"<img src={address}>", email="a@127.0.0.1.example")
    world.bring_in("links.csv", sheet((f"جمعية {secrets.token_hex(4)} {address}", "دشنا", "", "")))
    waiting = threading.Thread(target=listener.handle_request)
    waiting.start()
    waiting.join()

    assert came == []


@pytest.mark.parametrize("website", INNER)
def test_website_is_of_the_web(world: World, website: str):
    fields = {"name": f"جمعية {secrets.token_hex(4)}", "area": COUNTY, "website": website}

    assert_refused(world.operator.send("POST", "/organizations", fields), "invalid")


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Forwarded", "X-Original-Url", "X-Rewrite-Url"])
def test_links_of_ours_do_not_follow_the_host(world: World, imported: Json, header: str):
    answer = world.public.send("GET", "/organizations?limit=1", headers={header: "evil.example"})
    wrong = world.public.send("GET", "/no-such-place", headers={header: "evil.example"})

    assert "evil.example" not in str(answer.headers) + answer.text + str(wrong.headers) + wrong.text

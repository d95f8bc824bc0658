"""Prove that the API document and the pages of features open under our own policy, and load nothing from elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect
from werkzeug.serving import make_server

from chassis.config import read
from chassis.health import Health
from services.gateway.api.examples.case import ORGANIZATION_ID
from services.gateway.app import create_app
from services.gateway.auth.credentials import Credentials
from services.gateway.auth.tokens import Tokens, read_key
from services.gateway.parts import Parts
from tests.browser.conftest import Visitor
from tests.browser.test_accessibility import PHONE, WIDE, violations
from tests.unit.gateway.fake_directory import FakeDirectory, FakeTiles
from tests.unit.gateway.fakes import FakeClients, FakeImports, FakeRebuilds, FakeServices

pytestmark = pytest.mark.slow

LOOPBACK = "127.0.0.1"


@pytest.fixture(scope="module")
def gateway(keys: Path) -> Iterator[str]:
    """Give the address of a gateway with nothing behind it."""
    server = make_server(LOOPBACK, 0, lambda *_: [], threaded=True)
    url = f"http://{LOOPBACK}:{server.server_port}/"
    config = read(
        {
            "TASHBIK_NODE": "qena",
            "TASHBIK_AMQP_URL": "amqp://nowhere",
            "TASHBIK_MONGO_URL": "mongodb://nowhere",
            "TASHBIK_KEYS": str(keys),
            "TASHBIK_PUBLIC_URL": url.rstrip("/"),
        }
    )
    fakes: dict[str, Any] = {
        "rpc": FakeServices(),
        "directory": FakeDirectory(),
        "tiles": FakeTiles(),
        "rebuilds": FakeRebuilds(),
        "imports": FakeImports(),
    }
    tokens = Tokens(read_key(keys / "token.pem"), config.public_url)
    parts = Parts(config=config, credentials=Credentials(FakeClients()), tokens=tokens, health=Health(), **fakes)
    server.app = create_app(config, parts, rate_storage="memory://")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()


def test_document_opens_and_stays_at_home(context: BrowserContext, gateway: str):
    visitor = Visitor(context, gateway)
    page = visitor.new_page()

    page.goto(f"{gateway}docs")
    operation = page.locator("#operations-organizations-search_directory")
    operation.locator(".opblock-summary-control").click()
    page.get_by_role("button", name="Execute").click()

    expect(operation.locator(".live-responses-table")).to_contain_text("next-page")
    visitor.close()
    assert (visitor.complaints, visitor.foreign) == ([], [])


@pytest.mark.parametrize("size", [WIDE, PHONE])
@pytest.mark.parametrize(
    "path",
    [
        "ogc",
        "ogc/api",
        "ogc/collections",
        "ogc/collections/organizations",
        "ogc/collections/organizations/queryables",
        "ogc/collections/organizations/items",
        f"ogc/collections/organizations/items/{ORGANIZATION_ID}",
    ],
)
def test_features_open_and_pass_axe(context: BrowserContext, gateway: str, path: str, size: tuple[int, int]):
    visitor = Visitor(context, gateway)
    page = visitor.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})

    page.goto(f"{gateway}{path}")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    visitor.close()
    assert (visitor.complaints, visitor.foreign) == ([], [])

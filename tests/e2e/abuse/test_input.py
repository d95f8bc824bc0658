"""Put into every place of a request what should not be there: refused, or taken as plain text, and never a crash."""

from __future__ import annotations

import http.client
import secrets
import socket
from typing import Any

import pytest

from cli.process import LOOPBACK
from tests.e2e.abuse.answers import assert_harmless, assert_refused
from tests.e2e.client import Client, Json
from tests.e2e.world import COUNTY, World

OPERATORS: tuple[Any, ...] = ({"$ne": None}, {"$gt": ""}, {"$regex": ".*"}, {"$where": "sleep(5000)"}, [{"$ne": 1}])
LISTS = (
    ("public", "/organizations"),
    ("operator", "/register/organizations"),
    ("operator", "/messages"),
    ("operator", "/imports"),
    ("worker", "/families"),
    ("worker", "/needs"),
    ("worker", "/referrals"),
)
PARAMETERS = ("q", "area", "status", "subject", "cursor", "limit", "near", "bbox", "family", "organization")
ODD = (
    "%00",
    "%ED%A0%80",  # a lone surrogate
    "%F0%9F",  # half a letter
    "%E2%80%AE",  # right-to-left override
    "%0d%0aX-Injected:%20yes",
    "$ne",
    "{%22$ne%22:1}",
    ".*",
    "((((",
    "9" * 400,
    "%D9%A1%D9%A2",  # twelve, in Arabic digits
    "1e400",
    "NaN",
    "-1",
)
DEEP = b"[" * 200_000 + b"]" * 200_000
LITERALS = {
    "lone surrogate": b'"\\ud800"',
    "infinity": b"1e400",
    "no number": b"NaN",
    "huge number": b"9" * 400,
    "broken UTF-8": b'"\xff\xfe"',
    "deep list": DEEP,
    "deeper than a call can be": b"[" * 300 + b"]" * 300,
    "ten thousand letters": b'"' + b"x" * 10_000 + b'"',
}


@pytest.fixture(scope="module")
def family(world: World) -> Json:
    """Register a family."""
    return world.family()


def raw(client: Client, method: str, path: str, body: bytes) -> Any:
    """Send a body as it is, as JSON."""
    return client.send(method, path, content=body, match="*", headers={"Content-Type": "application/json"})


# The database's own language


@pytest.mark.parametrize("wrong", OPERATORS, ids=str)
def test_operator_is_no_value(world: World, family: Json, wrong: Any):
    tries = [
        (world.operator, "POST", "/organizations", {"name": wrong, "area": COUNTY}),
        (world.operator, "POST", "/organizations", {"name": "جمعية", "identifiers": wrong}),
        (world.operator, "POST", "/areas", {"areas": [{"id": wrong, "level": 1, "name": wrong}]}),
        (world.worker, "POST", "/families", {**world.people.family(COUNTY), "area": wrong}),
        (world.worker, "PATCH", f"/families/{family['id']}", {"status": wrong}),
        (world.worker, "POST", "/families/look-up", {"phone": wrong}),
        (world.worker, "POST", "/families/look-up", {"national_id": wrong}),
        (world.worker, "POST", f"/families/{family['id']}/needs", {"subject": wrong}),
        (world.worker, "POST", "/referrals", {"need": wrong, "organization": wrong}),
    ]

    for client, method, path, body in tries:
        assert_refused(client.send(method, path, body, match="*"), "invalid")


@pytest.mark.parametrize("name", ["$where", "$ne", "area.$ne", "__proto__", "members.0.id", "_id", "a\x00b"])
def test_operator_is_no_key(world: World, family: Json, name: str):
    for body in ({name: 1}, {**world.people.family(COUNTY), name: {"$gt": ""}}):
        assert_refused(world.worker.send("POST", "/families", body), "invalid")
    assert_refused(world.worker.send("PATCH", f"/families/{family['id']}", {name: 1}, match="*"), "invalid")


@pytest.mark.parametrize(("who", "path"), LISTS)
def test_operator_is_no_parameter(world: World, who: str, path: str):
    client: Client = getattr(world, who)

    for query in ("area[$ne]=x", "q[$regex]=.*", "$where=1", "status[]=open", "limit[$gt]=1"):
        assert_refused(client.send("GET", f"{path}?{query}"), "invalid")


def test_operator_is_no_credential(world: World):
    for form in ({"client_id[$ne]": "", "client_secret[$ne]": ""}, {"client_id": '{"$ne":""}', "client_secret": "x"}):
        answer = world.public.send("POST", "/oauth/token", data={"grant_type": "client_credentials", **form})
        assert answer.status_code == 401


@pytest.mark.parametrize("id_", ["%24ne", "%7B%22%24ne%22%3A1%7D", "[$ne]", "%00", "*", "a%00"])
def test_operator_is_no_id(world: World, id_: str):
    for client, path in ((world.worker, "/families"), (world.worker, "/referrals"), (world.operator, "/imports")):
        assert_refused(client.send("GET", f"{path}/{id_}"), "not_found")


# Parameters and values


@pytest.mark.parametrize(("who", "path"), LISTS)
def test_odd_parameter_breaks_nothing(world: World, who: str, path: str):
    client: Client = getattr(world, who)

    for name in PARAMETERS:
        for odd in ODD:
            answer = client.send("GET", f"{path}?{name}={odd}")
            assert_harmless(answer)
            assert "x-injected" not in answer.headers


@pytest.mark.parametrize("literal", LITERALS.values(), ids=LITERALS)
def test_odd_literal_is_refused(world: World, family: Json, literal: bytes):
    for client, method, path, body in (
        (world.operator, "POST", "/organizations", b'{"name": %b, "area": "EG2904"}'),
        (world.operator, "POST", "/organizations", b'{"members_count": %b, "name": "x", "area": "EG2904"}'),
        (world.operator, "POST", "/areas", b'{"areas": [{"id": "EG29X", "outline": %b}]}'),
        (world.worker, "PATCH", f"/families/{family['id']}", b'{"household": {"poverty_score": %b}}'),
        (world.worker, "POST", f"/families/{family['id']}/needs", b'{"subject": "housing", "point": [%b, 26]}'),
        (world.worker, "POST", "/families/look-up", b'{"phone": %b}'),
    ):
        assert_refused(raw(client, method, path, body % literal), "malformed", "invalid")


def test_digits_of_any_script_are_one_number(world: World, family: Json):
    arabic = family["phone"].translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    found = world.worker.post("/families/look-up", {"phone": arabic})["items"]

    assert [one["id"] for one in found] == [family["id"]]


@pytest.mark.parametrize("unseen", ["\x00", "\u202e", "\u200b", "\u2066", "\x1b[31m"])
def test_name_is_kept_as_it_is_seen(world: World, unseen: str):
    mark = secrets.token_hex(4)

    made = world.organization(name=f"جمعية{unseen} {mark}")

    assert made["name"] in (f"جمعية {mark}", f"جمعية[31m {mark}")
    twin = world.operator.send("POST", "/organizations", {"name": made["name"], "locations": [{"area": COUNTY}]})
    assert_refused(twin, "conflict")


@pytest.mark.parametrize("name", ["\u200b", "\u202e\u202c", "\x00", " \u200c\u200d "])
def test_name_of_nothing_is_refused(world: World, name: str):
    assert_refused(world.operator.send("POST", "/organizations", {"name": name, "area": COUNTY}), "invalid")


# Paths and headers


@pytest.mark.parametrize(
    "path",
    [
        "/families/..%2fimports",
        "/families/%2e%2e/imports",
        "/organizations/%2e%2e%2f%2e%2e%2fimports",
        "//imports",
        "/imports/",
        "/imports;a=b",
        "/IMPORTS",
        "/imports%2f",
        "/%2e/imports",
        "/assets/..%2f..%2f..%2fpyproject.toml",
        "/assets/%2e%2e/%2e%2e/app.py",
        "/assets/%00",
        "/organizations/%0d%0aX-Injected:%20yes",
        "/families/{{7*7}}",
        "/families/%252e%252e",
        "/organizations/" + "a" * 5_000,
    ],
)
def test_path_trick_leads_nowhere(world: World, path: str):
    answer = asked(world, b"GET %b HTTP/1.1\r\nHost: qena\r\n\r\n" % path.encode())

    assert 400 <= answer.status < 500
    assert answer.getheader("X-Injected") is None


HEADERS = {
    "two lengths": (b"Content-Length: 2\r\nContent-Length: 30", b"{}"),
    "length and chunks": (
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"0\r\n\r\nGET /imports HTTP/1.1\r\n\r\n",
    ),
    "negative length": (b"Content-Length: -1", b"{}"),
    "length of another script": ("Content-Length: ٢".encode(), b"{}"),
    "folded header": (b"X-Long: a\r\n b\r\nContent-Length: 2", b"{}"),
    "a thousand headers": (b"".join(b"X-%d: y\r\n" % number for number in range(1_000)) + b"Content-Length: 2", b"{}"),
    "long header": (b"X-Long: " + b"y" * 200_000 + b"\r\nContent-Length: 2", b"{}"),
    "letters beyond ASCII": ("Authorization: Bearer ÿـ\r\nContent-Length: 2".encode(), b"{}"),
}


@pytest.mark.parametrize(("headers", "body"), HEADERS.values(), ids=HEADERS)
def test_header_trick_is_refused(world: World, headers: bytes, body: bytes):
    head = b"POST /families HTTP/1.1\r\nHost: qena\r\nConnection: close\r\nContent-Type: application/json\r\n"

    assert 400 <= asked(world, head + headers + b"\r\n\r\n" + body).status < 500
    assert world.public.send("GET", "/livez").status_code == 200


def test_two_tokens_are_none(world: World):
    tokens = b"".join(
        b"Authorization: Bearer %b\r\n" % client.token.encode() for client in (world.operator, world.auditor)
    )

    assert asked(world, b"GET /imports HTTP/1.1\r\nHost: qena\r\n" + tokens + b"\r\n").status == 401


def test_method_is_what_the_request_line_says(world: World):
    fields = {"name": f"جمعية {secrets.token_hex(4)}", "area": COUNTY}

    answer = world.operator.send("POST", "/organizations", fields, headers={"X-HTTP-Method-Override": "DELETE"})

    assert answer.status_code == 201


def asked(world: World, request: bytes) -> http.client.HTTPResponse:
    """Send bytes that no client library would, and return the first answer."""
    with socket.create_connection((LOOPBACK, world.config.api_port), timeout=10) as connection:
        connection.sendall(request)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer


# Size


@pytest.mark.parametrize(
    ("who", "path"), [("public", "/oauth/token"), ("worker", "/families"), ("operator", "/imports")]
)
def test_body_of_hundred_megabytes_is_refused_unread(world: World, who: str, path: str):
    client: Client = getattr(world, who)
    token = f"Authorization: Bearer {client.token}\r\n" if client.credentials else ""
    kind = "multipart/form-data; boundary=x" if path == "/imports" else "application/json"
    head = f"POST {path} HTTP/1.1\r\nHost: qena\r\n{token}Content-Type: {kind}\r\nContent-Length: 100000000\r\n\r\n"

    assert asked(world, head.encode()).status in (413, 415)


def test_gzip_is_not_unpacked(world: World):
    answer = world.worker.send("POST", "/families", content=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})

    assert_refused(answer, "unsupported_media_type", "malformed")

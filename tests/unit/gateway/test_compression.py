"""Prove that large answers come compressed to who asks for it, and are told apart from whole ones."""

from __future__ import annotations

import gzip

import brotli
import pytest
from flask.testing import FlaskClient

from services.gateway.app import COMPRESSED_FROM
from tests.unit.gateway.fake_directory import FakeDirectory
from tests.unit.gateway.fakes import ORGANIZATION

PATH = f"/organizations/{ORGANIZATION}"
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.fixture(autouse=True)
def large(directory: FakeDirectory) -> None:
    """Let the organization's answer be a large one."""
    directory.body = directory.body.ljust(4 * COMPRESSED_FROM)


@pytest.mark.parametrize(
    ("asked", "encoding"), [("br", "br"), ("gzip", "gzip"), ("gzip, br", "br"), ("gzip, deflate, br;q=0.5", "gzip")]
)
def test_large_answer_is_compressed(http: FlaskClient, directory: FakeDirectory, asked: str, encoding: str):
    answer = http.get(PATH, headers={"Accept-Encoding": asked})

    assert answer.headers["Content-Encoding"] == encoding
    assert UNPACK[encoding](answer.data) == directory.body
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(directory.body)


REFUSING = ("gzip;q=0", "gzip; q=0.0, br;Q=0", "*;q=0", "br;q=0, gzip;q=0, *", "identity, gzip;q=0.5", "identity;q=0")


@pytest.mark.parametrize("asked", ["", "identity", "zstd", *REFUSING])
def test_whole_answer_is_given_to_others(http: FlaskClient, directory: FakeDirectory, asked: str):
    answer = http.get(PATH, headers={"Accept-Encoding": asked})

    assert ("Content-Encoding" in answer.headers, answer.data) == (False, directory.body)


def test_small_answer_stays_as_it_is(http: FlaskClient, directory: FakeDirectory):
    directory.body = directory.body[: COMPRESSED_FROM - 1]

    assert "Content-Encoding" not in http.get(PATH, headers={"Accept-Encoding": "br"}).headers


@pytest.mark.parametrize("asked", ["", "gzip"])
def test_read_knows_no_if_match(http: FlaskClient, asked: str):
    answer = http.get(PATH, headers={"Accept-Encoding": asked, "If-Match": '"another"'})

    assert answer.status_code == 200


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_compressed_answer_has_its_own_tag(http: FlaskClient, encoding: str):
    asked = {"Accept-Encoding": encoding}

    answer = http.get(PATH, headers=asked)
    again = http.get(PATH, headers=asked | {"If-None-Match": answer.headers["ETag"]})

    assert answer.headers["ETag"] == f'"7-0a1b2c:{encoding}"'
    assert (again.status_code, again.data) == (304, b"")
    kept = ("ETag", "Cache-Control", "Vary")
    assert [again.headers[name] for name in kept] == [answer.headers[name] for name in kept]


def test_whole_answer_that_is_held_is_not_sent_compressed(http: FlaskClient):
    whole = http.get(PATH)

    answer = http.get(PATH, headers={"Accept-Encoding": "br", "If-None-Match": whole.headers["ETag"]})

    assert (answer.status_code, answer.headers["ETag"]) == (304, whole.headers["ETag"])


@pytest.mark.parametrize("path", [PATH, "/subjects", "/docs", "/docs/swagger-ui.css", "/nowhere"])
def test_caches_tell_encodings_apart(http: FlaskClient, path: str):
    for asked in ("", "br"):
        assert set(http.get(path, headers={"Accept-Encoding": asked}).vary) == {"Accept-Encoding"}


def test_asset_is_compressed_and_kept(http: FlaskClient):
    answer = http.get("/docs/swagger-ui.css", headers={"Accept-Encoding": "gzip, br"})
    again = http.get("/docs/swagger-ui.css", headers={"If-None-Match": answer.headers["ETag"]})

    assert (answer.headers["Content-Encoding"], answer.mimetype) == ("br", "text/css")
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("asked", "encoding"),
    [("*", "br"), ("br;q=0, *", "gzip"), ("*;q=0, gzip", "gzip"), ("gzip;q=0.1, identity;q=0", "gzip")],
)
def test_any_coding_is_one_that_is_not_refused(http: FlaskClient, asked: str, encoding: str):
    assert http.get(PATH, headers={"Accept-Encoding": asked}).headers["Content-Encoding"] == encoding


@pytest.mark.parametrize("encoding", ["", "br", "gzip"])
@pytest.mark.parametrize("held", ['"another", {}', 'W/{}, "another"', '"another",W/{},"third"'])
def test_held_answer_is_among_several(http: FlaskClient, held: str, encoding: str):
    asked = {"Accept-Encoding": encoding}
    tag = http.get(PATH, headers=asked).headers["ETag"]

    again = http.get(PATH, headers=asked | {"If-None-Match": held.format(tag)})
    other = http.get(PATH, headers=asked | {"If-None-Match": held.format('"7-000000"')})

    assert (again.status_code, again.headers["ETag"], other.status_code) == (304, tag, 200)


def test_brotli_is_not_forced_on_anyone(http: FlaskClient):
    answer = http.get("/docs/swagger-ui.css", headers={"Accept-Encoding": "gzip, br;q=0"})

    assert answer.headers["Content-Encoding"] == "gzip"

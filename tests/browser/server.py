"""Serve the built page and a directory to it on loopback, as the gateway does, with the gateway's own page policy."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import brotli

from contracts.subjects import SUBJECTS, borne, subject_of
from contracts.text import fold
from services.gateway.directory.documents import met
from services.gateway.directory.grid import Tile
from services.gateway.headers import API_POLICY, page_policy
from services.gateway.tiles import mvt
from tests.browser import offers, qena
from tests.browser.gaps import gaps
from tests.browser.tiles import ADDRESS, draw

BUILT = Path(__file__).parents[2] / "services" / "gateway" / "web" / "dist"
DIST = Path(os.environ.get("TASHBIK_TEST_PAGE", BUILT))
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
ORGANIZATIONS = qena.organizations()
SERVICES = offers.services(ORGANIZATIONS)
SMALL = 1_400  # bytes; what fits one packet is sent as it is
MAP_PROPERTIES = ("id", "name", "organization_type", "international_cooperation", "area")


class Server(ThreadingHTTPServer):
    """Hold the page as it was built when the tests began."""

    daemon_threads = True

    def __init__(self) -> None:
        self.files = {str(file.relative_to(DIST)): file.read_bytes() for file in DIST.rglob("*.*")}
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    """Answer the addresses that the page reads."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = {name: values[-1] for name, values in parse_qs(url.query).items()}
        name = url.path.removeprefix("/") or "index.html"
        if name in self.server.files:
            self.answer(200, self.server.files[name], TYPES[Path(name).suffix], page_policy())
        elif tile := ADDRESS.fullmatch(url.path):
            self.answer(200, _tile(Tile(*map(int, tile.groups())), asked), mvt.MEDIA_TYPE)
        elif (document := _document(url.path, asked)) is not None:
            self.answer(200, json.dumps(document).encode(), "application/json")
        else:
            self.answer(404, b'{"type": "about:blank", "status": 404}', "application/problem+json")

    def answer(self, status: int, body: bytes, content_type: str, policy: str = API_POLICY) -> None:
        self.send_response(status)
        if len(body) > SMALL and "br" in self.headers.get("Accept-Encoding", ""):
            body = _compressed(body)
            self.send_header("Content-Encoding", "br")
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Cache-Control", "no-store" if policy == API_POLICY else "max-age=3600")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve on a free port of loopback, and give the address."""
    server = Server()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _document(path: str, asked: dict[str, str]) -> Any:
    if answer := ANSWERS.get(path):
        return answer(asked)
    id_ = path.removeprefix("/organizations/")
    return next((record for record in ORGANIZATIONS if record["id"] == id_), None)


@lru_cache(maxsize=64)
def _compressed(body: bytes) -> bytes:
    return brotli.compress(body, quality=9)


def _tile(tile: Tile, asked: dict[str, str]) -> bytes:
    return draw(ORGANIZATIONS, _found(asked), tile)


def _gaps(asked: dict[str, str]) -> dict[str, Any]:
    return gaps(ORGANIZATIONS, asked)


def _config(_: dict[str, str]) -> dict[str, Any]:
    return {"base_map": "", "node": "qena", "language": "ar", "timezone": "Africa/Cairo"}


def _figures(_: dict[str, str]) -> dict[str, Any]:
    return {
        "organizations": len(ORGANIZATIONS),
        "international_cooperation": sum(one["international_cooperation"] for one in ORGANIZATIONS),
        "members": sum(one["members_count"] or 0 for one in ORGANIZATIONS),
        "referrals_accepted": 240,
        "referrals_completed": 185,
    }


def _subjects(_: dict[str, str]) -> dict[str, Any]:
    named = ((one.code, {"ar": one.ar, "fa": one.fa, "en": one.en}) for one in SUBJECTS.values())
    return {"items": [{"code": code, "names": names, "terms": _terms(code)} for code, names in named], "next": ""}


def _terms(subject: str) -> list[dict[str, Any]]:
    return [
        {"code": code, "names": dict(zip(("ar", "fa", "en"), names, strict=True)), "retired": code == qena.RETIRED}
        for code, names in qena.TERMS.items()
        if subject_of(code) == subject
    ]


def _areas(_: dict[str, str]) -> dict[str, Any]:
    return {"items": qena.areas(), "next": ""}


def _outlines(_: dict[str, str]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": qena.outlines()}


def _points(asked: dict[str, str]) -> dict[str, Any]:
    located = [one for one in _found(asked) if one["locations"][0]["latitude"] is not None]
    return {"type": "FeatureCollection", "features": [_feature(one) for one in located]}


def _page(asked: dict[str, str]) -> dict[str, Any]:
    found, limit = _found(asked), int(asked.get("limit", 50))
    if near := asked.get("near"):
        found = _nearest(found, *map(float, near.split(",")))
    return {"items": found[:limit], "next": "more" if len(found) > limit else ""}


def _nearest(found: list[dict[str, Any]], latitude: float, longitude: float) -> list[dict[str, Any]]:
    far = [one | {"distance_m": offers.distance(one, latitude, longitude)} for one in found]
    return sorted((one for one in far if one["distance_m"] is not None), key=lambda one: one["distance_m"])


def _services(asked: dict[str, str]) -> dict[str, Any]:
    return {"items": [one for one in SERVICES if one["organization_id"] == asked["organization_id"]], "next": ""}


def _area_figures(_: dict[str, str]) -> dict[str, Any]:
    return offers.area_figures(ORGANIZATIONS)


def _found(asked: dict[str, str]) -> list[dict[str, Any]]:
    words = fold(asked.get("q", "")).split()
    return [
        record
        for record in ORGANIZATIONS
        if asked.get("area", qena.GOVERNORATE) in record["areas"]
        and asked.get("organization_type") in (None, record["organization_type"])
        and (asked.get("international_cooperation") != "true" or record["international_cooperation"])
        and int(asked.get("min_members", 0)) <= (record["members_count"] or 0)
        and int(asked.get("min_capacity", 0)) <= max(one["capacity"] or 0 for one in record["capabilities"])
        and (asked.get("open_now") != "true" or offers.is_open(record))
        and asked.get("member_of") in (None, *record["member_of"])
        and _is_in(record, asked.get("bbox", ""))
        and asked.get("subject") in (None, *(code for one in record["capabilities"] for code in met(one)))
        and all(any(part.startswith(word) for part in fold(record["name"]).split()) for word in words)
    ]


def _is_in(record: dict[str, Any], bbox: str) -> bool:
    place = record["locations"][0]
    if not bbox or place["latitude"] is None:
        return not bbox
    west, south, east, north = map(float, bbox.split(","))
    return west <= place["longitude"] <= east and south <= place["latitude"] <= north


def _feature(record: dict[str, Any]) -> dict[str, Any]:
    place = record["locations"][0]
    properties = {name: record[name] for name in MAP_PROPERTIES}
    properties["subjects"] = [one["subject"] for one in record["capabilities"]]
    properties["terms"] = borne(record["capabilities"])
    geometry = {"type": "Point", "coordinates": [place["longitude"], place["latitude"]]}
    return {"type": "Feature", "id": record["id"], "geometry": geometry, "properties": properties}


ANSWERS: dict[str, Callable[[dict[str, str]], Any]] = {
    "/map-config.json": _config,
    "/figures": _figures,
    "/subjects": _subjects,
    "/areas": _areas,
    "/areas.geojson": _outlines,
    "/organizations.geojson": _points,
    "/organizations": _page,
    "/services": _services,
    "/figures/areas": _area_figures,
    "/gaps": _gaps,
}

"""Serve the files of our pages from memory, compressed: by what was laid beside them, else once by each process."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Request, Response
from werkzeug.security import safe_join

from services.gateway.conditions import held, not_modified
from services.gateway.problems import Refused
from services.gateway.tags import digest

HELD = 64
BESIDE = ".br"
SMALL = 1_400  # bytes; what fits one packet is sent as it is


@dataclass(frozen=True, slots=True)
class Asset:
    """Hold one file: its bytes, the same by Brotli where that is worth it, its tag and its media type."""

    body: bytes
    compressed: bytes
    tag: str
    mimetype: str


def serve(request: Request, directory: Path, name: str, age: int) -> Response:
    """Answer with a file of a directory, which may be kept for ``age`` seconds; with 0 it is asked for each time."""
    asset = _find(directory, name)
    caching = f"public, max-age={age}" if age else "no-cache"
    if known := held(request.headers.get("If-None-Match", ""), asset.tag):
        return not_modified(known, Cache_Control=caching)
    small = asset.compressed and request.accept_encodings["br"] > 0
    response = Response(asset.compressed if small else asset.body, mimetype=asset.mimetype)
    response.headers["ETag"] = asset.tag
    if small:
        response.headers["Content-Encoding"] = "br"
        response.headers["ETag"] = f'{asset.tag[:-1]}:br"'
    response.headers["Cache-Control"] = caching
    return response


def _find(directory: Path, name: str) -> Asset:
    path = safe_join(str(directory), name)
    if path is None or not Path(path).is_file():
        raise Refused("not_found", "The page has no such part.")
    return _read(path, Path(path).stat().st_mtime_ns)


@lru_cache(maxsize=HELD)
def _read(path: str, _changed: int) -> Asset:
    body = Path(path).read_bytes()
    compressed = _compressed(path, body) if len(body) > SMALL else b""
    mimetype = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return Asset(body, compressed, f'"{digest(body)}"', mimetype)


def _compressed(path: str, body: bytes) -> bytes:
    beside = Path(path + BESIDE)
    return beside.read_bytes() if beside.is_file() else brotli.compress(body)

"""Prove that a page's files are sent compressed, by what the build laid beside them where it did."""

from __future__ import annotations

from pathlib import Path

import brotli
import pytest
from flask import Request
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from services.gateway.assets import serve

PROGRAM = b"let words = 'who helps where';\n" * 100


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Give a folder with a program in it."""
    (tmp_path / "map.js").write_bytes(PROGRAM)
    return tmp_path


def ask(pages: Path, accepted: str) -> Response:
    """Ask for the program."""
    return serve(Request(EnvironBuilder(headers={"Accept-Encoding": accepted}).get_environ()), pages, "map.js", 5)


def test_file_beside_is_sent(pages: Path):
    laid = brotli.compress(PROGRAM, quality=1)
    (pages / "map.js.br").write_bytes(laid)

    answer = ask(pages, "br")

    assert answer.data == laid
    assert answer.headers["Content-Encoding"] == "br"


def test_file_alone_is_compressed(pages: Path):
    answer = ask(pages, "br")

    assert brotli.decompress(answer.data) == PROGRAM


def test_whole_file_is_sent_to_others(pages: Path):
    (pages / "map.js.br").write_bytes(b"not for them")

    answer = ask(pages, "gzip")

    assert answer.data == PROGRAM
    assert "Content-Encoding" not in answer.headers

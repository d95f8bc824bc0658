"""Prove what is read from an address of the broker."""

from __future__ import annotations

import ssl
from pathlib import Path

from chassis import tls
from tests.certificates import Authority


def test_address_without_tls_stays():
    url = "amqp://registry:a%2Fb@broker:5672/%2F?heartbeat=5"

    assert (tls.plain(url), tls.options_of(url)) == (url, None)


def test_tls_is_always_verified():
    options = tls.options_of("amqps://registry:secret@mq.example/qena")

    assert options == {"server_hostname": "mq.example", "cert_reqs": ssl.CERT_REQUIRED}


def test_authority_is_read_from_address(tmp_path: Path):
    url = f"amqps://registry:secret@mq.example:5671/%2F?cacertfile={Authority(tmp_path).file}"

    assert (tls.options_of(url) or {})["ca_certs"] == str(tmp_path / "authority.pem")
    assert tls.plain(url) == "amqps://registry:secret@mq.example:5671/%2F"


def test_own_certificate_is_read_from_address(tmp_path: Path):
    own = Authority(tmp_path).server("127.0.0.1")

    options = tls.options_of(f"amqps://mq.example/?certfile={own}&keyfile={own}") or {}

    assert (options["certfile"], options["keyfile"]) == (str(own), str(own))

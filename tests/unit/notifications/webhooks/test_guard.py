"""Prove to which addresses nothing is sent, however they are spelt."""

from __future__ import annotations

import pytest

from services.notifications.webhooks.guard import Rules

WORLD, PRIVATE = Rules((443,)), Rules((), private=True)
NEVER = [
    "0.0.0.0",
    "0.1.2.3",
    "169.254.169.254",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "fec0::1",
    "fd00:ec2::254",
    "::10.0.0.1",
    "::ffff:0:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "not an address",
    "",
]
WITHIN = [
    "127.0.0.1",
    "127.8.8.8",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "198.18.0.1",
    "::1",
    "fc00::1",
    "fd12::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::1",
]
OUTSIDE = ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", NEVER)
def test_never_sent_to(address):
    assert not WORLD.allows(address)
    assert not PRIVATE.allows(address)


@pytest.mark.parametrize("address", WITHIN)
def test_own_network_only_where_allowed(address):
    assert not WORLD.allows(address)
    assert PRIVATE.allows(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_world_is_sent_to(address):
    assert WORLD.allows(address)


@pytest.mark.parametrize(
    "url", ["https://cases.qena.example/hook?key=1", "https://cases.qena.example:443/", "https://8.8.8.8/hook"]
)
def test_plain_address_is_taken(url):
    assert WORLD.fault_of(url) == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://cases.qena.example/hook",
        "http://127.0.0.1/hook",
        "ftp://cases.qena.example/",
        "https:///hook",
        "https://user:password@cases.qena.example/",
        "https://@cases.qena.example/",
        "https://cases.qena.example/#part",
        "https://cases.qena.example:22/",
        "https://cases.qena.example:99999/",
        "https://[::1/",
        "https://127.0.0.1/hook",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://cases.qena.example/ hook",
        "https://cases.qena.example/\r\nX: y",
        "https://قنا.example/",
        "https://cases.qena.example/" + "x" * 2_000,
        "",
    ],
)
def test_odd_address_is_refused(url):
    assert WORLD.fault_of(url)


def test_http_is_for_loopback_only():
    assert PRIVATE.fault_of("http://127.0.0.1:8080/hook") == ""
    assert PRIVATE.fault_of("http://10.0.0.1:8080/hook")
    assert PRIVATE.fault_of("https://10.0.0.1:8443/hook") == ""

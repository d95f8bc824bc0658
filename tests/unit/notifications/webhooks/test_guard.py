"""Prove to which addresses nothing is sent, however they are spelt."""

from __future__ import annotations

import pytest

from services.notifications.webhooks.guard import Rules

WORLD, PRIVATE = Rules((443,)), Rules((), private=True)
METADATA = [
    "169.254.169.254",  # nearly all clouds
    "169.254.170.2",  # AWS, containers
    "168.63.129.16",  # Azure
    "100.100.100.200",  # Alibaba
    "192.0.0.192",  # Oracle
    "fd00:ec2::254",  # AWS
    "fd00:ec2::23",  # AWS, pods
    "fd20:ce::254",  # Google
    "fd00:c1::a9fe:a9fe",  # Oracle
    "fd00:42::42",  # Scaleway
    "fd00:100::100:200",  # Alibaba
    "fd00:a9fe:a9fe::1",  # Akamai
    "fd20:ce::254%eth0",
]
SPECIAL = [  # the IANA's registries of special-purpose addresses (RFC 6890), and what came to them since
    "0.0.0.0",
    "0.1.2.3",
    "192.0.0.1",
    "192.0.0.8",
    "192.0.0.9",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "100::1",
    "100:0:0:1::1",
    "2001::1",
    "2001:1::1",
    "2001:2::1",
    "2001:3::1",
    "2001:4:112::1",
    "2001:10::1",
    "2001:20::1",
    "2001:30::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
TUNNELS = [  # addresses that another one is hidden in, also a public one
    "::10.0.0.1",
    "::8.8.8.8",
    "::ffff:0:10.0.0.1",
    "::ffff:0:8.8.8.8",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2002:a9fe:a9fe::1",
    "2002:a00:1::1",
    "2002:808:808::1",
    "64:ff9b:1::808:808",
    "::ffff:169.254.169.254",
    "::ffff:192.0.2.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::6464:64c8",
    "64:ff9b::e000:1",
]
NEVER = [*METADATA, *SPECIAL, *TUNNELS, "not an address", ""]
WITHIN = [
    "127.0.0.1",
    "127.8.8.8",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "::1",
    "fc00::1",
    "fd12::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::a00:1",
]
OUTSIDE = [
    "8.8.8.8",
    "172.32.0.1",
    "100.128.0.1",
    "192.0.1.1",
    "2606:4700::1111",
    "2001:200::1",
    "2a00:1450:4001::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]


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

"""Prove by which address a caller is counted."""

from __future__ import annotations

import pytest

from services.gateway.addresses import caller_address

PROXY = "10.0.0.1"


def test_connection_says_who_calls():
    assert caller_address("192.0.2.1", "203.0.113.7", proxies=0) == "192.0.2.1"


@pytest.mark.parametrize(("proxies", "caller"), [(1, "203.0.113.8"), (2, "203.0.113.7"), (3, PROXY)])
def test_proxies_of_ours_say_who_calls(proxies: int, caller: str):
    assert caller_address(PROXY, "203.0.113.7, 203.0.113.8", proxies) == caller


@pytest.mark.parametrize("forwarded", ["", "unknown", "203.0.113.999", ", "])
def test_no_address_is_not_believed(forwarded: str):
    assert caller_address(PROXY, forwarded, proxies=1) == PROXY


@pytest.mark.parametrize("forwarded", ["203.0.113.7:5000", "203.0.113.7", "::ffff:203.0.113.7"])
def test_caller_is_one_by_any_spelling(forwarded: str):
    assert caller_address(PROXY, forwarded, proxies=1) == "203.0.113.7"


@pytest.mark.parametrize("connected", ["2001:db8:0:7::1", "2001:DB8:0:7:aaaa:bbbb:cccc:dddd"])
def test_network_is_one_caller(connected: str):
    assert caller_address(connected, "", proxies=0) == "2001:db8:0:7::"
    assert caller_address(PROXY, f"[{connected}]:5000", proxies=1) == "2001:db8:0:7::"

"""Give an agency a name that attacks whoever is told of it: texts and mails say it as it is, and do nothing."""

from __future__ import annotations

import secrets

import pytest

from tests.e2e.abuse.answers import assert_refused
from tests.e2e.client import Client
from tests.e2e.world import World, soon

NAMES = (
    "{{7*7}}",
    "{% for one in [].__class__.__base__.__subclasses__() %}{{ one }}{% endfor %}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "=HYPERLINK(0)",
    "<script>alert(1)</script>",
)
SHOWN = 40  # letters of a name that a text holds for sure


@pytest.mark.parametrize("name", NAMES)
def test_name_is_never_a_template(world: World, name: str):
    agency = world.organization(name=f"{name} {secrets.token_hex(3)}")
    family = world.family(language="en")

    _, text = world.text_after(family, lambda: world.referral(agency["id"], family))
    soon(lambda: bool(world.mails(agency["email"])), "the mail")

    assert name[:SHOWN] in text
    assert name in world.mails(agency["email"])[0]["text"]


def test_direction_cannot_be_turned_in_a_text(world: World):
    agency = world.organization(name=f"\u202eجمعية\u200b النور\u2066 {secrets.token_hex(3)}")
    family = world.family()

    _, text = world.text_after(family, lambda: world.referral(agency["id"], family))

    assert "جمعية النور" in text
    assert not set(text) & set("\u202e\u200b\u2066")


def test_name_brings_no_headers_into_a_mail(world: World):
    victim = f"{secrets.token_hex(4)}@victims.example"
    agency = world.organization(name=f"Agency {secrets.token_hex(3)}\r\nBcc: {victim}\r\n\r\nPay here")

    world.referral(agency["id"])
    soon(lambda: bool(world.mails(agency["email"])), "the mail")

    (mail,) = world.mails(agency["email"])
    assert mail["to"] == [agency["email"]]
    assert "Bcc" not in mail["subject"]
    assert world.mails(victim) == []


@pytest.mark.parametrize("email", ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "<a@b.example>", "@"])
def test_address_is_one_address(world: World, email: str):
    fields = {"name": f"جمعية {secrets.token_hex(3)}", "area": "EG2904", "email": email}

    assert_refused(world.operator.send("POST", "/organizations", fields), "invalid")


@pytest.mark.parametrize(
    "phone", ["+20100{{7}}", "0100;0101", "https://evil.example", "00000000000", "+1900555" + "0" * 30]
)
def test_phone_is_one_phone(world: World, phone: str):
    assert_refused(world.worker.send("POST", "/families", world.people.family("EG2904", phone=phone)), "invalid")


@pytest.mark.parametrize("letters", [201, 10_000])
def test_no_name_makes_a_long_text(world: World, letters: int):
    fields = {"name": "ج" * letters, "area": "EG2904"}

    assert_refused(world.operator.send("POST", "/organizations", fields), "invalid")


def test_longest_name_fits_three_parts(world: World):
    agency = world.organization(name=secrets.token_hex(3) + "ج" * 194)
    family = world.family()

    _, text = world.text_after(family, lambda: world.referral(agency["id"], family))

    assert len(text) <= 3 * 67


def test_text_itself_cannot_be_given(world: World, agency: Client):
    for client in (world.operator, world.worker, agency):
        for method, path in (("POST", "/messages"), ("PUT", "/messages"), ("PATCH", "/messages/1")):
            assert_refused(client.send(method, path, {"text": "ص" * 10_000}), "method_not_allowed", "not_found")

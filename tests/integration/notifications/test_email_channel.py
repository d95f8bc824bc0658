"""Prove the mail channel against a real mail server."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from services.notifications.channels.channel import Refused, Unreachable
from services.notifications.channels.email import EmailChannel, MailServer
from tests.integration.notifications.servers import (
    MAIL_BUSY,
    MAIL_GOOD,
    MAIL_REFUSING,
    MAIL_SILENT,
    Server,
    serving,
)
from tests.unit.notifications.channel_contract import LETTER, ChannelContract


def channel_to(port, **changes):
    """Return a channel to a mail server."""
    server = MailServer("127.0.0.1", port, "Tashbik <tashbik@qena.example>", "qena", timeout=1.0)
    return EmailChannel(replace(server, **changes))


@dataclass
class MailRig:
    """Offer what the contract asks for."""

    channel: EmailChannel
    gone: EmailChannel
    server: Server
    good: str = MAIL_GOOD
    busy: str = MAIL_BUSY
    refusing: str = MAIL_REFUSING
    silent: str = MAIL_SILENT

    def arrived(self, address):
        return self.server.texts_to(address)


class TestEmailChannel(ChannelContract):
    @pytest.fixture
    def rig(self, mailbox, nobody):
        return MailRig(channel_to(mailbox.port), channel_to(nobody), mailbox)


def test_repeat_bears_the_same_message_id(mailbox):
    channel = channel_to(mailbox.port)
    letter = replace(LETTER, address=MAIL_GOOD)

    taken = [channel.send(letter), channel.send(letter)]

    assert taken[0].references == taken[1].references == (f"<{LETTER.id}@qena.tashbik>",)
    assert {line["message_id"] for line in mailbox.lines} == {taken[0].references[0]}


def test_headers_say_what_it_is(mailbox):
    channel_to(mailbox.port).send(replace(LETTER, address=MAIL_GOOD))

    (line,) = mailbox.lines
    assert (line["subject"], line["language"], line["from"]) == (
        LETTER.subject,
        "ar",
        "Tashbik <tashbik@qena.example>",
    )


@pytest.mark.parametrize("address", ["office@rahma.example.org\nBcc: x@y.z", "ا@rahma.example.org"])
def test_impossible_address_is_refused(mailbox, address):
    with pytest.raises(Refused):
        channel_to(mailbox.port).send(replace(LETTER, address=address))

    assert mailbox.lines == []


def test_starttls_is_required(mailbox):
    with pytest.raises(Unreachable):
        channel_to(mailbox.port, starttls=True).send(replace(LETTER, address=MAIL_GOOD))

    assert mailbox.lines == []


def a_certificate(path: Path) -> Path:
    """Write a self-signed certificate for the loopback address, and its key, into one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mailbox")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_certificate_is_checked(tmp_path, monkeypatch):
    certificate = a_certificate(tmp_path / "mailbox.pem")
    with serving("mailbox", tmp_path, "--certificate", str(certificate)) as server:
        channel = channel_to(server.port, starttls=True)

        with pytest.raises(Unreachable):
            channel.send(replace(LETTER, address=MAIL_GOOD))

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert channel.send(replace(LETTER, address=MAIL_GOOD)).parts == 1

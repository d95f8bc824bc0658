"""Run a mail server for the demo and the tests: ``python -m demo.mailbox --out mails.jsonl``.

The protocol engine is the public package aiosmtpd. Each mail that it accepts is appended to a file, one JSON object a
line::

    {"time", "to": [...], "from", "subject", "text", "message_id", "language"}

The line is written before the mail is accepted. It can misbehave towards chosen addresses, see ``--help``,
and towards all of them, see :mod:`demo.mood`.
"""

from __future__ import annotations

import asyncio
import signal
import ssl
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import click
import orjson
from aiosmtpd.smtp import SMTP, Envelope, Session

from demo import mood

ACCEPTED = "250 OK"
DEFERRED = "451 4.3.0 Try again later"
REFUSED = "550 5.1.1 No such mailbox"
DEFERRED_TRIES = 2
MOODS = ("throttle", "fail")


@dataclass
class Mailbox:
    """Accept mails and write them down (an aiosmtpd handler: its method names are aiosmtpd's)."""

    out: Path
    refuse: frozenset[str] = frozenset()
    defer: frozenset[str] = frozenset()
    hang: frozenset[str] = frozenset()
    mood: Path | None = None
    tries: Counter[str] = field(default_factory=Counter)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer for one recipient: accept, refuse for good (5xx), or ask to come again (4xx) twice."""
        self.tries[address] += 1
        if mood.read(self.mood).word in MOODS:
            return DEFERRED
        if address in self.refuse:
            return REFUSED
        if address in self.defer and self.tries[address] <= DEFERRED_TRIES:
            return DEFERRED
        envelope.rcpt_tos.append(address)
        return ACCEPTED

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Write the mail down, then accept it; answer late, or never, in such a mood or for such an address."""
        today = mood.read(self.mood)
        self._write(envelope)
        if today.word == "hang" or self.hang.intersection(envelope.rcpt_tos):
            await asyncio.Event().wait()
        await asyncio.sleep(today.seconds)
        return ACCEPTED

    def _write(self, envelope: Envelope) -> None:
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        mail = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
        body = mail.get_body(("plain",))
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "to": envelope.rcpt_tos,
            "from": str(mail["from"]),
            "subject": str(mail["subject"]),
            "text": body.get_content().replace("\r\n", "\n").rstrip("\n") if body else "",
            "message_id": str(mail["message-id"]),
            "language": str(mail["content-language"] or ""),
        }
        with self.out.open("ab") as file:
            file.write(orjson.dumps(line) + b"\n")


async def serve(mailbox: Mailbox, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
    """Serve until SIGTERM or SIGINT; with ``tls`` mail is taken after STARTTLS only."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)

    def session() -> SMTP:
        return SMTP(
            mailbox,
            hostname="demo-mailbox",
            enable_SMTPUTF8=True,
            tls_context=tls,
            require_starttls=tls is not None,
            loop=loop,
        )

    server = await loop.create_server(session, host, port)
    click.echo("mailbox ready")
    await stop.wait()
    server.close()


@click.command()
@click.option("--host", envvar="TASHBIK_SMTP_HOST", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="TASHBIK_SMTP_PORT", default=2525, show_default=True)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File for what arrives.")
@click.option("--refuse", multiple=True, metavar="ADDRESS", help="Refuse this address for good.")
@click.option("--defer", multiple=True, metavar="ADDRESS", help="Ask to come again, twice, for this address.")
@click.option("--hang", multiple=True, metavar="ADDRESS", help="Take the mail for this address and never say so.")
@click.option(
    "--certificate", type=click.Path(exists=True), help="Require STARTTLS: certificate and key, one PEM file."
)
@click.option("--mood", type=click.Path(dir_okay=False, path_type=Path), help="File with the mood towards everybody.")
def main(
    host: str, port: int, out: Path, certificate: str | None, mood: Path | None, **towards: tuple[str, ...]
) -> None:
    """Run the mail server until it is told to stop."""
    behaviour = {kind: frozenset(addresses) for kind, addresses in towards.items()}
    tls = None
    if certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
    asyncio.run(serve(Mailbox(out, mood=mood, **behaviour), host, port, tls))


if __name__ == "__main__":
    main()

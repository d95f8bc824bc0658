"""Send mails by SMTP (RFC 5321), one connection a mail.

The Message-ID is made of the message's own id, so a mail that is sent again after a crash is known as a repeat by every
mail server and reader that looks. STARTTLS is required where the configuration says so, and the server's certificate is
then checked.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from chassis import clock
from chassis.config import Config
from services.notifications.channels.channel import Busy, Letter, Refused, Taken, Unanswered, Unreachable

TIMEOUT = 10.0
PERMANENT = 500
ACCEPTED = 250
LOST = (OSError, smtplib.SMTPServerDisconnected)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Say where the mail server is and how it knows us; ``node`` stands in Message-IDs."""

    host: str
    port: int
    sender: str
    node: str
    user: str = ""
    password: str = ""
    starttls: bool = False
    timeout: float = TIMEOUT

    @classmethod
    def of(cls, config: Config) -> MailServer:
        """Return the mail server that a node is configured for."""
        return cls(
            host=config.smtp_host,
            port=config.smtp_port,
            sender=config.mail_from,
            node=config.node,
            user=config.smtp_user,
            password=config.smtp_password,
            starttls=config.smtp_starttls,
        )

    @property
    def address(self) -> str:
        """Return the bare address of the sender."""
        return parseaddr(self.sender)[1]


class EmailChannel:
    """Send mails; a mail server gives no receipts, so its acceptance is the last that is heard."""

    receipts = False

    def __init__(self, server: MailServer) -> None:
        """Take the mail server; nothing is opened yet."""
        self._server = server

    def send(self, letter: Letter) -> Taken:
        """Hand one mail to the server, and return its Message-ID once the server has taken it.

        Raises :class:`Unreachable` for no connection, :class:`Busy` for an answer of 4xx, :class:`Refused` for one of
        5xx or an address that the server cannot take, and :class:`Unanswered` where the connection is lost after the
        text has gone.
        """
        try:
            mail = self._mail(letter)
        except ValueError as error:  # an address that is none
            raise Refused("address") from error
        with self._session() as session:
            self._announce(session, letter)
            return self._hand_over(session, mail)

    def start(self) -> None:
        """Need nothing: a connection is opened for each mail."""

    def stop(self) -> None:
        """Close nothing."""

    def _mail(self, letter: Letter) -> EmailMessage:
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"] = self._server.sender
        mail["To"] = letter.address
        mail["Subject"] = letter.subject
        mail["Date"] = format_datetime(clock.now())
        mail["Message-ID"] = f"<{letter.id}@{self._server.node}.tashbik>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.text, cte="7bit" if letter.text.isascii() else "base64")
        mail["Content-Language"] = letter.language  # after the content, which takes such headers away
        return mail

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        try:
            session = smtplib.SMTP(self._server.host, self._server.port, timeout=self._server.timeout)
        except smtplib.SMTPResponseException as error:
            raise _answered(error.smtp_code) from error
        except LOST as error:
            raise Unreachable("connect") from error
        try:
            yield session
            with suppress(smtplib.SMTPException, OSError):
                session.quit()
        finally:
            session.close()

    def _announce(self, session: smtplib.SMTP, letter: Letter) -> None:
        try:
            if self._server.starttls:
                session.starttls(context=ssl.create_default_context())
            if self._server.user:
                session.login(self._server.user, self._server.password)
            session.ehlo_or_helo_if_needed()
            _expect(session.mail(self._server.address)[0])
            _expect(session.rcpt(letter.address)[0])
        except smtplib.SMTPAuthenticationError as error:  # our fault, not the letter's
            raise Unreachable("login") from error
        except smtplib.SMTPResponseException as error:
            raise _answered(error.smtp_code) from error
        except (*LOST, smtplib.SMTPException) as error:
            raise Unreachable(type(error).__name__) from error
        except UnicodeEncodeError as error:  # an address of letters that this server does not take
            raise Refused("address") from error

    def _hand_over(self, session: smtplib.SMTP, mail: EmailMessage) -> Taken:
        try:
            code, _ = session.data(mail.as_bytes())
        except smtplib.SMTPDataError as error:
            raise _answered(error.smtp_code) from error
        except LOST as error:
            raise Unanswered(type(error).__name__) from error
        _expect(code)
        return Taken((mail["Message-ID"],))


def _expect(code: int) -> None:
    if not ACCEPTED <= code < ACCEPTED + 50:
        raise _answered(code)


def _answered(code: int) -> Busy | Refused:
    return Refused(str(code)) if code >= PERMANENT else Busy(str(code))

"""Show a node in containers to the end-to-end tests as if it were one without.

``TASHBIK_TEST_NODE`` names a folder that holds a copy of its ``keys/``, and ``received/`` of its SMSC. Its
configuration is in the environment, with addresses that are reached from outside. What supervisor would tell is not
there.
"""

from __future__ import annotations

import os
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx
import orjson

from chassis.config import PREFIX
from cli import roster
from cli.node import Node
from demo.stage import Line

HOME, MAIL_URL = "TASHBIK_TEST_NODE", "TASHBIK_TEST_MAIL_URL"
MOST = 10_000


class ComposedNode(Node):
    """Stand for a node that compose runs."""

    def __init__(self) -> None:
        """Learn from the environment where it is."""
        super().__init__(Path(os.environ[HOME]))
        self._catcher = httpx.Client(base_url=os.environ[MAIL_URL])
        self._fetched: set[str] = set()

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment by which its parts are reached from outside."""
        given = {name: text for name, text in os.environ.items() if name.startswith(PREFIX)}
        return given | {"PYTHONPATH": roster.python_path()}

    @property
    def broker_url(self) -> str:
        """Return the address that it is reached by, which is the administrator's."""
        return self.config.amqp_url

    @property
    def mails(self) -> Path:
        """Return a file of all mails that the catcher holds by now; it speaks mailpit's API, newest first."""
        listed = self._catcher.get("/api/v1/messages", params={"limit": MOST}).raise_for_status().json()["messages"]
        with super().mails.open("ab") as file:
            for mail in reversed([mail for mail in listed if mail["ID"] not in self._fetched]):
                raw = self._catcher.get(f"/api/v1/message/{mail['ID']}/raw").raise_for_status().content
                file.write(orjson.dumps(line_of(raw, [one["Address"] for one in mail["To"]])) + b"\n")
                self._fetched.add(mail["ID"])
        return super().mails

    def close(self) -> None:
        """Close the connection to the catcher."""
        self._catcher.close()


def line_of(raw: bytes, recipients: list[str]) -> Line:
    """Return what the demo's mail server would have written down of a mail."""
    mail = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    body = mail.get_body(("plain",))
    return {
        "to": recipients,
        "subject": str(mail["subject"]),
        "text": body.get_content().replace("\r\n", "\n").rstrip("\n") if body else "",
        "language": str(mail["content-language"] or ""),
    }

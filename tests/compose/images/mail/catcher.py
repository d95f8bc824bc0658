"""Take mails on port 1025 and show them on port 8025, as the part of mailpit's API that the tests ask for.

``GET /api/v1/messages``          ``{"messages": [{"ID", "To": [{"Address"}]}]}``, newest first
``GET /api/v1/message/<ID>/raw``  the mail as it came
"""

from __future__ import annotations

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

MAILS: list[Envelope] = []
"""All that came, oldest first; a mail's place is its id."""


class Keep:
    """Keep each mail (an aiosmtpd handler: its method name is aiosmtpd's)."""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail."""
        MAILS.append(envelope)
        return "250 OK"


class Shown(BaseHTTPRequestHandler):
    """Answer the two paths."""

    def do_GET(self) -> None:
        """Answer one request."""
        path = self.path.partition("?")[0]
        if path == "/api/v1/messages":
            self._answer(json.dumps({"messages": listed()}).encode())
        elif (found := re.fullmatch(r"/api/v1/message/(\d+)/raw", path)) and int(found[1]) < len(MAILS):
            self._answer(bytes(MAILS[int(found[1])].content or b""))
        else:
            self.send_error(404)

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def listed() -> list[dict[str, object]]:
    """Return what there is, newest first."""
    described = [
        {"ID": str(number), "To": [{"Address": address} for address in mail.rcpt_tos]}
        for number, mail in enumerate(MAILS)
    ]
    return described[::-1]


if __name__ == "__main__":
    Controller(Keep(), hostname="0.0.0.0", port=1025, enable_SMTPUTF8=True).start()
    ThreadingHTTPServer(("0.0.0.0", 8025), Shown).serve_forever()

"""Hold one bound session with an SMSC (SMPP 3.4): submit parts, match the answers, hand receipts on.

smpplib makes, parses and frames the PDUs. What it leaves to its user is here: several threads may submit at once,
answers are matched to their requests by sequence number, and a line that falls silent is noticed.

::

    sender threads ── submit ──▶ ┌─────────┐ ── submit_sm ───────▶ ┌──────┐
                   ◀── answer ── │ Session │ ◀── submit_sm_resp ── │ SMSC │
    receipt thread ◀── queue ─── └─────────┘ ◀── deliver_sm ────── └──────┘
          └───────── deliver_sm_resp, once the receipt is stored ────▶
"""

from __future__ import annotations

import logging
import select
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NoAnswerInTime
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from smpplib import consts, exceptions, smpp
from smpplib.client import Client, SimpleSequenceGenerator
from smpplib.command import Command

from chassis.config import Config

ANSWER_WAIT = 10.0
CONNECT_TIMEOUT = 5.0
SILENCE = 30.0
TICK = 1.0
ALPHANUMERIC, INTERNATIONAL, UNKNOWN, ISDN = 5, 1, 0, 1  # type of number; numbering plan (5.2.5, 5.2.6)


@dataclass(frozen=True, slots=True)
class Smsc:
    """Say where the SMSC is, how it knows us, from whom texts come. Times in seconds, ``rate`` in parts a second."""

    host: str
    port: int
    system_id: str
    password: str
    sender: str
    rate: float = 20.0
    answer_wait: float = ANSWER_WAIT
    silence: float = SILENCE

    @classmethod
    def of(cls, config: Config) -> Smsc:
        """Return the SMSC that a node is configured for."""
        return cls(
            host=config.smsc_host,
            port=config.smsc_port,
            system_id=config.smsc_system_id,
            password=config.smsc_password,
            sender=config.sms_sender,
            rate=config.smsc_rate,
        )

    @property
    def source(self) -> dict[str, Any]:
        """Return the sender as submit_sm states it: a name, an international number or a short code."""
        if self.sender.startswith("+"):
            return {"source_addr": self.sender[1:], "source_addr_ton": INTERNATIONAL, "source_addr_npi": ISDN}
        if self.sender.isdigit():
            return {"source_addr": self.sender, "source_addr_ton": UNKNOWN, "source_addr_npi": ISDN}
        return {"source_addr": self.sender, "source_addr_ton": ALPHANUMERIC, "source_addr_npi": UNKNOWN}


class Lost(Exception):
    """Say that the session is over, or could not be opened; ``code`` says why."""

    def __init__(self, code: str) -> None:
        """Take the reason, a word of ours or a status of SMPP."""
        super().__init__(code)
        self.code = code


class NotAnswered(Exception):
    """Say that a part was handed over and that its answer did not come."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold the SMSC's answer to a part: a status of SMPP, 0 for accepted, and its id."""

    status: int
    reference: str


class Session(Client):  # type: ignore[misc]  # smpplib carries no types
    """Be one connection, from its bind to its loss. Submitting is thread-safe; reading is for one thread."""

    _socket: socket.socket | None

    def __init__(self, smsc: Smsc, on_delivery: Callable[[Session, Command], None]) -> None:
        """Take the SMSC, and what is called with each deliver_sm; it must return at once."""
        logging.getLogger("smpplib").setLevel(logging.WARNING)  # below that it writes whole PDUs: numbers and texts
        super().__init__(
            smsc.host,
            smsc.port,
            timeout=CONNECT_TIMEOUT,
            sequence_generator=_Sequence(),
            logger_name="smpplib.client",
            allow_unknown_opt_params=True,
        )
        self._smsc = smsc
        self._on_delivery = on_delivery
        self._waiting: dict[int, Future[Answer]] = {}
        self._writing = threading.Lock()
        self._heard = time.monotonic()

    def open(self) -> None:
        """Connect and bind as a transceiver. Raises :class:`Lost`."""
        try:
            self.connect()
            self.bind_transceiver(system_id=self._smsc.system_id, password=self._smsc.password)
        except exceptions.PDUError as error:
            self.close()
            raise Lost(f"bind_refused_{error.args[-1]}") from error
        except (exceptions.ConnectionError, exceptions.UnknownCommandError, OSError) as error:
            self.close()
            raise Lost("unreachable") from error

    def close(self) -> None:
        """Close the connection; whoever waits for an answer is told that none will come."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self.state = consts.SMPP_CLIENT_STATE_CLOSED
        for sequence in list(self._waiting):
            if (waiting := self._waiting.pop(sequence, None)) is not None:
                waiting.set_exception(NotAnswered("lost"))

    def submit(self, address: str, part: bytes, *, coding: int, concatenated: bool) -> Answer:
        """Submit one part to an E.164 address and return the answer.

        Raises :class:`Lost` where the part certainly did not go, :class:`NotAnswered` where that cannot be known.
        """
        submission = smpp.make_pdu(
            "submit_sm",
            client=self,
            **self._smsc.source,
            destination_addr=address.removeprefix("+"),
            dest_addr_ton=INTERNATIONAL,
            dest_addr_npi=ISDN,
            short_message=part,
            data_coding=coding,
            esm_class=consts.SMPP_GSMFEAT_UDHI if concatenated else consts.SMPP_MSGTYPE_DEFAULT,
            registered_delivery=consts.SMPP_SMSC_DELIVERY_RECEIPT_BOTH,
        )
        answer: Future[Answer] = Future()
        self._waiting[submission.sequence] = answer
        try:
            self._write(submission)
            return answer.result(self._smsc.answer_wait)
        except NoAnswerInTime as error:
            raise NotAnswered("late") from error
        finally:
            self._waiting.pop(submission.sequence, None)

    def acknowledge(self, delivery: Command, *, status: int = consts.SMPP_ESME_ROK) -> None:
        """Answer a deliver_sm. Raises :class:`Lost`; the SMSC then delivers it again."""
        self._reply("deliver_sm_resp", delivery, status)

    def read(self) -> None:
        """Take what arrives until the session is over, which raises :class:`Lost`."""
        self._heard = time.monotonic()
        asked = False
        while True:
            if self._readable(min(TICK, self._smsc.silence / 3)):
                self._take(self._next_pdu())
                self._heard, asked = time.monotonic(), False
            silent = time.monotonic() - self._heard
            if silent > 2 * self._smsc.silence:
                raise Lost("silent")
            if silent > self._smsc.silence and not asked:
                self._write(smpp.make_pdu("enquire_link", client=self))
                asked = True

    def leave(self) -> None:
        """Say goodbye, as far as the line allows; reading ends with :class:`Lost` then."""
        with suppress(Lost):
            self._write(smpp.make_pdu("unbind", client=self))

    def _take(self, pdu: Command) -> None:
        match pdu.command:
            case "submit_sm_resp" | "generic_nack":
                self._resolve(pdu)
            case "deliver_sm":
                self._on_delivery(self, pdu)
            case "enquire_link":
                self._reply("enquire_link_resp", pdu)
            case "unbind":
                self._reply("unbind_resp", pdu)
                raise Lost("unbound")
            case "unbind_resp":
                raise Lost("left")

    def _resolve(self, pdu: Command) -> None:
        if (waiting := self._waiting.pop(pdu.sequence, None)) is not None:
            reference = getattr(pdu, "message_id", None) or b""
            waiting.set_result(Answer(pdu.status, reference.decode("ascii", "replace")))

    def _reply(self, command: str, request: Command, status: int = consts.SMPP_ESME_ROK) -> None:
        reply = smpp.make_pdu(command, client=self, status=status)
        reply.sequence = request.sequence
        self._write(reply)

    def _write(self, pdu: Command) -> None:
        """Write a whole PDU, or end the session: what is left behind then is incomplete, and no SMSC can take it."""
        try:
            with self._writing:
                self.send_pdu(pdu)
        except (exceptions.ConnectionError, exceptions.PDUError, AttributeError) as error:
            self.close()
            raise Lost("write") from error  # smpplib's socket is None once closed: AttributeError

    def _readable(self, seconds: float) -> bool:
        try:
            return bool(select.select([self._socket or -1], [], [], seconds)[0])
        except (OSError, ValueError) as error:  # closed by another thread
            raise Lost("closed") from error

    def _next_pdu(self) -> Command:
        try:
            return self.read_pdu()
        except (exceptions.PDUError, exceptions.ConnectionError, exceptions.UnknownCommandError, OSError) as error:
            raise Lost("read") from error
        except AttributeError as error:
            raise Lost("closed") from error


class _Sequence(SimpleSequenceGenerator):  # type: ignore[misc]
    """Number PDUs, also where several threads make them at once."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def next_sequence(self) -> int:
        """Return the next number, as smpplib does."""
        with self._lock:
            return int(super().next_sequence())

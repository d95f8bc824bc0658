"""Send texts through an SMSC: keep a session bound, keep to its rate, cut texts into parts, take receipts.

The session is kept bound while the process runs, since receipts come only to a bound one; a lost one is bound again
with a growing pause. Parts of one text go one after the other, under a concatenation reference that is the same at each
attempt: a phone joins parts of two attempts, and a repeated part replaces the first.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from smpplib import consts
from smpplib.command import Command

from chassis.errors import Unavailable
from chassis.logs import get_logger
from services.notifications import metrics
from services.notifications.channels import receipts, segments
from services.notifications.channels.channel import Busy, Letter, Refused, Taken, Unanswered, Unreachable
from services.notifications.channels.pace import Pace
from services.notifications.channels.receipts import Receipt
from services.notifications.channels.smpp import Answer, Lost, NotAnswered, Session, Smsc

PAUSES = (0.5, 1, 2, 5, 10, 30)
PATIENCE = 2.0
COME_AGAIN = frozenset(
    {consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL, consts.SMPP_ESME_RSYSERR, consts.SMPP_ESME_RX_T_APPN}
)

log = get_logger()


def spawn_thread(run: Callable[[], None], name: str) -> None:
    """Run a daemon thread."""
    threading.Thread(target=run, name=name, daemon=True).start()


class SmsChannel:
    """Send texts. ``on_receipt`` is called in a thread of its own and must store the receipt before it returns."""

    receipts = True

    def __init__(
        self,
        smsc: Smsc,
        on_receipt: Callable[[Receipt], None],
        spawn: Callable[[Callable[[], None], str], None] = spawn_thread,
    ) -> None:
        """Take the SMSC, and how to run a named thread; nothing is opened before :meth:`start`."""
        self._smsc = smsc
        self._on_receipt = on_receipt
        self._pace = Pace(smsc.rate)
        self._session: Session | None = None
        self._bound = threading.Event()
        self._stopping = threading.Event()
        self._delivered: queue.Queue[tuple[Session, Command] | None] = queue.Queue()
        self._spawn = spawn
        self._settled = threading.Event()

    def start(self) -> None:
        """Begin to keep a session bound."""
        self._spawn(self._keep_bound, "smsc-link")
        self._spawn(self._take_deliveries, "smsc-receipts")

    def stop(self) -> None:
        """Store the receipts that are in hand, and leave the session."""
        self._stopping.set()
        self._delivered.put(None)
        self._settled.wait(PATIENCE)
        if (session := self._session) is not None:
            session.leave()

    def send(self, letter: Letter) -> Taken:
        """Submit every part of a text, and return the SMSC's id of each.

        Raises :class:`Unreachable`, :class:`Busy` (throttled, queue full), :class:`Refused` (any other status, or a
        text too long for any phone) and :class:`Unanswered`.
        """
        try:
            encoded = segments.encode(letter.text)
        except segments.TooLong as error:
            raise Refused("too_long") from error
        session = self._bound_session()
        parts = encoded.with_headers(segments.reference_of(letter.id))
        return Taken(tuple(self._submit(session, letter.address, part, encoded) for part in parts))

    def _bound_session(self) -> Session:
        if not self._bound.wait(PATIENCE) or (session := self._session) is None:
            raise Unreachable("not_bound")
        return session

    def _submit(self, session: Session, address: str, part: bytes, encoded: segments.Encoded) -> str:
        self._pace.wait()
        try:
            answer = session.submit(address, part, coding=encoded.coding, concatenated=len(encoded.parts) > 1)
        except Lost as error:
            raise Unreachable(error.code) from error
        except NotAnswered as error:
            raise Unanswered(str(error)) from error
        return _accepted(answer)

    def _keep_bound(self) -> None:
        vain = 0
        while not self._stopping.is_set():
            session = Session(self._smsc, lambda session, delivery: self._delivered.put((session, delivery)))
            try:
                session.open()
                vain = 0
                self._hold(session)
            except Lost as error:
                log.warning("smsc_session_lost", reason=error.code, vain=vain)
            self._stopping.wait(PAUSES[min(vain, len(PAUSES) - 1)])
            vain += 1

    def _hold(self, session: Session) -> None:
        log.info("smsc_bound", host=self._smsc.host, port=self._smsc.port)
        metrics.SMSC_BOUND.set(1)
        self._session = session
        self._bound.set()
        try:
            session.read()
        finally:
            self._bound.clear()
            self._session = None
            metrics.SMSC_BOUND.set(0)
            session.close()

    def _take_deliveries(self) -> None:
        while (delivered := self._delivered.get()) is not None:
            session, delivery = delivered
            try:
                session.acknowledge(delivery, status=self._status_of(delivery))
            except Lost:
                log.info("smsc_receipt_unacknowledged")  # it comes again, and changes nothing then
        self._settled.set()

    def _status_of(self, delivery: Command) -> int:
        """Take one deliver_sm and return how to answer it: taken, come again, or never."""
        if not receipts.is_receipt(delivery.esm_class):
            log.warning("smsc_reply_refused")  # a citizen's answer: nothing takes those yet
            return int(consts.SMPP_ESME_RX_R_APPN)
        receipt = receipts.parse(delivery.short_message or b"", delivery.receipted_message_id, delivery.message_state)
        if receipt is None:
            log.info("smsc_receipt_not_final")
            return int(consts.SMPP_ESME_ROK)
        try:
            self._on_receipt(receipt)
        except Unavailable:
            return int(consts.SMPP_ESME_RX_T_APPN)
        return int(consts.SMPP_ESME_ROK)


def _accepted(answer: Answer) -> str:
    if answer.status == consts.SMPP_ESME_ROK:
        return answer.reference
    code = f"0x{answer.status:08x}"
    raise Busy(code) if answer.status in COME_AGAIN else Refused(code)

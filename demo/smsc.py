"""Run a mobile network's message centre (SMSC) for the demo and the tests: ``python -m demo.smsc --out texts.jsonl``.

The protocol engine is the public package smpp34; nothing here is shared with the code that sends. What arrives is put
together again from its parts (concatenation header of 3GPP TS 23.040, or SAR parameters of SMPP 3.4), decoded, and
appended to a file, one JSON object a line (numbers as E.164)::

    {"time", "source", "destination", "text", "parts", "message_id", "message_ids": [one a part], "coding"}

The line is written before the last part is accepted, so what was accepted can be found. A delivery receipt for each
part follows, when the sender asked for one; a receipt that cannot be handed over waits for the next bind, as in a real
centre.

It can misbehave towards chosen numbers, see ``--help``, and towards all of them, see :mod:`demo.mood`. It cannot check
a password: smpp34 accepts any bind, so a session of another system id is only unbound again.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import gsm0338
import orjson
import smpp34

from demo import mood

UDH_PRESENT = 0x40
RECEIPT = 0x04
RECEIPT_ASKED = 0x03
INTERNATIONAL = 1
CONCATENATION = {0x00: 1, 0x08: 2}  # information element -> bytes of its reference
CODINGS = {0: "gsm03.38", 1: "ascii", 3: "latin-1", 8: "utf-16-be"}
THROTTLED_TRIES = 2
MOODS = {"throttle": smpp34.ESME_RTHROTTLED, "fail": smpp34.ESME_RSYSERR}
STATES = {"DELIVRD": 2, "UNDELIV": 5}
GSM = gsm0338.Codec()


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Say towards which numbers the centre misbehaves, and how many seconds it holds every receipt."""

    refuse: frozenset[str] = frozenset()
    throttle: frozenset[str] = frozenset()
    hang: frozenset[str] = frozenset()
    lose: frozenset[str] = frozenset()
    late: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """Hold one part of a text: its place among ``total`` (counted from 1) and its undecoded body."""

    reference: int
    total: int
    number: int
    body: bytes
    message_id: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Hold one delivery receipt that has yet to reach a bound session."""

    source: str
    destination: str
    message_id: str
    state: str


@dataclass
class Centre:
    """Accept texts, write them down and answer with receipts."""

    system_id: str
    out: Path
    behaviour: Behaviour
    mood: Path | None = None
    sessions: dict[str, smpp34.Esme] = field(default_factory=dict)
    waiting: list[Receipt] = field(default_factory=list)
    parts: dict[tuple[str, str, int], dict[int, Part]] = field(default_factory=dict)
    tries: Counter[str] = field(default_factory=Counter)
    hung: list[smpp34.SubmitSmEvent] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Start numbering messages at the moment of the start, so that a restart repeats no id."""
        self._ids = map("{:X}".format, itertools.count(int(datetime.now(UTC).timestamp() * 1000)))

    async def serve(self, server: smpp34.Server) -> None:
        """Take events until cancelled."""
        while True:
            event = await server.next()
            if isinstance(event, smpp34.SubmitSmEvent):
                self.on_submit(event)
            elif isinstance(event, smpp34.Esme):
                self.on_bind(event)
            else:
                self.sessions.pop(event.session_id, None)

    def on_bind(self, esme: smpp34.Esme) -> None:
        """Take up a session, and hand it the receipts that found nobody."""
        if self.system_id and esme.system_id != self.system_id:
            self._spawn(esme.unbind())
            return
        self.sessions[esme.session_id] = esme
        waiting, self.waiting = self.waiting, []
        for receipt in waiting:
            self._spawn(self._deliver(receipt))

    def on_submit(self, event: smpp34.SubmitSmEvent) -> None:
        """Refuse, throttle, hang or accept one part, as the mood says, and the behaviour towards its number."""
        today = mood.read(self.mood)
        if today.word in MOODS:
            event.reject(MOODS[today.word])
        elif today.word == "hang":
            self.hung.append(event)
        elif today.word == "late":
            self._spawn(self._later(event, today.seconds))
        else:
            self._behave(event)

    async def _later(self, event: smpp34.SubmitSmEvent, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._behave(event)

    def _behave(self, event: smpp34.SubmitSmEvent) -> None:
        number = destination_of(event)
        self.tries[number] += 1
        if number in self.behaviour.refuse:
            event.reject(smpp34.ESME_RINVDSTADR)
        elif number in self.behaviour.throttle and self.tries[number] <= THROTTLED_TRIES:
            event.reject(smpp34.ESME_RTHROTTLED)
        elif number in self.behaviour.hang:
            self.hung.append(event)
        else:
            self._accept(event)

    def _accept(self, event: smpp34.SubmitSmEvent) -> None:
        part = part_of(event, next(self._ids))
        key = (event.source_addr, event.destination_addr, part.reference)
        parts = self.parts.setdefault(key, {})
        parts[part.number] = part
        if len(parts) == part.total:
            self._write(event, self.parts.pop(key))
        event.accept(message_id=part.message_id)
        if event.registered_delivery & RECEIPT_ASKED:
            state = "UNDELIV" if destination_of(event) in self.behaviour.lose else "DELIVRD"
            receipt = Receipt(event.destination_addr, event.source_addr, part.message_id, state)
            self._spawn(self._deliver(receipt, self.behaviour.late))

    def _write(self, event: smpp34.SubmitSmEvent, parts: dict[int, Part]) -> None:
        ordered = [parts[number] for number in sorted(parts)]
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "source": event.source_addr,
            "destination": destination_of(event),
            "text": decode(event.data_coding, b"".join(part.body for part in ordered)),
            "parts": len(ordered),
            "message_id": ordered[0].message_id,
            "message_ids": [part.message_id for part in ordered],
            "coding": CODINGS.get(event.data_coding, "binary"),
        }
        with self.out.open("ab") as file:
            file.write(orjson.dumps(line) + b"\n")

    async def _deliver(self, receipt: Receipt, delay: float = 0.0) -> None:
        if delay:
            await asyncio.sleep(delay)
        for esme in [session for session in self.sessions.values() if session.can_receive]:
            if await handed_over(esme, receipt):
                return
        self.waiting.append(receipt)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


async def handed_over(esme: smpp34.Esme, receipt: Receipt) -> bool:
    """Send a receipt in the form of SMPP 3.4, appendix B, with its parameters beside it; tell whether it was taken."""
    moment = datetime.now(UTC).strftime("%y%m%d%H%M")
    delivered = "001" if receipt.state == "DELIVRD" else "000"
    text = (
        f"id:{receipt.message_id} sub:001 dlvrd:{delivered} submit date:{moment} done date:{moment} "
        f"stat:{receipt.state} err:000 text:"
    )
    try:
        answer = await esme.deliver_sm(
            source_addr=receipt.source,
            destination_addr=receipt.destination,
            esm_class=RECEIPT,
            short_message=text.encode("ascii"),
            tlvs=[
                smpp34.Tlv(smpp34.TLV_RECEIPTED_MESSAGE_ID, receipt.message_id.encode("ascii") + b"\0"),
                smpp34.Tlv(smpp34.TLV_MESSAGE_STATE, bytes([STATES[receipt.state]])),
            ],
        )
    except smpp34.SmppError:
        return False
    return bool(answer.is_success)


def destination_of(event: smpp34.SubmitSmEvent) -> str:
    """Return the number that a text is for, an international one with its plus sign (E.164)."""
    number = str(event.destination_addr)
    return f"+{number}" if event.dest_addr_ton == INTERNATIONAL and not number.startswith("+") else number


def part_of(event: smpp34.SubmitSmEvent, message_id: str) -> Part:
    """Return the part that a submission carries; a text that was never split is part 1 of 1."""
    parameters = {tlv.tag: tlv for tlv in event.tlvs}
    payload = parameters.get(smpp34.TLV_MESSAGE_PAYLOAD)
    body = bytes(payload.value if payload else event.short_message)
    if event.esm_class & UDH_PRESENT:
        header, body = body[1 : 1 + body[0]], body[1 + body[0] :]
        return Part(*concatenation(header), body, message_id)
    if smpp34.TLV_SAR_TOTAL_SEGMENTS in parameters:
        reference, total, number = (
            parameters[tag].as_int() or 0
            for tag in (smpp34.TLV_SAR_MSG_REF_NUM, smpp34.TLV_SAR_TOTAL_SEGMENTS, smpp34.TLV_SAR_SEGMENT_SEQNUM)
        )
        return Part(reference, total, number, body, message_id)
    return Part(0, 1, 1, body, message_id)


def concatenation(header: bytes) -> tuple[int, int, int]:
    """Return ``(reference, total, number)`` from a user data header (3GPP TS 23.040, 9.2.3.24), or ``(0, 1, 1)``."""
    while len(header) >= 2:  # noqa: PLR2004 - an element is at least its name and its length
        element, length, value, header = header[0], header[1], header[2 : 2 + header[1]], header[2 + header[1] :]
        if element in CONCATENATION and length == CONCATENATION[element] + 2:
            return int.from_bytes(value[:-2], "big"), value[-2], value[-1]
    return 0, 1, 1


def decode(coding: int, body: bytes) -> str:
    """Return a text of any coding that phones show; anything else in hexadecimal."""
    if coding not in CODINGS:
        return body.hex()
    if coding == 0:
        return str(GSM.decode(body)[0])
    return body.decode(CODINGS[coding], errors="replace")


async def serve(host: str, port: int, centre: Centre) -> None:
    """Serve until SIGTERM or SIGINT."""
    server = smpp34.Server(host=host, port=port, system_id="demo-smsc")
    await server.start()
    serving = asyncio.ensure_future(centre.serve(server))
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, serving.cancel)
    click.echo("smsc ready")
    await asyncio.wait([serving])
    await server.stop()
    if not serving.cancelled():
        serving.result()
    os._exit(0)  # the engine's own threads may still call into an interpreter that is being taken down: it crashes then


@click.command()
@click.option("--host", envvar="TASHBIK_SMSC_HOST", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="TASHBIK_SMSC_PORT", default=2775, show_default=True)
@click.option("--system-id", envvar="TASHBIK_SMSC_SYSTEM_ID", default="", help="The one account; none: any.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File for what arrives.")
@click.option("--refuse", multiple=True, metavar="NUMBER", help="Answer ESME_RINVDSTADR for this number.")
@click.option("--throttle", multiple=True, metavar="NUMBER", help="Answer ESME_RTHROTTLED twice for this number.")
@click.option("--hang", multiple=True, metavar="NUMBER", help="Never answer for this number.")
@click.option("--lose", multiple=True, metavar="NUMBER", help="Accept for this number, and report UNDELIV.")
@click.option("--late", default=0.0, metavar="SECONDS", help="Hold every receipt so long.")
@click.option("--mood", type=click.Path(dir_okay=False, path_type=Path), help="File with the mood towards everybody.")
def main(host: str, port: int, system_id: str, out: Path, mood: Path | None, **towards: Any) -> None:
    """Run the message centre until it is told to stop."""
    late = towards.pop("late")
    behaviour = Behaviour(late=late, **{kind: frozenset(numbers) for kind, numbers in towards.items()})
    asyncio.run(serve(host, port, Centre(system_id, out, behaviour, mood)))


if __name__ == "__main__":
    main()

"""Read delivery receipts: SMPP 3.4's parameters where they are given, else the customary text of its appendix B."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.notifications.messages.domain import Delivery

IS_RECEIPT, MESSAGE_TYPE = 0x04, 0x3C  # esm_class, 5.2.12
ID = re.compile(rb"\bid:\s*(\S+)", re.IGNORECASE)
STATE = re.compile(rb"\bstat:\s*([A-Z]+)", re.IGNORECASE)

WORDS: dict[bytes, Delivery] = {
    b"DELIVRD": Delivery.DELIVERED,
    b"EXPIRED": Delivery.MISSED,
    b"UNKNOWN": Delivery.MISSED,
    b"DELETED": Delivery.FAILED,
    b"UNDELIV": Delivery.FAILED,
    b"REJECTD": Delivery.FAILED,
}
NUMBERS: dict[int, Delivery] = {  # message_state, 5.2.28
    2: Delivery.DELIVERED,
    3: Delivery.MISSED,
    4: Delivery.FAILED,
    5: Delivery.FAILED,
    7: Delivery.MISSED,
    8: Delivery.FAILED,
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """Say what became of one part, by the id that the centre gave it."""

    reference: str
    delivery: Delivery


def is_receipt(esm_class: int | None) -> bool:
    """Tell a receipt from a text that somebody wrote to us."""
    return (esm_class or 0) & MESSAGE_TYPE == IS_RECEIPT


def parse(text: bytes, reference: bytes | None = None, state: int | None = None) -> Receipt | None:
    """Return what a receipt says, or None where it is not final (``ENROUTE``, ``ACCEPTD``) or cannot be read."""
    found_id, found_state = ID.search(text), STATE.search(text)
    name = (reference or b"").rstrip(b"\0") or (found_id[1] if found_id else b"")
    word = found_state[1].upper() if found_state else b""
    delivery = WORDS.get(word) if state is None else NUMBERS.get(state)
    if not name or delivery is None:
        return None
    return Receipt(name.decode("ascii", "replace"), delivery)

"""Stand in for texts or mails on a node that has no SMSC or no mail server yet."""

from __future__ import annotations

from chassis.logs import get_logger
from services.notifications.channels.channel import Letter, Refused, Taken
from services.notifications.channels.segments import TooLong, encode

log = get_logger()


class LogChannel:
    """Note that a message would have gone out: its id and size, never its address or a word of it."""

    receipts = False

    def send(self, letter: Letter) -> Taken:
        """Write one line and take the letter. Raises :class:`Refused` for a text that no SMSC would take."""
        parts = 1 if letter.subject else _parts(letter)
        log.info("message_logged", message=letter.id, language=letter.language, parts=parts)
        return Taken(tuple(f"{letter.id}:{number}" for number in range(1, parts + 1)))

    def start(self) -> None:
        """Need nothing."""

    def stop(self) -> None:
        """Close nothing."""


def _parts(letter: Letter) -> int:
    try:
        return len(encode(letter.text).parts)
    except TooLong as error:
        raise Refused("too_long") from error

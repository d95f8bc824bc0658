"""Count the texts and mails of the jobs, by what the SMSC and the mail server wrote down.

An SMSC and a database cannot commit together, so there is one named window in which a text may go out twice: its sender
died, or was left without an answer, after it had handed the text over and before it had recorded that. The message's
own record counts such doubts; whatever is doubled beyond them is a fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo.database import Database

from demo.stage import lines
from tests.chaos.workload import Ledger

OUT = {"sent", "pending", "delivered"}
OF_A_JOB = ("family_referred", "family_accepted", "family_completed")

Record = dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """Say what went out: how many, doubled inside the window and outside, missing, failed, and given up in doubt."""

    texts: int
    doubled: list[str]
    doubled_in_window: int
    missing: list[str]
    failed: list[str]
    given_up_in_doubt: int
    mails: int
    mails_doubled: list[str]


def audit(notifications: Database[Record], ledger: Ledger, texts: Path, mails: Path) -> Sent:
    """Compare the messages' own records with what was received."""
    messages = list(notifications["messages"].find({"referral": {"$in": list(ledger.referrals)}}))
    of_families = [one for one in messages if one["audience"] == "family"]
    phones = {phone: referral for referral, phone in ledger.referrals.items()}
    arrived = [(phones.get(str(line["destination"]).lstrip("+")), line["text"]) for line in lines(texts)]
    received = Counter((referral, text) for referral, text in arrived if referral)
    extra = _extra((referral, count) for (referral, _), count in received.items())
    doubts = _sums((one["referral"], one["doubts"]) for one in of_families)
    different = Counter(referral for referral, _ in received)
    taken = Counter(one["referral"] for one in of_families if one["status"] in OUT)
    in_doubt = [one for one in messages if one["status"] == "technical-failure" and one["doubts"]]
    posted = Counter(line["message_id"] for line in lines(mails))
    known = {one["references"][0]: one["doubts"] for one in messages if one["channel"] == "email" and one["references"]}
    return Sent(
        texts=received.total(),
        doubled=[id_ for id_, count in extra.items() if count > doubts[id_]],
        doubled_in_window=sum(min(count, doubts[id_]) for id_, count in extra.items()),
        missing=[id_ for id_, count in taken.items() if different[id_] < count] + _untold(ledger, of_families),
        failed=[f"{one['_id']}: {one['reason']}" for one in messages if _has_failed(one)],
        given_up_in_doubt=len(in_doubt),
        mails=sum(posted[id_] for id_ in known),
        mails_doubled=[id_ for id_, doubts_of in known.items() if posted[id_] > 1 + doubts_of],
    )


def _untold(ledger: Ledger, messages: list[Record]) -> list[str]:
    """Return each step of a completed case for which there is no message, or more than one."""
    made = Counter((one["referral"], one["template"]) for one in messages)
    wrong = [(id_, step) for id_ in ledger.completed for step in OF_A_JOB if made[id_, step] != 1]
    return [f"{made[id_, step]} times {step} of {id_}" for id_, step in wrong]


def _has_failed(message: Record) -> bool:
    given_up_in_doubt = message["status"] == "technical-failure" and message["doubts"]
    return message["status"] not in OUT | {"created", "sending"} and not given_up_in_doubt


def _extra(counts: Iterable[tuple[str, int]]) -> Counter[str]:
    return _sums((id_, count - 1) for id_, count in counts)


def _sums(counts: Iterable[tuple[str, int]]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for id_, count in counts:
        sums[id_] += count
    return sums

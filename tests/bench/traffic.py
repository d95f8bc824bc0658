"""Make the requests that the benchmarks send: reads of what there is, and changes of which no two meet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count, cycle
from typing import Any
from urllib.parse import quote

import orjson

from chassis.ids import new_id
from cli.api import Api
from demo import cast
from demo.play import Play
from tests.bench.drive import Request, closed_loop

FILE_ROWS = 100
FILE_HEADER = "name,type,registration number,county,latitude,longitude,capability,capacity"
BOUNDARY = "tashbik-bench"
SIGN_IN = 600.0  # seconds between two tokens; one holds for longer
PHONES_FROM = 20_000_000
SEARCHES = ("الخيرية دشنا", "سند الجار", "تنمية قوص", "شمس الصعيد", "كوم السمسم", "روضة الاحباب")
PLACES = ("26.164,32.727", "26.125,32.475", "26.05,32.24", "25.914,32.763")

Record = dict[str, Any]
Case = tuple[str, str, str]
"""A need, an agency, and the family's phone."""


class Traffic:
    """Make requests of a demo directorate's staff."""

    def __init__(self, play: Play, url: str) -> None:
        """Take whom to act as."""
        self._play = play
        self._url = url
        self._numbers = count()
        self._stamp = new_id()[-12:]
        self._sign_in_at = time.monotonic() + SIGN_IN
        self._area = play.county(cast.COUNTY)

    def ids(self, most: int = 200) -> list[str]:
        """Return the ids of organizations that the directory shows."""
        return [one["id"] for one in self._play.operator.get("/organizations", limit=most)["items"]]

    def private_reads(self) -> list[Request]:
        """Read organizations from the register itself, which answers by RPC."""
        headers = tuple(self._play.operator._authorized(None).items())
        return [Request(f"/register/organizations/{id_}", headers=headers) for id_ in self.ids()]

    def needs(self, families: list[str], count_: int) -> list[Request]:
        """Register needs of these families in turn."""
        body = {"subject": cast.NEED["subject"], "urgency": "normal", "note": cast.NEED["note"]}
        return [self._case(f"/families/{families[one % len(families)]}/needs", body) for one in range(count_)]

    def families(self, count_: int) -> list[str]:
        """Register families with a phone of their own and their consent, and return their ids."""
        return self._made([self._family(f"+2010{PHONES_FROM + next(self._numbers)}") for _ in range(count_)])

    def referrals(self, count_: int) -> list[Request]:
        """Refer a family each, registered beforehand; ``about`` is the phone that is told."""
        return [self.referral(*case) for case in self.cases(count_)]

    def cases(self, count_: int) -> list[Case]:
        """Register families with a need each, and return what a referral of each is made of."""
        phones = [f"+2010{PHONES_FROM + next(self._numbers)}" for _ in range(count_)]
        families = self._made([self._family(phone) for phone in phones])
        needs = self._made(self.needs(families, count_))
        subject = cast.NEED["subject"]
        agencies = [one["id"] for one in self._play.operator.get("/organizations", subject=subject, limit=100)["items"]]
        return list(zip(needs, cycle(agencies), phones, strict=False))

    def referral(self, need: str, agency: str, phone: str) -> Request:
        """Refer a need to an agency."""
        return self._case("/referrals", {"need": need, "organization": agency}, phone)

    def organizations(self, count_: int) -> list[Request]:
        """Register an organization each."""
        return [self._sent(self._play.operator, "/organizations", orjson.dumps(self._one())) for _ in range(count_)]

    def changes(self) -> Iterator[Request]:
        """Change an organization each, in turn, for ever: the directory stays as large as it is."""
        for number, id_ in enumerate(cycle(self.ids())):
            body = orjson.dumps({"members_count": 10 + number % 1_000})
            yield self._sent(self._play.operator, f"/organizations/{id_}", body, "", ("If-Match", "*"), method="PATCH")

    def files(self, count_: int) -> list[Request]:
        """Import :data:`FILE_ROWS` organizations by a file each; ``about`` begins their registration numbers."""
        return [self._file(f"{self._stamp}f{next(self._numbers)}") for _ in range(count_)]

    def _file(self, mark: str) -> Request:
        rows = (
            f"جمعية تنمية المجتمع {mark} {row},community,{mark}/{row},{cast.COUNTY},"
            f"{26.05 + row / 1000:.3f},{32.40 + row / 1000:.3f},food,10"
            for row in range(FILE_ROWS)
        )
        lines = (
            *(f"--{BOUNDARY}", f'Content-Disposition: form-data; name="file"; filename="{mark}.csv"'),
            *("Content-Type: text/csv", "", "\n".join((FILE_HEADER, *rows)), f"--{BOUNDARY}--", ""),
        )
        kind = ("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
        return self._sent(self._play.operator, "/imports", "\r\n".join(lines).encode(), mark, kind)

    def _one(self) -> Record:
        return {
            "name": f"جمعية قياس {self._stamp} {next(self._numbers)}",
            "organization_type": "community",
            "locations": [{"latitude": 26.12, "longitude": 32.46, "area": self._area["id"]}],
        }

    def _family(self, phone: str) -> Request:
        members = [{"given_name": "زينب", "family_name": "عبد الراضي", "relationship": "head"}]
        consents = list(cast.CONSENTS)
        body = {"area": self._area["id"], "phone": phone, "language": "ar", "members": members, "consents": consents}
        return self._case("/families", body)

    def _case(self, path: str, body: Record, about: str = "") -> Request:
        return self._sent(self._play.worker, path, orjson.dumps(body), about)

    def _sent(
        self, api: Api, path: str, body: bytes, about: str = "", *more: tuple[str, str], method: str = "POST"
    ) -> Request:
        if time.monotonic() > self._sign_in_at:
            self._sign_in_at = time.monotonic() + SIGN_IN
            self._play.worker._token = self._play.operator._token = ""
        headers = (*api._authorized({"Idempotency-Key": new_id()}).items(), *more)
        return Request(path, method, body, headers, about)

    def _made(self, requests: list[Request]) -> list[str]:
        outcomes = sorted(
            closed_loop(self._url, requests, 3600.0, connections=8, keep=True), key=lambda one: one.number
        )
        return [id_in(one.body) for one in outcomes]


def id_in(body: bytes) -> str:
    """Return the id of the record in an answer."""
    return str(orjson.loads(body)["id"])


KEPT = "kept"
READS: dict[str, Callable[[Traffic], list[str]]] = {
    "by-id": lambda traffic: [f"/organizations/{id_}" for id_ in traffic.ids()],
    KEPT: lambda traffic: [f"/organizations/{id_}" for id_ in traffic.ids()],
    "search": lambda _: [f"/organizations?limit=20&q={quote(words)}" for words in SEARCHES],
    "nearest": lambda _: [f"/organizations?limit=20&near={place}" for place in PLACES],
    "list": lambda _: ["/organizations?limit=50", "/organizations?limit=50&area=EG2904&subject=health"],
    "map": lambda _: ["/organizations.geojson", "/organizations.geojson?subject=food"],
}

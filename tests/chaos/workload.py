"""Send a small stream of main jobs at a node, as other systems would: with keys, and again where no answer came.

Most jobs are one family: registered, with consent and a need, referred, accepted, served and completed. Every
:data:`IMPORT_EVERY`-th brings in a few associations by a file. A request is repeated with its own idempotency key until
the node answers it, so each ends accepted or refused for good.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from cli.api import Credentials

AGAIN = {429, 500, 502, 503, 504}
PATIENCE = 120.0
PAUSE = 0.3
REFRESH = 600.0
FAMILY_NAME = "عائلة"
IMPORT_NAME = "جمعية الاختبار"
IMPORT_EVERY = 6
IMPORT_ROWS = 5
ENDED = {"completed", "failed", "cancelled"}

Record = dict[str, Any]


class GivenUp(Exception):
    """Say that the node did not answer a request within the patience of its caller."""


@dataclass
class Ledger:
    """Keep what the node accepted, as its callers saw it. Thread-safe."""

    accepted: int = 0
    repeated: int = 0
    families: dict[str, str] = field(default_factory=dict)
    referrals: dict[str, str] = field(default_factory=dict)
    completed: list[str] = field(default_factory=list)
    imported: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    answered_at: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def accept(self) -> None:
        """Count one changing request that the node answered 2xx."""
        with self._lock:
            self.accepted += 1
            self.answered_at.append(time.monotonic())

    def repeat(self) -> None:
        """Count one request that had to be sent again."""
        with self._lock:
            self.repeated += 1


class Caller:
    """Be one client: hold a token, and repeat what gets no answer. Thread-safe."""

    def __init__(self, url: str, credentials: Credentials, ledger: Ledger) -> None:
        """Take the node's address and the client's secret."""
        self._http = httpx.Client(base_url=url, timeout=15.0, limits=httpx.Limits(max_connections=32))
        self._credentials = credentials
        self._ledger = ledger
        self._token, self._fresh_until = "", 0.0
        self._lock = threading.Lock()

    def post(self, path: str, body: Record, key: str) -> Record:
        """Return the answer to a request; raise :class:`GivenUp`, or ``ValueError`` where it is refused."""
        return self.ask("POST", path, json=body, headers={"Idempotency-Key": key})

    def ask(self, method: str, path: str, **content: Any) -> Record:
        """Send a request until it is answered; see :meth:`post`."""
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self._try(method, path, content)
            if answer is not None and answer.is_success:
                if method != "GET":
                    self._ledger.accept()
                return dict(answer.json())
            if answer is not None and answer.status_code not in AGAIN | {401}:
                raise ValueError(f"{path}: HTTP {answer.status_code} {answer.text[:300]}")
            if time.monotonic() > deadline:
                raise GivenUp(f"{path}: {answer.status_code if answer is not None else 'no answer'}")
            self._ledger.repeat()
            time.sleep(PAUSE)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _try(self, method: str, path: str, content: Record) -> httpx.Response | None:
        try:
            headers = {**content.get("headers", {}), "Authorization": f"Bearer {self._bearer()}"}
            answer = self._http.request(method, path, **{**content, "headers": headers})
        except httpx.HTTPError:
            return None
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._fresh_until = 0.0
        return answer

    def _bearer(self) -> str:
        with self._lock:
            if time.monotonic() > self._fresh_until:
                who = (self._credentials.client_id, self._credentials.secret)
                answer = self._http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=who)
                answer.raise_for_status()
                self._token, self._fresh_until = answer.json()["access_token"], time.monotonic() + REFRESH
            return self._token


@dataclass(frozen=True)
class Agency:
    """Name an agency that answers its referrals, with the caller that acts for it."""

    organization: str
    subject: str
    caller: Caller


@dataclass(frozen=True)
class Staff:
    """Name who imports, who refers, and to whom."""

    operator: Caller
    worker: Caller
    agencies: list[Agency]


class Workload:
    """Run jobs at a fixed rate until told to stop; then wait for those under way."""

    def __init__(self, staff: Staff, area: Record, ledger: Ledger, seed: int) -> None:
        """Take who calls, and the area where all of it happens."""
        self._staff = staff
        self._area = area
        self.ledger = ledger
        self._random = random.Random(seed)
        self._seed = seed
        self._stop = threading.Event()
        self._jobs: list[threading.Thread] = []
        self._thread: threading.Thread | None = None

    def start(self, rate: float) -> None:
        """Start a job every ``1 / rate`` seconds."""
        self._thread = threading.Thread(target=self._run, args=(rate,), daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Start no more, and return when every job has ended."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        for job in self._jobs:
            job.join()

    def _run(self, rate: float) -> None:
        number = 0
        while not self._stop.wait(1 / rate):
            agency = self._random.choice(self._staff.agencies)
            job = threading.Thread(target=self._guarded, args=(number, agency), daemon=True)
            job.start()
            self._jobs.append(job)
            number += 1

    def _guarded(self, number: int, agency: Agency) -> None:
        try:
            if number % IMPORT_EVERY == IMPORT_EVERY - 1:
                self._import(number)
            else:
                self._job(number, agency)
        except GivenUp as error:
            self.ledger.given_up.append(f"job {number}: {error}")
        except ValueError as error:
            self.ledger.refused.append(f"job {number}: {error}")

    def _job(self, number: int, agency: Agency) -> None:
        def key(step: str) -> str:
            return f"chaos-{self._seed}-{number}-{step}"

        family = self._staff.worker.post("/families", self._family(number), key("family"))
        self.ledger.families[family["id"]] = marker(self._seed, number)
        need = self._staff.worker.post(
            f"/families/{family['id']}/needs", {"subject": agency.subject, "urgency": "normal"}, key("need")
        )
        referral = self._staff.worker.post(
            "/referrals", {"need": need["id"], "organization": agency.organization}, key("referral")
        )
        self.ledger.referrals[referral["id"]] = phone(number)
        moves: list[tuple[str, Record]] = [
            ("accept", {}),
            ("report-service", {"description": "خدمة", "quantity": 1}),
            ("complete", {"outcome": "successful"}),
        ]
        for move, body in moves:
            agency.caller.post(f"/referrals/{referral['id']}/{move}", body, key(move))
        self.ledger.completed.append(referral["id"])

    def _import(self, number: int) -> None:
        names = [f"{IMPORT_NAME} {self._seed} {number} {row}" for row in range(IMPORT_ROWS)]
        rows = [f"{name},{self._area['names']['ar']},{self._seed}-{number}-{row}" for row, name in enumerate(names)]
        file = "\n".join(["اسم الجمعية,المركز,رقم القيد", *rows]).encode()
        key = {"Idempotency-Key": f"chaos-{self._seed}-{number}-import"}
        files, form = {"file": ("chaos.csv", file, "text/csv")}, {"language": "ar"}
        started = self._staff.operator.ask("POST", "/imports", files=files, data=form, headers=key)
        self.ledger.imported += names
        deadline = time.monotonic() + PATIENCE
        while (state := self._staff.operator.ask("GET", f"/imports/{started['id']}"))["status"] not in ENDED:
            if time.monotonic() > deadline:
                raise GivenUp(f"import {started['id']}: {state['status']}")
            time.sleep(PAUSE)
        if state["status"] != "completed" or state["counts"]["rejected"]:
            raise ValueError(f"import {started['id']}: {state['status']} {state['counts']} {state.get('failure')}")

    def _family(self, number: int) -> Record:
        return {
            "area": self._area["id"],
            "phone": f"+{phone(number)}",
            "language": ("ar", "fa", "en")[number % 3],
            "members": [{"given_name": marker(self._seed, number), "family_name": "", "relationship": "head"}],
            "consents": [{"purpose": "referral"}, {"purpose": "messages"}],
        }


def marker(seed: int, number: int) -> str:
    """Return the name by which the auditor finds a job's family."""
    return f"{FAMILY_NAME} {seed} {number}"


def phone(number: int) -> str:
    """Return a job's own phone, as the SMSC writes it."""
    return f"2010{number:08d}"


def wait_while(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait while a condition holds; tell whether it ended in time."""
    deadline = time.monotonic() + seconds
    while condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True

"""Look at the machine: processes, clocks, keys, certificates, disk and versions."""

from __future__ import annotations

import shutil
import ssl
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from joserfc.jwk import OKPKey

from chassis import clock
from chassis.masters import MASTER_KEY_BYTES
from cli import keys as keys_of_node
from cli.doctor.patient import Fault, Patient, broken, warning
from cli.node import Node
from cli.roster import API, SERVICES

OTHERS = 0o077
SKEW, FAR = timedelta(seconds=3), timedelta(seconds=30)
GIGABYTE = 1024**3
LOW_DISK, NO_DISK = 5 * GIGABYTE, 1 * GIGABYTE
EXPIRES_SOON = timedelta(days=21)
TLS_PORTS = {"https": 443, "amqps": 5671}
TLS_PATIENCE = 3.0
PYTHON = (3, 11)
NEW_KEYS = (
    "Put back the node's own key from where it is kept. `tashbik keys create` makes a new one where none is left."
)
MASTER_KEY = "Put back the node's own master.key from where it is kept: without it what is encrypted is lost."
NTP = "Let every machine of the node keep its clock by NTP (`timedatectl set-ntp true`)."


def processes(patient: Patient) -> Iterator[Fault]:
    """See that every process of a node without Docker runs and is ready."""
    if patient.node is None:
        return
    if not patient.node.runs():
        return (yield broken("the node does not run", "Start it: `tashbik up`."))
    for each in patient.node.status():
        if not each.ready:
            log = f"`tashbik logs {each.name}`"
            remedy = f"Read its log: {log}." if each.pid else f"Start it: `tashbik up`; {log} may say why it ended."
            yield broken(f"{each.name} is {each.state}, and not ready{_reasons(patient.node, each.name)}", remedy)


def _reasons(node: Node, name: str) -> str:
    """Return what a process itself says is wrong; nothing where it says nothing."""
    if name not in {API, *(service.name for service in SERVICES)}:
        return ""
    try:
        checks = httpx.get(f"{node.health_url(name)}/readyz", timeout=3).json()["checks"]
    except (httpx.HTTPError, ValueError, KeyError):
        return ""
    return "".join(f"; {part}: {said}" for part, said in checks.items() if said != "ok")


def database_clock(patient: Patient) -> Iterator[Fault]:
    """See that the database's clock agrees with ours: leases are judged by it, deadlines by ours."""
    asked = clock.now()
    told: datetime = patient.database("gateway").client.admin.command("hello")["localTime"]
    yield from _skew("database", asked, told.replace(tzinfo=UTC))


def broker_clock(patient: Patient) -> Iterator[Fault]:
    """See that the broker's clock agrees with ours, to a second: delays are measured by it."""
    asked = clock.now()
    yield from _skew("broker", asked, parsedate_to_datetime(patient.ask("overview").headers["Date"]))


def keys(patient: Patient) -> Iterator[Fault]:
    """See that every key is there, can be read by us and nobody else, and is what it should be."""
    home = patient.config.keys
    for name in keys_of_node.IDENTITIES:
        private, public = home / "identity" / f"{name}.pem", home / "trusted" / f"{name}.pem"
        yield from _pair(private, public)
    yield from _key(home / "token.pem", _is_private)
    yield from _key(home / "event.key", lambda content: len(content) == keys_of_node.EVENT_KEY_BYTES)
    yield from _key(home / "master.key", lambda content: len(content) == MASTER_KEY_BYTES, MASTER_KEY)


def certificates(patient: Patient) -> Iterator[Fault]:
    """See that the certificate of every server that is reached by TLS is not about to expire."""
    for address in (patient.config.public_url, patient.config.amqp_url):
        url = urlsplit(address)
        if url.scheme in TLS_PORTS and url.hostname:
            place = (url.hostname, url.port or TLS_PORTS[url.scheme])
            pem = ssl.get_server_certificate(place, timeout=TLS_PATIENCE)
            yield from _expiry(f"{place[0]}:{place[1]}", x509.load_pem_x509_certificate(pem.encode()))


def disk(patient: Patient) -> Iterator[Fault]:
    """See that there is room on the disks: ours, and the database's."""
    home = patient.node.home if patient.node else patient.config.keys
    yield from _room(f"the disk of {home}", shutil.disk_usage(home).free)
    stats = patient.database("gateway").command("dbStats")
    if "fsTotalSize" in stats:
        yield from _room("the database's disk", int(stats["fsTotalSize"] - stats["fsUsedSize"]))


def versions(patient: Patient) -> Iterator[Fault]:
    """See that Python is new enough; :mod:`.broker` and :mod:`.storage` look at their servers' versions."""
    if sys.version_info < PYTHON:
        yield broken(f"Python is {sys.version.split()[0]}", "Install Python 3.11 or newer.")


def _skew(what: str, ours: datetime, told: datetime) -> Iterator[Fault]:
    skew = abs(told - ours)
    if skew >= SKEW:
        kind = broken if skew >= FAR else warning
        yield kind(f"the {what}'s clock differs from ours by {skew.total_seconds():.0f} s", NTP)


def _pair(private: Path, public: Path) -> Iterator[Fault]:
    faults = [*_key(private, _is_private), *_key(public, _is_key, others=True)]
    yield from faults
    if not faults and not _belong(private, public):
        yield broken(f"{public} is not the public half of {private}: its calls are refused", NEW_KEYS)


def _key(
    path: Path, is_right: Callable[[bytes], bool], remedy: str = NEW_KEYS, *, others: bool = False
) -> Iterator[Fault]:
    try:
        content, mode = path.read_bytes(), path.stat().st_mode
    except OSError as error:
        return (yield broken(f"{path} cannot be read ({error.strerror})", remedy))
    if not is_right(content):
        yield broken(f"{path} holds no key of its kind", remedy)
    if mode & OTHERS and not others:
        yield warning(f"{path} can be read by others than its owner", f"Take their rights away: `chmod 600 {path}`.")


def _is_key(content: bytes) -> bool:
    try:
        OKPKey.import_key(content)
    except ValueError:
        return False
    return True


def _is_private(content: bytes) -> bool:
    return _is_key(content) and OKPKey.import_key(content).is_private


def _belong(private: Path, public: Path) -> bool:
    ours, told = (OKPKey.import_key(path.read_bytes()) for path in (private, public))
    return ours.thumbprint() == told.thumbprint()


def _expiry(where: str, certificate: x509.Certificate) -> Iterator[Fault]:
    left = certificate.not_valid_after_utc - clock.now()
    renew = "Renew it where it was issued, and give it to the server."
    if left <= timedelta():
        yield broken(f"the certificate of {where} has expired", renew)
    elif left < EXPIRES_SOON:
        yield warning(f"the certificate of {where} expires in {left.days} days", renew)


def _room(where: str, free: int) -> Iterator[Fault]:
    if free < LOW_DISK:
        kind = broken if free < NO_DISK else warning
        yield kind(f"{where} has {free / GIGABYTE:.1f} GB left", "Make room, or give it a larger disk.")

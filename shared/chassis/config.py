"""Read the configuration of a process: one frozen dataclass, once, from the environment.

Every key stands in :data:`KEYS` with its meaning and its default; a key without a default must be given. Any key may be
given as a file instead, by appending ``_FILE`` to its name (Docker's secrets). Nothing else reads ``os.environ``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from chassis import tls

PREFIX = "TASHBIK_"
REQUIRED = object()
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")
LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")
LONGEST_MOMENT = 2.0  # seconds; later than this nobody is to be shown what has changed
LONGEST_DELAY = 30 * 24 * 3600  # the broker counts to 49 days, and an inbox forgets after 45


class ConfigError(Exception):
    """Name the key that is missing or wrong; the process refuses to start."""


@dataclass(frozen=True, slots=True)
class Key:
    """Describe one key: its meaning, how its text is read, and its default (none means it is required)."""

    meaning: str
    read: Callable[[str], Any] = str
    default: Any = REQUIRED


def _seconds(text: str) -> tuple[float, ...]:
    delays = tuple(float(part) for part in text.split(","))
    if not all(0 < delay <= LONGEST_DELAY for delay in delays):
        raise ValueError("give positive seconds, at most 30 days each, separated by commas")
    return delays


def _hours(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    start, end = (int(part) for part in text.split("-"))
    if not (0 <= start <= 23 and 0 <= end <= 23):  # noqa: PLR2004 - hours of a day
        raise ValueError("give two hours of the day, as 21-8")
    return start, end


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(text.replace(",", " ").split())
    if not all(_ORIGIN.fullmatch(origin) for origin in origins):
        raise ValueError("give origins as https://example.org, with nothing behind")
    return origins


def _issuer(text: str) -> str:
    if not text:
        return ""
    url = urlsplit(text)
    safe = url.scheme == "https" or (url.scheme == "http" and url.hostname in LOOPBACK_HOSTS)
    if not (safe and url.hostname) or url.username or url.query or url.fragment or text.strip() != text:
        raise ValueError("give https://…, with nothing behind its path; http on loopback only")
    return text


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _name(text: str) -> str:
    if not text:
        raise ValueError("give a name")
    return text


def _broker(text: str) -> str:
    tls.options_of(text)
    return text


def _share(text: str) -> float:
    if not 0 <= float(text) <= 1:
        raise ValueError("give a number from 0 to 1")
    return float(text)


def _moment(text: str) -> float:
    if not 0 <= float(text) <= LONGEST_MOMENT:
        raise ValueError("give seconds from 0 to 2")
    return float(text)


def _ports(text: str) -> tuple[int, ...]:
    ports = tuple(int(part) for part in text.split(",") if part.strip())
    if not all(0 < port < 65536 for port in ports):  # noqa: PLR2004 - of TCP
        raise ValueError("give ports from 1 to 65535, separated by commas")
    return ports


def _flag(text: str) -> bool:
    return {"yes": True, "no": False}[text.lower()]


def _word(text: str) -> str:
    if not text.replace("-", "").isalnum() or text != text.lower():
        raise ValueError("give lower-case letters, digits and hyphens")
    return text


KEYS: dict[str, Key] = {
    "node": Key("Name of this directorate's node, as it stands in events: `qena`.", _word),
    "country": Key("ISO 3166-1 code of the node's country: `EG`, `IR` or `PS`.", str, "EG"),
    "timezone": Key("IANA time zone of the node's citizens.", ZoneInfo, "Africa/Cairo"),
    "language": Key("Language of staff who have named none: `ar`, `fa` or `en`.", str, "ar"),
    "amqp_url": Key("RabbitMQ, as `amqp://user:password@host:port/vhost`, or `amqps://…` by TLS.", _broker),
    "mongo_url": Key("MongoDB replica set, as `mongodb://host:port/?replicaSet=rs0`."),
    "database_prefix": Key("Databases are `<prefix>_<service>`.", str, "tashbik"),
    "keys": Key("Directory of the node's keys, made by `tashbik keys create`.", Path),
    "workers": Key("Calls and events that one service process handles at once.", int, 10),
    "rpc_timeout": Key("Seconds that a caller waits for an answer, at most.", float, 10.0),
    "rpc_in_flight": Key("Calls that one process has under way at once, at most.", int, 200),
    "retry_delays": Key("Seconds before each further attempt at a failed event.", _seconds, (1, 5, 30, 120, 600)),
    "health_host": Key("Address for liveness, readiness and metrics.", str, "127.0.0.1"),
    "health_port": Key("Port for liveness, readiness and metrics of this process; 0 for none.", int, 0),
    "log_format": Key("`json` or `console`.", str, "json"),
    "log_level": Key("`debug`, `info`, `warning` or `error`.", str, "info"),
    "otlp_endpoint": Key("Where traces go, by OTLP over HTTP: `http://collector:4318/v1/traces`; or empty.", str, ""),
    "trace_share": Key("Share of the traces that begin here which are measured and sent, from 0 to 1.", _share, 1.0),
    "public_url": Key("Address by which others reach the gateway.", str, "http://127.0.0.1:8080"),
    "api_host": Key("Address on which the gateway listens.", str, "127.0.0.1"),
    "api_port": Key("Port on which the gateway listens.", int, 8080),
    "api_processes": Key("Worker processes of the gateway's API.", int, 2),
    "api_threads": Key("Threads of each of those.", int, 16),
    "cache_seconds": Key("Seconds for which a public answer may be given again as it was; 0 for never.", _moment, 1.0),
    "public_rate": Key(
        "Reads allowed in one process: public ones to one address, others to one client.", str, "6000/minute"
    ),
    "token_rate": Key(
        "Token requests allowed to one address; and, by themselves, bodies that were too slow.", str, "30/minute"
    ),
    "write_rate": Key("Changing requests allowed to one client.", str, "1200/minute"),
    "body_limit": Key("Bytes of a request's body, at most.", int, 1_000_000),
    "import_limit": Key("Bytes of an imported file, at most.", int, 50_000_000),
    "cors_origins": Key("Origins whose pages may call the API, separated by commas; empty for none.", _origins, ()),
    "trusted_proxies": Key(
        "Proxies of ours before the gateway, each of which appends to `X-Forwarded-For` whom it was called by.", int, 0
    ),
    "oidc_issuer": Key(
        "Issuer of an identity provider whose access tokens are taken too: `https://id.example/realms/qena`; or empty.",
        _issuer,
        "",
    ),
    "oidc_audience": Key("What those tokens name as their audience; an issuer needs one.", str, ""),
    "oidc_role_claim": Key(
        "Claim with the caller's role; a dot leads into an object: `realm_access.roles`.", _name, "roles"
    ),
    "oidc_area_claim": Key("Claim with the code of the caller's area.", _name, "tashbik_area"),
    "oidc_organization_claim": Key("Claim with the id of the caller's organization.", _name, "tashbik_organization"),
    "oidc_roles": Key(
        "Roles that such a token may give, separated by commas; `operator` only where it is named here.",
        _words,
        ("officer", "case_worker", "association", "auditor"),
    ),
    "embed_origins": Key(
        "Origins whose pages may show the map, the list and organizations' pages in a frame, separated by spaces; "
        "empty for none.",
        _origins,
        (),
    ),
    "base_map": Key("MapLibre style address for the base map; empty draws area outlines only.", str, ""),
    "smsc_host": Key("SMSC's host; empty writes texts to the log channel instead.", str, ""),
    "smsc_port": Key("SMSC's port.", int, 2775),
    "smsc_system_id": Key("SMSC account.", str, ""),
    "smsc_password": Key("SMSC password.", str, ""),
    "smsc_rate": Key("Texts a second that the SMSC allows us.", float, 20.0),
    "sms_sender": Key("Sender that citizens see: letters, at most 11, or a number.", str, "Tashbik"),
    "smtp_host": Key("Mail server's host; empty writes mails to the log channel instead.", str, ""),
    "smtp_port": Key("Mail server's port.", int, 25),
    "smtp_user": Key("Mail server account; empty for none.", str, ""),
    "smtp_password": Key("Mail server password.", str, ""),
    "smtp_starttls": Key("`yes` to require STARTTLS.", _flag, False),
    "mail_from": Key("Sender of mails.", str, "tashbik@localhost"),
    "quiet_hours": Key("Local hours in which no text is sent, as `21-8`; empty for none.", _hours, (21, 8)),
    "message_days": Key("Days after which a message's address and text are erased.", int, 30),
    "webhook_ports": Key("Ports to which webhooks may be sent, separated by commas; empty for all.", _ports, (443,)),
    "webhook_private": Key(
        "`yes` to send webhooks to addresses of the node's own network too, and of this host.",
        _flag,
        False,
    ),
    "referral_deadline": Key("Seconds that an agency has to answer a referral.", float, 72 * 3600.0),
    "officer_email": Key("Mailbox of the directorate's officers, who hear of unanswered referrals; or empty.", str, ""),
    "sweep_interval": Key("Seconds between two looks for stuck or overdue work.", float, 5.0),
    "seal_interval": Key("Seconds between two sealings of the audit trail.", float, 30.0),
}


@dataclass(frozen=True)
class Config:
    """Hold the configuration of a process; :data:`KEYS` says what each field means."""

    node: str
    country: str
    timezone: ZoneInfo
    language: str
    amqp_url: str
    mongo_url: str
    database_prefix: str
    keys: Path
    workers: int
    rpc_timeout: float
    rpc_in_flight: int
    retry_delays: tuple[float, ...]
    health_host: str
    health_port: int
    log_format: str
    log_level: str
    otlp_endpoint: str
    trace_share: float
    public_url: str
    api_host: str
    api_port: int
    api_processes: int
    api_threads: int
    cache_seconds: float
    public_rate: str
    token_rate: str
    write_rate: str
    body_limit: int
    import_limit: int
    cors_origins: tuple[str, ...]
    trusted_proxies: int
    oidc_issuer: str
    oidc_audience: str
    oidc_role_claim: str
    oidc_area_claim: str
    oidc_organization_claim: str
    oidc_roles: tuple[str, ...]
    embed_origins: tuple[str, ...]
    base_map: str
    smsc_host: str
    smsc_port: int
    smsc_system_id: str
    smsc_password: str
    smsc_rate: float
    sms_sender: str
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_starttls: bool
    mail_from: str
    quiet_hours: tuple[int, int] | None
    message_days: int
    webhook_ports: tuple[int, ...]
    webhook_private: bool
    referral_deadline: float
    officer_email: str
    sweep_interval: float
    seal_interval: float

    def __repr__(self) -> str:
        """Show the node only: addresses and passwords stay out of logs."""
        return f"Config(node={self.node!r})"

    def database(self, service: str) -> str:
        """Return the name of a service's own database."""
        return f"{self.database_prefix}_{service}"


def read(environ: Mapping[str, str] | None = None) -> Config:
    """Return the configuration, or raise :class:`ConfigError` that names every key at fault."""
    environ = os.environ if environ is None else environ
    values, faults = {}, []
    for field in fields(Config):
        try:
            values[field.name] = _value(environ, field.name, KEYS[field.name])
        except ConfigError as error:
            faults.append(str(error))
    faults = faults or list(_disagreements(values))
    if faults:
        raise ConfigError("; ".join(faults))
    return Config(**values)


def read_one(name: str) -> Any:
    """Return the value of one key, for who needs no other; raise :class:`ConfigError` that names it."""
    return _value(os.environ, name, KEYS[name])


def _disagreements(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with keys that are right each for itself."""
    if values["oidc_issuer"] and not values["oidc_audience"]:
        yield f"{PREFIX}OIDC_AUDIENCE is not set: {KEYS['oidc_audience'].meaning}"
    if values["oidc_issuer"] == values["public_url"]:
        yield f"{PREFIX}OIDC_ISSUER is {PREFIX}PUBLIC_URL: the node's own tokens need no provider"


def _value(environ: Mapping[str, str], name: str, key: Key) -> Any:
    variable = PREFIX + name.upper()
    text = environ.get(variable)
    try:
        if text is None and variable + "_FILE" in environ:
            text = Path(environ[variable + "_FILE"]).read_text(encoding="utf-8").strip()
        if text is None:
            if key.default is REQUIRED:
                raise ConfigError(f"{variable} is not set: {key.meaning}")
            return key.read(key.default) if isinstance(key.default, str) else key.default
        return key.read(text)
    except (ValueError, KeyError, OSError) as error:
        raise ConfigError(f"{variable} is wrong ({error or type(error).__name__}): {key.meaning}") from error

"""Prove on a real broker that each process may do what the contracts ask of it, and nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from amqp import Message
from amqp.exceptions import AccessRefused
from click.testing import CliRunner, Result

from chassis import amqp, topology, wire
from chassis.config import Config
from chassis.errors import Conflict, Forbidden
from cli import broker as brokers
from cli.context import Context
from cli.main import main
from contracts.catalogue import CALLS
from contracts.policy import CALLERS
from tests.parts import Broker, environment_of, fresh_vhost

SHOWN, TOLD = "projector.on_directory_event", "notifications.on_referral_changed"
ENDINGS = ("", ".parked", ".delay.1s")
OWNERS = {
    **{f"{SHOWN}{ending}": "projector" for ending in ENDINGS},
    **{f"{TOLD}{ending}": "notifications" for ending in ENDINGS},
    **{f"rpc-{service}": service for service in ("registry", "referrals", "notifications")},
}
EXCHANGES = {
    "registry.events": "registry",
    "referrals.events": "referrals",
    "projector.retries": "projector",
    "notifications.retries": "notifications",
    "": "",
    "amq.topic": "",
    "amq.fanout": "",
}
AREA, ORGANIZATION = "tashbik.registry.area.changed.v1", "tashbik.registry.organization.changed.v1"
REFERRAL = "tashbik.referrals.referral.changed.v1"
BOUND = {
    "projector": {("registry.events", AREA), ("registry.events", ORGANIZATION), ("referrals.events", REFERRAL)},
    "notifications": {("referrals.events", REFERRAL), ("registry.events", AREA), ("registry.events", ORGANIZATION)},
}
SOURCES = [*{(exchange, key) for keys in BOUND.values() for exchange, key in keys}, ("registry.events", "#")]
CALLING = {"api": "gateway", "registry": ""}

Act = Callable[[Any], object]
Users = dict[str, str]


@pytest.fixture(scope="module")
def users(broker: Broker) -> Iterator[Users]:
    """Give the address of each process's user, on a broker that is prepared for a node."""
    prefix = secrets.token_hex(4)
    with fresh_vhost(broker) as own:
        urls = {name: address(own, f"{prefix}-{name}") for name in brokers.PROCESSES}
        for _ in range(2):  # as every start of a node does it again
            brokers.prepare(own.amqp_url, own.management_url, urls, (1,))
        yield urls
        for name in urls:
            broker.request("DELETE", f"users/{prefix}-{name}")


@pytest.fixture(params=brokers.PROCESSES)
def process(request: pytest.FixtureRequest) -> str:
    """Give the name of each process."""
    return str(request.param)


@pytest.fixture
def may(users: Users, process: str) -> Iterator[Callable[[Act], bool]]:
    """Give a way to learn whether the broker lets the process do something."""
    with closing(amqp.connect(users[process], heartbeat=0)) as connection:

        def may(act: Act) -> bool:
            try:
                act(connection.channel())
            except AccessRefused:
                return False
            return True

        yield may


def address(broker: Broker, user: str) -> str:
    """Return the address by which a user logs in, with a password."""
    place = urlsplit(broker.amqp_url)
    host = place.netloc.rpartition("@")[2]
    return place._replace(netloc=f"{user}:{secrets.token_urlsafe(9)}@{host}").geturl()


def publish(exchange: str, key: str) -> Act:
    """Publish something, and wait until the broker has confirmed it."""
    return lambda channel: channel.basic_publish_confirm(Message(b"{}"), exchange=exchange, routing_key=key)


def declare(name: str) -> Act:
    """Declare a queue of the node as its owner does."""
    work = name.removesuffix(".parked").removesuffix(".delay.1s")
    if name.startswith("rpc-"):
        queue = wire.queue_of(name.removeprefix("rpc-"))
    elif name == work:
        queue = topology.work_queue(name)
    else:
        queue = topology.parked_queue(work) if name.endswith("parked") else topology.delay_queue(work, 1)
    return lambda channel: queue(channel).queue_declare()


def test_process_reads_own_queues(may: Callable[[Act], bool], process: str):
    read = {name for name in OWNERS if may(lambda channel, name=name: channel.basic_get(name))}

    settled = {name for name in OWNERS if name.endswith(".parked")}
    assert read == (settled if process == "cli" else {name for name, owner in OWNERS.items() if owner == process})


def test_process_publishes_by_own_exchanges(may: Callable[[Act], bool], process: str):
    published = {exchange for exchange in EXCHANGES if may(publish(exchange, SHOWN))}

    replayed = {exchange for exchange in EXCHANGES if exchange.endswith(".retries")}
    owned = {exchange for exchange, owner in EXCHANGES.items() if owner == process}
    assert published == (replayed if process == "cli" else owned)


def test_process_calls_by_contract(may: Callable[[Act], bool], process: str):
    called = {contract.name for contract in CALLS if may(publish(wire.EXCHANGE.name, contract.name))}

    assert called == set(CALLERS.get(CALLING.get(process, process), ()))


def test_process_declares_own_queues(may: Callable[[Act], bool], process: str):
    declared = {name for name in OWNERS if may(declare(name))}

    assert declared == {name for name, owner in OWNERS.items() if process == owner}


def test_process_deletes_nothing_of_others(may: Callable[[Act], bool], process: str):
    others = [name for name, owner in OWNERS.items() if process != owner]
    exchanges = [name for name, owner in EXCHANGES.items() if owner and process != owner]
    shared = [exchange.name for exchange in (wire.EXCHANGE, wire.REPLIES)]

    assert not [name for name in others if may(lambda channel, name=name: channel.queue_delete(name))]
    assert not [name for name in exchanges + shared if may(lambda channel, name=name: channel.exchange_delete(name))]


def test_process_hears_what_it_consumes(may: Callable[[Act], bool], process: str):
    queue = {"projector": SHOWN, "notifications": TOLD}.get(process, SHOWN)

    bound = {
        (exchange, key)
        for exchange, key in SOURCES
        if may(lambda channel, exchange=exchange, key=key: channel.queue_bind(queue, exchange, key))
    }

    assert bound == BOUND.get(process, set())


def test_process_answers_own_calls(may: Callable[[Act], bool], process: str):
    taken = {
        service
        for service in ("registry", "referrals", "notifications")
        if may(
            lambda channel, service=service: channel.queue_bind(f"rpc-{service}", wire.EXCHANGE.name, f"{service}.*")
        )
    }

    assert taken == {process} & {"registry", "referrals", "notifications"}
    assert not may(lambda channel: channel.queue_bind(f"rpc-{process}", wire.EXCHANGE.name, "#"))


def test_process_waits_for_own_answers(may: Callable[[Act], bool], process: str):
    link = secrets.token_hex(16)

    waiting = {
        name for name in CALLERS if may(lambda channel, name=name: wire.reply_queue(name, link)(channel).declare())
    }

    assert waiting == {CALLING.get(process, process)} - {""}


@pytest.fixture
def parked(users: Users, broker: Broker) -> None:
    """Park one event."""
    with closing(amqp.connect(on_vhost_of(users, broker), heartbeat=0)) as connection:
        channel = connection.channel()
        channel.queue_purge(f"{SHOWN}.parked")
        message = Message(b'{"id": "018f-first", "type": "a.b"}', application_headers={"attempt": 5})
        channel.basic_publish_confirm(message, exchange="", routing_key=f"{SHOWN}.parked")


def on_vhost_of(users: Users, broker: Broker) -> str:
    """Return the administrator's address for the virtual host of the users."""
    return urlsplit(broker.amqp_url)._replace(path=urlsplit(users["cli"]).path).geturl()


@pytest.fixture
def commanded(users: Users, broker: Broker, config: Config, tmp_path: Path) -> Callable[..., Result]:
    """Give a function that runs ``tashbik`` as the user of commands."""
    own = replace(config, amqp_url=users["cli"], retry_delays=(1,))
    environment = {**environment_of(own), "TASHBIK_MANAGEMENT_URL": broker.management_url}

    def command(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, obj=Context(tmp_path / "run"), env=environment)

    return command


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list",), f"{SHOWN} 1"),
        (("show", SHOWN), "018f-first"),
        (("replay", SHOWN), f"1 replayed to {SHOWN}."),
        (("discard", SHOWN, "--yes"), "1 discarded."),
    ],
    ids=["list", "show", "replay", "discard"],
)
def test_operator_settles_what_is_parked(
    commanded: Callable[..., Result], parked: None, arguments: tuple[str, ...], said: str
):
    result = commanded("dead-letters", *arguments)

    assert result.exit_code == 0, result.output
    assert said in " ".join(result.output.split())


def test_operator_sees_how_all_stands(commanded: Callable[..., Result]):
    result = commanded("doctor", "--json")

    found = {each["check"]: each["level"] for each in orjson.loads(result.output)["findings"]}
    asked = ("broker", "broker's alarms", "exchanges", "queues", "bindings", "failed events")
    assert {name: found[name] for name in asked} == dict.fromkeys(asked, "ok")
    assert found["consumers"] == "broken"
    assert found["parked events"] != "unknown"


def test_operator_empties_only_what_is_parked(may: Callable[[Act], bool], process: str):
    purged = {name for name in OWNERS if may(lambda channel, name=name: channel.queue_purge(name))}

    parked = {name for name in OWNERS if name.endswith(".parked")}
    assert purged == (parked if process == "cli" else {name for name, owner in OWNERS.items() if owner == process})


@pytest.fixture
def older(broker: Broker) -> Iterator[Broker]:
    """Give a broker with a queue that an older version declared."""
    with fresh_vhost(broker) as own, amqp.connect(own.amqp_url) as connection:
        channel = connection.channel()
        channel.queue_delete(SHOWN)
        channel.queue_declare(SHOWN, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        yield own


def test_older_queue_gives_way(older: Broker):
    brokers.declare(older.amqp_url, (1,))

    assert older.queues()[SHOWN]["arguments"] == topology.work_queue(SHOWN).queue_arguments


def test_older_queue_in_use_stays(older: Broker):
    with amqp.connect(older.amqp_url) as connection:
        publish("", SHOWN)(connection.channel())

        with pytest.raises(Conflict, match="1 messages and 0 consumers"):
            brokers.declare(older.amqp_url, (1,))

        assert connection.channel().basic_get(SHOWN) is not None


def test_wrong_administrator_is_told(broker: Broker):
    wrong = broker.amqp_url.replace(f":{broker.password}@", ":wrong@")

    with pytest.raises(Forbidden):
        brokers.declare(wrong, (1,))


def test_command_makes_users(broker: Broker, tmp_path: Path):
    with fresh_vhost(broker) as own:
        (tmp_path / "amqp_url").write_text(own.amqp_url)
        for name in brokers.PROCESSES:
            (tmp_path / f"amqp_url_{name}").write_text(address(own, f"{own.vhost}-{name}"))

        done = CliRunner().invoke(main, ["broker", "users", str(tmp_path), "--management", own.management_url])

        made = {user["name"] for user in broker.request("GET", "users")}
        for name in brokers.PROCESSES:
            broker.request("DELETE", f"users/{own.vhost}-{name}")
    assert done.exit_code == 0, done.output
    assert made >= {f"{own.vhost}-{name}" for name in brokers.PROCESSES}


def test_users_have_no_tags_but_one(users: Users, broker: Broker):
    tags = {name: broker.request("GET", f"users/{urlsplit(url).username}")["tags"] for name, url in users.items()}

    assert {name: given for name, given in tags.items() if given} == {"cli": ["monitoring"]}

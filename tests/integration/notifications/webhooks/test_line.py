"""Prove on real sockets that a connection goes to an address that was looked at, and that no answer holds us up."""

from __future__ import annotations

import itertools
import ssl
import time
from contextlib import contextmanager

import pytest

from cli.process import free_ports
from services.notifications.webhooks.domain import Outcome, Why
from services.notifications.webhooks.guard import Rules
from services.notifications.webhooks.line import Line
from tests.receiver import broken_off, endless, status

PRIVATE, WORLD = Rules((), private=True), Rules(())
BODY = b'{"test": 2432232314}'
LOOPBACK, PUBLIC = "127.0.0.1", "203.0.114.9"


def posted(url, *, rules=PRIVATE, timeout=0.5, **options):
    """Post once."""
    with Line(rules, timeout=timeout, **options) as line:
        return line.post(url, {"webhook-id": "0199-e1"}, BODY)


def test_body_comes_as_it_is(receiver):
    assert posted(receiver.url + "?key=1") == Outcome(204)

    (received,) = receiver.received
    assert (received.body, received.path, received.headers["webhook-id"]) == (BODY, "/hook?key=1", "0199-e1")
    assert received.headers["host"] == f"127.0.0.1:{receiver.port}"


def test_redirect_is_not_followed(receiver, other):
    receiver.answers.append(status(307, Location=other.url))

    assert posted(receiver.url) == Outcome(307)
    assert other.received == []


def test_long_answer_is_left(receiver):
    receiver.answers.append(endless)
    began = time.monotonic()

    assert posted(receiver.url) == Outcome(200)
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize("code", [200, 410, 503])
def test_status_counts_where_the_rest_breaks_off(receiver, code):
    receiver.answers.append(broken_off(code))

    assert posted(receiver.url) == Outcome(code)


@contextmanager
def over():
    """Let time be over once the other side has said what it says."""
    yield
    raise TimeoutError


@pytest.mark.parametrize("code", [200, 410, 503])
def test_status_counts_where_time_is_over(receiver, code):
    receiver.answers.append(status(code))

    assert posted(receiver.url, limit=over) == Outcome(code)


def test_time_over_without_a_status_is_a_timeout(receiver):
    @contextmanager
    def at_once():
        raise TimeoutError
        yield

    assert posted(receiver.url, limit=at_once) == Outcome(reason=Why.TIMEOUT)


def test_silence_is_a_timeout(receiver):
    receiver.answers.append(receiver.hang)

    assert posted(receiver.url) == Outcome(reason=Why.TIMEOUT)


def test_nobody_there_is_unreachable():
    assert posted(f"http://127.0.0.1:{free_ports(1)[0]}/") == Outcome(reason=Why.UNREACHABLE)


def test_unknown_host_is_unreachable():
    def resolve(host, port):
        raise OSError(host)

    assert posted("http://nowhere.example/", resolve=resolve) == Outcome(reason=Why.UNREACHABLE)


def test_plain_speech_for_tls_is_unreachable(receiver):
    url = receiver.url.replace("http://", "https://")

    assert posted(url, tls=ssl.create_default_context()) == Outcome(reason=Why.UNREACHABLE)


def test_nonsense_is_unreachable(receiver):
    receiver.answers.append(lambda request: request.wfile.write(b"what?\r\n\r\n"))

    assert posted(receiver.url) == Outcome(reason=Why.UNREACHABLE)


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "localhost"])
def test_loopback_is_forbidden_however_spelt(receiver, host):
    assert posted(f"http://{host}:{receiver.port}/", rules=WORLD) == Outcome(reason=Why.FORBIDDEN)
    assert receiver.received == []


def test_one_bad_address_forbids_all(receiver):
    def resolve(host, port):
        return [PUBLIC, LOOPBACK]

    assert posted(f"http://hook.example:{receiver.port}/", rules=WORLD, resolve=resolve).reason == Why.FORBIDDEN
    assert receiver.received == []


def test_name_is_resolved_once_a_connection(receiver):
    answers = itertools.chain([[LOOPBACK]], itertools.repeat(["169.254.169.254"]))

    outcome = posted(f"http://hook.example:{receiver.port}/", resolve=lambda host, port: next(answers))

    assert outcome == Outcome(204)
    assert next(answers) == ["169.254.169.254"]  # looked at and connected to was the first answer alone


def test_name_that_turns_inward_is_forbidden(receiver):
    answers = iter([[PUBLIC], [LOOPBACK]])

    def resolve(host, port):
        return next(answers)

    assert posted(f"http://hook.example:{receiver.port}/", rules=WORLD, resolve=resolve, timeout=0.2).code == 0
    assert posted(f"http://hook.example:{receiver.port}/", rules=WORLD, resolve=resolve).reason == Why.FORBIDDEN
    assert receiver.received == []


def test_next_address_is_tried(receiver):
    def resolve(host, port):
        return ["127.0.0.2", LOOPBACK]  # the receiver listens on the second alone

    assert posted(f"http://hook.example:{receiver.port}/", resolve=resolve) == Outcome(204)


def test_connection_is_used_again(receiver):
    resolved = []

    def resolve(host, port):
        resolved.append(host)
        return [LOOPBACK]

    with Line(PRIVATE, resolve=resolve) as line:
        for _ in range(3):
            assert line.post(f"http://hook.example:{receiver.port}/", {}, BODY).taken

    assert resolved == ["hook.example"]

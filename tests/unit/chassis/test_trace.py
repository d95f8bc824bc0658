"""Prove that traces are carried as W3C asks."""

from __future__ import annotations

import threading

import pytest

from chassis import trace

GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n",
    ],
)
def test_wrong_ones_are_refused(wrong: str) -> None:
    assert not trace.is_valid(wrong)
    assert trace.trace_id(wrong) == ""


@pytest.mark.parametrize(
    "right", [GIVEN, GIVEN.replace("00-4b", "01-4b") + "-more", trace.start()], ids=["given", "longer", "started"]
)
def test_right_ones_are_taken(right: str) -> None:
    assert trace.is_valid(right)


def test_child_keeps_trace_and_flags() -> None:
    child = trace.child(GIVEN)

    assert trace.trace_id(child) == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert child.endswith("-00")
    assert child != GIVEN


def test_child_of_nothing_starts_trace() -> None:
    assert trace.is_valid(trace.child("no trace"))


def test_bound_ends_with_block() -> None:
    with trace.bound(GIVEN) as bound:
        assert trace.current() == bound

    assert trace.current() == ""


def test_threads_start_without_trace() -> None:
    seen: list[str] = []

    with trace.bound(GIVEN):
        thread = threading.Thread(target=lambda: seen.append(trace.current()))
        thread.start()
        thread.join()

    assert seen == [""]

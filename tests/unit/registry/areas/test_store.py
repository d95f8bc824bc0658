"""Prove that a process reads the tree of areas once for each of its states."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from services.registry.areas.store import TreeCache
from services.registry.areas.tree import Tree

ASKING = 4


class Areas:
    """Stand in for a store that everybody asks at the same moment."""

    def __init__(self) -> None:
        self.together = Barrier(ASKING)
        self.asked = self.read = 0

    def revision(self) -> int:
        self.asked += 1
        if self.asked <= ASKING:
            self.together.wait(10)
        return 7

    def tree(self, day: str) -> Tree:
        self.read += 1
        return Tree((), 7, day)


def test_many_who_ask_read_it_once():
    cache, areas = TreeCache(), Areas()

    with ThreadPoolExecutor(ASKING) as pool:
        trees = set(pool.map(lambda _: cache.read(areas), range(ASKING)))

    assert (areas.read, len(trees)) == (1, 1)

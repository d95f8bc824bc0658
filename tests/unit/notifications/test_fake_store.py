"""Prove that the store in memory behaves as the real one does."""

from __future__ import annotations

import pytest

from tests.unit.notifications.fakes import MemoryStore
from tests.unit.notifications.store_contract import StoreContract


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self):
        return MemoryStore()

    @pytest.fixture
    def session(self):
        return None

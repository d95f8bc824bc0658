"""Prove which configurations are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from chassis.config import LONGEST_DELAY, ConfigError, read
from chassis.database import DAY, INBOX_DAYS

NEEDED = {
    "TASHBIK_NODE": "qena",
    "TASHBIK_AMQP_URL": "amqp://nowhere",
    "TASHBIK_MONGO_URL": "mongodb://nowhere",
    "TASHBIK_KEYS": "keys",
}


def test_delays_are_read_in_order() -> None:
    config = read({**NEEDED, "TASHBIK_RETRY_DELAYS": "0.5, 30,600"})

    assert config.retry_delays == (0.5, 30, 600)


@pytest.mark.parametrize("delays", ["0", "-1", "nan", "1,inf", "5000000", "", "soon"])
def test_impossible_delay_is_refused(delays: str) -> None:
    with pytest.raises(ConfigError, match="TASHBIK_RETRY_DELAYS"):
        read({**NEEDED, "TASHBIK_RETRY_DELAYS": delays})


def test_inbox_outlives_longest_delay() -> None:
    assert LONGEST_DELAY < INBOX_DAYS * DAY


@pytest.mark.parametrize(
    "url",
    [
        "carrier-pigeon://me:hunter2@nowhere",
        "amqp://me:hunter2@nowhere/?cacertfile=authority.pem",
        "amqps://me:hunter2@nowhere/?verify=verify_none",
        "amqps://me:hunter2@nowhere/?cacertfile=missing.pem",
    ],
)
def test_impossible_broker_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="TASHBIK_AMQP_URL") as refused:
        read({**NEEDED, "TASHBIK_AMQP_URL": url})

    assert "hunter2" not in str(refused.value)


def test_file_without_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "authority.pem").write_text("no certificate")

    with pytest.raises(ConfigError, match=r"TASHBIK_AMQP_URL .*authority\.pem"):
        read({**NEEDED, "TASHBIK_AMQP_URL": f"amqps://nowhere/?cacertfile={tmp_path}/authority.pem"})

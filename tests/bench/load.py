"""Load an address with wrk (Debian's package) in a closed loop, and read off what it did."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Latencies

CONNECTIONS = 32
THREADS = 2
POSTING = Path(__file__).with_name("post.lua")
EACH = Path(__file__).with_name("each.lua")
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 60e3}


class NoLoad(Exception):
    """Say that wrk is missing, or that the load did not work."""


@dataclass(frozen=True)
class Load:
    """Hold what one load did: requests a second, latencies in milliseconds, and answers that were not 2xx or 3xx."""

    rate: float
    p50: float
    p99: float
    failed: int


def get(url: str, seconds: float) -> Load:
    """Read one address as often as it answers."""
    return _run(url, seconds)


def post(url: str, seconds: float, bodies: Path, token: str = "") -> Load:
    """Post each line of a file once, as often as the address answers."""
    return _run(url, seconds, "-s", str(POSTING), "--", str(bodies), str(THREADS), token)


def each(url: str, seconds: float, paths: Path) -> Latencies:
    """Read each path of a file in turn, as often as they answer."""
    return latencies_of(_printed(url, seconds, "-s", str(EACH), "--", str(paths)))


def _run(url: str, seconds: float, *script: str) -> Load:
    return read_off(_printed(url, seconds, *script))


def _printed(url: str, seconds: float, *script: str) -> str:
    wrk = shutil.which("wrk")
    if wrk is None:
        raise NoLoad("wrk is missing: apt-get install wrk")
    options, arguments = (script[: script.index("--")], script[script.index("--") :]) if script else ((), ())
    command = [
        *(wrk, "-t", str(THREADS), "-c", str(CONNECTIONS), "-d", f"{seconds:g}s", "--timeout", "20s", "--latency"),
        *options,
        url,
        *arguments,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 60)
    if done.returncode:
        raise NoLoad(done.stderr or done.stdout)
    return done.stdout


def read_off(printed: str) -> Load:
    """Return the figures in what wrk printed."""
    rate = float(_one(r"Requests/sec:\s+([\d.]+)", printed) or 0)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", printed)
    failed = int(_one(r"Non-2xx or 3xx responses: (\d+)", printed) or 0)
    failed += sum(int(count) for count in errors.groups()) if errors else 0
    return Load(rate, _latency("50%", printed), _latency("99%", printed), failed)


def latencies_of(printed: str) -> Latencies:
    """Return the figures in what wrk and ``each.lua`` printed; failed requests count in rate and quantiles."""
    load = read_off(printed)
    quantiles = [round(int(found) / 1000, 2) for found in re.findall(r"Quantile \d+: (\d+) us", printed)]
    return Latencies(int(_one(r"(\d+) requests in", printed) or 0), load.failed, load.rate, *quantiles)


def _latency(quantile: str, printed: str) -> float:
    found = re.search(rf"{re.escape(quantile)}\s+([\d.]+)(us|ms|s|m)\b", printed)
    return float(found[1]) * UNITS[found[2]] if found else 0.0


def _one(pattern: str, printed: str) -> str:
    found = re.search(pattern, printed)
    return found[1] if found else ""

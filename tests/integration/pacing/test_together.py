"""Several processes on a real server: one pace, one pause, and no standstill without it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.embedded.valkey import EmbeddedValkey
from adapters.pacing.opening import client_of
from adapters.pacing.shared import RedisPacing
from adapters.pacing.turns import Limits
from application.ports.errors import Throttled
from domain.pacing import ApiCall, Limit
from tests.contract.pacing_contract import CALL, limits

BURST, PER_SECOND = 10, 50


@contextmanager
def sharing(url: str, keeping: Limits = limits) -> Iterator[RedisPacing]:
    pacing = RedisPacing(client_of(url), limits=keeping)
    yield pacing
    pacing.close()


@contextmanager
def own_valkey(folder: Path) -> Iterator[str]:
    server = EmbeddedValkey(folder)
    server.start()
    yield server.broker_url
    server.stop()


def callers(url: str, count: int, seconds: float) -> list[float]:
    """Let so many processes call at the same time; return when they did."""
    command = [sys.executable, "-m", "tests.integration.pacing.one_caller", url, str(seconds)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, **pipes) for _ in range(count)]
    assert [each.stdout.readline() for each in started if each.stdout] == ["ready\n"] * count
    said = [each.communicate("go\n", timeout=30)[0] for each in started]
    assert all(each.returncode == 0 for each in started)
    return sorted(moment for line in said for moment in json.loads(line))


def test_processes_stay_below_the_limit_together(valkey_url: str) -> None:
    seconds = 1.5
    moments = callers(valkey_url, 2, seconds)
    took = moments[-1] - moments[0]
    assert len(moments) <= BURST + PER_SECOND * took + 2
    # and they use what is allowed: a limit that nobody comes near would prove nothing
    assert len(moments) >= 0.8 * PER_SECOND * seconds


def test_processes_that_share_nothing_would_break_the_limit(tmp_path: Path) -> None:
    with (
        own_valkey(tmp_path / "a") as one,
        own_valkey(tmp_path / "b") as other,
        ThreadPoolExecutor(2) as threads,
    ):
        both = threads.map(lambda url: callers(url, 1, 1.5), (one, other))
        moments = sorted(moment for each in both for moment in each)
    assert len(moments) > BURST + PER_SECOND * (moments[-1] - moments[0]) + 2


def test_a_throttle_that_one_meets_holds_the_other_back(valkey_url: str) -> None:
    with sharing(valkey_url) as one, sharing(valkey_url) as other:
        other.wait(CALL)
        one.throttled(CALL, retry_after=0.5)
        began = time.monotonic()
        other.wait(CALL)
        assert 0.49 <= time.monotonic() - began < 1.5
        one.throttled(CALL, retry_after=600)
        with pytest.raises(Throttled):
            other.wait(CALL)


def test_a_throttle_moves_those_who_wait_already(valkey_url: str) -> None:
    def slowly(call: ApiCall) -> tuple[Limit, ...]:
        return (Limit(name=call.api, per_second=2, burst=1),)

    with sharing(valkey_url, slowly) as one, sharing(valkey_url, slowly) as other:
        one.wait(CALL)
        began = time.monotonic()
        with ThreadPoolExecutor(1) as thread:
            waiting = thread.submit(other.wait, CALL)  # its turn is in half a second
            while one.counts()[CALL.provider, CALL.api].calls < 2:
                time.sleep(0.01)
            one.throttled(CALL, retry_after=1.0)
            waiting.result(timeout=10)
        assert 1.4 <= time.monotonic() - began < 3


def test_what_all_called_is_counted_together(valkey_url: str) -> None:
    with sharing(valkey_url) as one, sharing(valkey_url) as other:
        one.wait(CALL)
        other.wait(CALL)
        other.throttled(CALL, retry_after=0)
        counts = one.counts()[CALL.provider, CALL.api]
        assert (counts.calls, counts.throttles) == (2, 1)

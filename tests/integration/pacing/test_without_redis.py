"""Redis goes away and comes back: nobody gets an error, and nobody calls without a limit."""

import logging
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.embedded.valkey import EmbeddedValkey
from adapters.pacing.opening import client_of
from adapters.pacing.shared import RedisPacing
from application.ports.errors import Throttled, Unavailable
from domain.pacing import ApiCall, Limit
from tests.contract.pacing_contract import CALL, HOURLY, limits

TRIED_AGAIN_AFTER = 0.4
BROUGHT_BACK_WITHIN = 10.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """A Valkey that a test may kill."""
    server = EmbeddedValkey(tmp_path / "valkey")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def pacing(server: EmbeddedValkey) -> Iterator[RedisPacing]:
    client = client_of(server.broker_url)
    pacing = RedisPacing(client, limits=limits, tried_again_after=TRIED_AGAIN_AFTER)
    yield pacing
    pacing.close()


def kill(server: EmbeddedValkey) -> None:
    os.kill(server.pid, signal.SIGKILL)
    server.stop()


def test_calls_go_on_at_a_pace_of_their_own_when_redis_is_killed(
    server: EmbeddedValkey, pacing: RedisPacing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    pacing.wait(CALL)
    kill(server)
    began = time.monotonic()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: pacing.wait(CALL), range(10)))
    took = time.monotonic() - began
    # a quarter of the limit: 2 at once, and 12.5 a second
    assert 0.6 <= took < 3
    outages = [each for each in caplog.records if "does not pace" in each.getMessage()]
    assert len(outages) == 1
    assert server_password(server) not in caplog.text


def test_a_throttle_counts_without_redis_too(server: EmbeddedValkey, pacing: RedisPacing) -> None:
    kill(server)
    pacing.throttled(CALL, retry_after=60)
    with pytest.raises(Throttled):
        pacing.wait(CALL, at_most=1)


def test_limits_are_kept_without_redis_too(server: EmbeddedValkey, pacing: RedisPacing) -> None:
    kill(server)
    pacing.wait(HOURLY)
    with pytest.raises(Throttled):
        pacing.wait(HOURLY)


def test_the_pace_is_shared_again_once_redis_is_back(
    server: EmbeddedValkey, pacing: RedisPacing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    kill(server)
    pacing.wait(CALL)
    with pytest.raises(Unavailable, match="MULTICLOUD_PACING_URL"):
        pacing.counts()
    server.start()
    end = time.monotonic() + BROUGHT_BACK_WITHIN
    while (CALL.provider, CALL.api) not in pacing.counts():
        assert time.monotonic() < end
        pacing.wait(CALL)
    messages = [each.getMessage() for each in caplog.records]
    assert sum("does not pace" in each for each in messages) == 1
    assert sum("paces the calls to the clouds again" in each for each in messages) == 1


def test_a_redis_that_is_frozen_holds_nobody_up_for_long(
    server: EmbeddedValkey, pacing: RedisPacing
) -> None:
    pacing.wait(CALL)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _: pacing.wait(CALL, at_most=5), range(8)))
        assert time.monotonic() - began < 4
    finally:
        os.kill(server.pid, signal.SIGCONT)


def test_whoever_sleeps_when_redis_is_killed_wakes_up(server: EmbeddedValkey) -> None:
    def slowly(call: ApiCall) -> tuple[Limit, ...]:
        return (Limit(name=call.api, per_second=2, burst=1),)

    pacing = RedisPacing(client_of(server.broker_url), limits=slowly)
    pacing.wait(CALL)
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(pacing.wait, CALL)
        while pacing.counts()[CALL.provider, CALL.api].calls < 2:
            time.sleep(0.01)
        kill(server)
        waiting.result(timeout=10)
    pacing.close()


def server_password(server: EmbeddedValkey) -> str:
    return (server._folder / "password").read_text(encoding="utf-8").strip()

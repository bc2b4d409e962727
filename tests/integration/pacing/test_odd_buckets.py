"""Redis's clock is set back, or somebody writes into it: no call fails, and none is unlimited."""

import time
from collections.abc import Callable, Iterator, Mapping

import pytest
import redis

from adapters.pacing.shared import RedisPacing
from application.ports.errors import Throttled
from domain.accounts import Provider
from domain.pacing import ApiCall, CallCounts, Limit
from tests.broker import redis_client
from tests.contract.pacing_contract import CALL

BUCKET = "multicloud:pacing:aws:123456789012:eu-west-1:ec2.DescribeVpcs"
COUNTS = "multicloud:api_calls"
HOUR = 3600 * 10**6
PER_SECOND, BURST = 2, 5
NOT_NUMBERS = ["", "x", "nan", "-nan", "inf", "-inf", "-1", "1e300", "9" * 400, b"\xff\x00"]


def slowly(call: ApiCall) -> tuple[Limit, ...]:
    return (Limit(name=call.api, per_second=PER_SECOND, burst=BURST),)


@pytest.fixture
def redis_itself(valkey_url: str) -> Iterator["redis.Redis"]:
    with redis_client(valkey_url) as client:
        yield client


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def pacing(valkey_url: str, slept: list[float]) -> Iterator[RedisPacing]:
    """A pacing that nobody waits for; it tells how long they would have."""
    pacing = RedisPacing(redis_client(valkey_url), limits=slowly, sleep=slept.append)
    yield pacing
    pacing.close()


def moments(client: "redis.Redis") -> Mapping[str, int]:
    return {name: int(client.hget(BUCKET, name) or 0) for name in ("due", "opens", "at")}


def set_back(client: "redis.Redis", by: int) -> None:
    """Make all that is known look as if it had been written before the clock was set back."""
    client.hset(BUCKET, mapping={name: at + by for name, at in moments(client).items()})


def how_long(pacing: RedisPacing) -> float:
    """Return for how many seconds a call would have to wait."""
    with pytest.raises(Throttled) as held:
        pacing.wait(CALL, at_most=0)
    return held.value.retry_after or 0


@pytest.mark.parametrize("by", [20 * 10**6, HOUR // 2, HOUR, 400 * 24 * HOUR])
def test_a_clock_that_is_set_back_leaves_the_bucket_as_it_was(
    pacing: RedisPacing, redis_itself: "redis.Redis", by: int
) -> None:
    for _ in range(BURST):
        pacing.wait(CALL)
    set_back(redis_itself, by)
    assert 0 < how_long(pacing) <= 1 / PER_SECOND
    pacing.wait(CALL)
    assert moments(redis_itself)["at"] < time.time() * 10**6 + by / 2  # what was odd is mended


@pytest.mark.parametrize("by", [20 * 10**6, HOUR, 400 * 24 * HOUR])
def test_a_clock_that_is_set_back_makes_a_pause_no_longer(
    pacing: RedisPacing, redis_itself: "redis.Redis", by: int
) -> None:
    pacing.throttled(CALL, retry_after=60)
    set_back(redis_itself, by)
    assert 55 < how_long(pacing) <= 60
    assert moments(redis_itself)["opens"] < (time.time() + 61) * 10**6
    pacing.throttled(CALL, retry_after=60)
    assert 55 < how_long(pacing) <= 61


def test_a_pause_ends_although_the_clock_was_set_back_during_it(
    pacing: RedisPacing, redis_itself: "redis.Redis"
) -> None:
    pacing.throttled(CALL, retry_after=0.5)
    set_back(redis_itself, HOUR)
    assert 0 < how_long(pacing) <= 0.5
    ends_within = time.monotonic() + 5
    while _is_held_back(pacing):
        assert time.monotonic() < ends_within


def _is_held_back(pacing: RedisPacing) -> bool:
    try:
        pacing.wait(CALL, at_most=0)
    except Throttled:
        return True
    return False


@pytest.mark.parametrize("ahead", [HOUR, 24 * HOUR])
def test_a_moment_that_nobody_can_have_booked_holds_nobody_back(
    pacing: RedisPacing, redis_itself: "redis.Redis", ahead: int
) -> None:
    redis_itself.hset(BUCKET, "due", round(time.time() * 10**6) + ahead)
    pacing.wait(CALL, at_most=0)
    assert 0 < how_long(pacing) <= 1 / PER_SECOND


@pytest.mark.parametrize("written", NOT_NUMBERS)
def test_what_is_no_moment_counts_as_an_empty_bucket(
    pacing: RedisPacing, redis_itself: "redis.Redis", written: str
) -> None:
    redis_itself.hset(BUCKET, "due", written)
    pacing.wait(CALL, at_most=0)
    assert 0 < how_long(pacing) <= 1 / PER_SECOND


@pytest.mark.parametrize("field", ["delay", "opens", "refusals", "at"])
@pytest.mark.parametrize("written", [*NOT_NUMBERS, "1.5", "9007199254740991"])
def test_no_odd_field_fails_a_call_or_lifts_the_limit(
    pacing: RedisPacing, redis_itself: "redis.Redis", slept: list[float], field: str, written: str
) -> None:
    pacing.wait(CALL)
    redis_itself.hset(BUCKET, field, written)
    for _ in range(BURST + 3):
        pacing.wait(CALL, at_most=10)
    assert sum(slept) > 1 / PER_SECOND
    pacing.throttled(CALL)
    assert how_long(pacing) <= 20
    assert pacing.counts() == {(Provider.AWS, CALL.api): CallCounts(calls=BURST + 4, throttles=1)}


@pytest.mark.parametrize("written", [*NOT_NUMBERS, "1.5", "9007199254740991"])
def test_an_odd_delay_wakes_whoever_sleeps_as_if_nothing_had_moved(
    valkey_url: str, redis_itself: "redis.Redis", written: str
) -> None:
    def meanwhile(_seconds: float) -> None:
        redis_itself.hset(BUCKET, "delay", written)

    pacing = RedisPacing(redis_client(valkey_url), limits=slowly, sleep=meanwhile)
    for _ in range(BURST + 1):
        pacing.wait(CALL)
    assert pacing.counts()[Provider.AWS, CALL.api].calls == BURST + 1
    pacing.close()


@pytest.mark.parametrize("act", ["wait", "throttled"])
def test_a_bucket_of_another_type_is_made_anew(
    pacing: RedisPacing, redis_itself: "redis.Redis", act: str
) -> None:
    redis_itself.set(BUCKET, "x")
    if act == "wait":
        pacing.wait(CALL, at_most=0)
    else:
        pacing.throttled(CALL, retry_after=0.4)
    assert redis_itself.type(BUCKET) == b"hash"
    assert 0 < how_long(pacing) <= 1 / PER_SECOND


@pytest.mark.parametrize(
    "spoil",
    [
        lambda client: client.set(COUNTS, "x"),
        lambda client: client.hset(COUNTS, "aws|ec2.DescribeVpcs|calls", "abc"),
        lambda client: client.hset(COUNTS, "aws|ec2.DescribeVpcs|calls", 2**63 - 1),
    ],
    ids=["type", "text", "overflow"],
)
def test_counts_that_cannot_be_added_to_begin_again(
    pacing: RedisPacing, redis_itself: "redis.Redis", spoil: Callable[["redis.Redis"], object]
) -> None:
    spoil(redis_itself)
    pacing.wait(CALL)
    pacing.throttled(CALL)
    assert pacing.counts() == {(Provider.AWS, CALL.api): CallCounts(calls=1, throttles=1)}


@pytest.mark.parametrize(
    ("field", "count"),
    [
        ("garbage", "1"),
        ("aws|x", "1"),
        ("nope|x|calls", "1"),
        ("aws|x|evil", "1"),
        ("aws|x|y|calls", "1"),
        ("aws|x|calls", "abc"),
        ("aws|x|calls", "1.5"),
        ("aws|x|calls", "-1"),
        ("aws|x|calls", "9" * 5000),
        (b"\xff|x|calls", "1"),
        (b"aws|\xed\xa0\x80|calls", "1"),
        ("", ""),
    ],
)
def test_a_count_that_nobody_of_us_wrote_hides_no_other(
    pacing: RedisPacing, redis_itself: "redis.Redis", field: str, count: str
) -> None:
    pacing.wait(CALL)
    redis_itself.hset(COUNTS, field, count)
    assert pacing.counts() == {(Provider.AWS, CALL.api): CallCounts(calls=1)}

"""What every pacing promises."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeAlias

import pytest

from application.ports.errors import Throttled
from application.ports.pacing import Pacing
from domain.accounts import Provider
from domain.pacing import ApiCall, CallCounts, Limit

Now: TypeAlias = Callable[[], float]

CALL = ApiCall(
    provider=Provider.AWS, account_id="123456789012", region="eu-west-1", api="ec2.DescribeVpcs"
)
HOURLY = replace(CALL, api="ce.GetCostAndUsage")
MINUTELY = replace(CALL, api="ce.GetTags")


def limits(call: ApiCall) -> tuple[Limit, ...]:
    """Ten at once and fifty a second; three an hour; ten at once, but those two a minute."""
    usual = Limit(name=call.api, per_second=50, burst=10)
    if call.api == HOURLY.api:
        return (Limit(name="hour", per_second=1 / 3600, burst=3),)
    if call.api == MINUTELY.api:
        return (usual, Limit(name="minute", per_second=1 / 60, burst=2))
    return (usual,)


class PacingContract:
    """Subclasses bring `pacing`, which keeps `limits`, and `now`, the time it goes by."""

    def test_a_full_bucket_lets_a_burst_through_at_once(self, pacing: Pacing, now: Now) -> None:
        began = now()
        for _ in range(10):
            pacing.wait(CALL)
        assert now() - began < 0.2

    def test_an_empty_bucket_keeps_the_pace(self, pacing: Pacing, now: Now) -> None:
        began = now()
        for _ in range(20):
            pacing.wait(CALL)
        assert 0.199 <= now() - began < 0.6

    def test_threads_keep_the_pace_together(self, pacing: Pacing, now: Now) -> None:
        began = now()
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _: pacing.wait(CALL), range(25)))
        assert now() - began >= 0.299

    def test_a_bucket_fills_again(self, pacing: Pacing, now: Now) -> None:
        for _ in range(15):
            pacing.wait(CALL)
        pacing.throttled(CALL, retry_after=0.3)
        pacing.wait(CALL)  # 0.3 seconds later, from an empty bucket
        began = now()
        pacing.wait(CALL)
        assert 0.015 <= now() - began < 0.2

    def test_whoever_would_wait_too_long_is_told_how_long(self, pacing: Pacing) -> None:
        for _ in range(3):
            pacing.wait(HOURLY)
        with pytest.raises(Throttled, match=r"ce\.GetCostAndUsage in eu-west-1") as held:
            pacing.wait(HOURLY)
        assert 3590 < (held.value.retry_after or 0) <= 3600

    def test_whoever_is_held_back_takes_no_token(self, pacing: Pacing) -> None:
        for _ in range(3):
            pacing.wait(HOURLY)
        waits = []
        for _ in range(3):
            with pytest.raises(Throttled) as held:
                pacing.wait(HOURLY, at_most=1)
            waits.append(held.value.retry_after or 0)
        assert max(waits) <= 3600

    def test_a_call_keeps_each_of_its_limits(self, pacing: Pacing) -> None:
        pacing.wait(MINUTELY)
        pacing.wait(MINUTELY)
        with pytest.raises(Throttled) as held:
            pacing.wait(MINUTELY)
        assert 55 < (held.value.retry_after or 0) <= 60

    @pytest.mark.parametrize(
        "other",
        [
            replace(HOURLY, account_id="999999999999"),
            replace(HOURLY, region="us-east-1"),
            replace(HOURLY, provider=Provider.GCP),
            CALL,
        ],
        ids=["account", "region", "cloud", "API"],
    )
    def test_another_bucket_is_not_concerned(self, pacing: Pacing, other: ApiCall) -> None:
        for _ in range(3):
            pacing.wait(HOURLY)
        pacing.throttled(HOURLY, retry_after=600)
        pacing.wait(other, at_most=0)

    def test_a_throttle_keeps_everybody_away_for_as_long_as_the_cloud_asks(
        self, pacing: Pacing, now: Now
    ) -> None:
        began = now()
        pacing.throttled(CALL, retry_after=0.4)
        pacing.wait(CALL)
        assert 0.399 <= now() - began < 0.8

    def test_who_may_not_wait_for_the_end_of_a_pause_is_told_how_long_it_is(
        self, pacing: Pacing
    ) -> None:
        pacing.throttled(CALL, retry_after=120)
        with pytest.raises(Throttled) as held:
            pacing.wait(CALL)
        assert 115 < (held.value.retry_after or 0) <= 120

    def test_a_pause_of_unknown_length_is_short_at_first(self, pacing: Pacing) -> None:
        pacing.throttled(CALL)
        with pytest.raises(Throttled) as held:
            pacing.wait(CALL, at_most=0)
        assert 0.5 < (held.value.retry_after or 0) <= 1

    def test_what_was_sent_before_a_pause_makes_it_no_longer(self, pacing: Pacing) -> None:
        for _ in range(8):
            pacing.throttled(CALL)
        with pytest.raises(Throttled) as held:
            pacing.wait(CALL, at_most=0)
        assert (held.value.retry_after or 0) <= 1

    def test_nobody_is_kept_away_for_more_than_an_hour(self, pacing: Pacing) -> None:
        pacing.throttled(CALL, retry_after=10.0**9)
        with pytest.raises(Throttled) as held:
            pacing.wait(CALL)
        assert (held.value.retry_after or 0) <= 3600

    def test_a_refusal_that_asks_for_no_wait_only_empties_the_bucket(
        self, pacing: Pacing, now: Now
    ) -> None:
        pacing.throttled(CALL, retry_after=-5)
        began = now()
        for _ in range(6):
            pacing.wait(CALL)
        assert now() - began >= 0.095

    def test_calls_and_throttles_are_counted_by_api(self, pacing: Pacing) -> None:
        assert pacing.counts() == {}
        for call in (CALL, CALL, replace(CALL, region="us-east-1"), HOURLY):
            pacing.wait(call)
        pacing.throttled(CALL, retry_after=0)
        assert pacing.counts() == {
            (Provider.AWS, "ec2.DescribeVpcs"): CallCounts(calls=3, throttles=1),
            (Provider.AWS, "ce.GetCostAndUsage"): CallCounts(calls=1, throttles=0),
        }

    def test_what_is_held_back_is_no_call(self, pacing: Pacing) -> None:
        pacing.throttled(CALL, retry_after=60)
        with pytest.raises(Throttled):
            pacing.wait(CALL, at_most=1)
        assert pacing.counts()[Provider.AWS, CALL.api] == CallCounts(calls=0, throttles=1)

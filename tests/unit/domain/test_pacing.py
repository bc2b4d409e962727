"""A bucket is arithmetic with moments: nothing here sleeps."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounts import Provider
from domain.api_limits import limits_of
from domain.errors import InvalidValue
from domain.pacing import LONGEST_UNASKED_PAUSE, ApiCall, Bucket, Limit

LIMIT = Limit(name="a", per_second=10, burst=5)
CALL = ApiCall(provider=Provider.AWS, account_id="1", api="ec2.DescribeVpcs", region="eu-west-1")

limits = st.builds(
    Limit,
    name=st.just("a"),
    per_second=st.floats(0.01, 1000),
    burst=st.integers(1, 500),
)


def sent_by(limit: Limit, gaps: list[float]) -> list[float]:
    """Return when calls go that are wanted after these gaps."""
    bucket, now, sent = Bucket(), 1000.0, []
    for gap in gaps:
        now += gap
        sent.append(now + bucket.wait(limit, now=now))
        bucket = bucket.booked(limit, now=now)
    return sent


@given(limit=limits, gaps=st.lists(st.floats(0, 10), max_size=60), seconds=st.floats(0.1, 100))
def test_no_span_of_time_sees_more_calls_than_a_full_bucket_and_its_refill(
    limit: Limit, gaps: list[float], seconds: float
) -> None:
    sent = sent_by(limit, gaps)
    allowed = limit.burst + limit.per_second * seconds + 1e-3
    for first in sent:
        assert sum(first <= each < first + seconds for each in sent) <= allowed + 1


@given(limit=limits, gaps=st.lists(st.floats(0, 10), max_size=60))
def test_nobody_overtakes(limit: Limit, gaps: list[float]) -> None:
    sent = sent_by(limit, gaps)
    assert sent == sorted(sent)


def test_a_pause_moves_everybody_who_waits_and_keeps_the_line() -> None:
    bucket = Bucket()
    for _ in range(8):
        bucket = bucket.booked(LIMIT, now=100)
    before = bucket.wait(LIMIT, now=100)
    paused = bucket.paused(LIMIT, now=100, retry_after=7)
    assert paused.delay == pytest.approx(7)
    assert paused.wait(LIMIT, now=100) == pytest.approx(before + 7)


def test_after_a_pause_the_bucket_is_empty() -> None:
    bucket = Bucket().paused(LIMIT, now=100, retry_after=7)
    assert bucket.wait(LIMIT, now=107) == pytest.approx(0)
    assert bucket.booked(LIMIT, now=107).wait(LIMIT, now=107) == pytest.approx(LIMIT.interval)


def test_a_shorter_wish_does_not_end_a_longer_pause() -> None:
    bucket = Bucket().paused(LIMIT, now=100, retry_after=60)
    assert bucket.paused(LIMIT, now=101, retry_after=5) == bucket


def test_each_refusal_in_a_row_doubles_the_pause_up_to_a_limit() -> None:
    bucket, now, pauses = Bucket(), 100.0, []
    for _ in range(8):
        bucket = bucket.paused(LIMIT, now=now, retry_after=None)
        pauses.append(bucket.opens - now)
        now = bucket.opens + 0.1
    assert pauses == pytest.approx([1, 2, 4, 8, 16, *[LONGEST_UNASKED_PAUSE] * 3])


def test_after_a_minute_without_a_refusal_the_next_one_is_the_first_again() -> None:
    bucket = Bucket()
    for _ in range(4):
        now = bucket.opens + 100
        bucket = bucket.paused(LIMIT, now=now, retry_after=None)
        assert bucket.opens - now == pytest.approx(1)


def test_a_part_of_a_limit_still_lets_one_call_through() -> None:
    assert LIMIT.part(0.25) == Limit(name="a", per_second=2.5, burst=1)
    assert LIMIT.part(0.01).burst == 1


@pytest.mark.parametrize("wrong", [{"per_second": 0}, {"per_second": -1}, {"burst": 0}])
def test_a_limit_that_lets_nothing_through_is_none(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidValue):
        Limit(**({"name": "a", "per_second": 1, "burst": 1} | wrong))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("provider", "api", "per_second", "burst"),
    [
        (Provider.AWS, "ec2.DescribeInstances", 20, 100),
        (Provider.AWS, "sts.GetCallerIdentity", 600, 600),
        (Provider.AZURE, "Microsoft.Resources/subscriptions/read", 25, 250),
        (Provider.AZURE, "Microsoft.Compute/virtualMachines/read", 5, 900),
        (Provider.AZURE, "Microsoft.Storage/storageAccounts/read", 100 / 300, 100),
        (Provider.AZURE, "Microsoft.CostManagement/query/action", 1, 12),
        (Provider.GCP, "compute.instances.list", 1500 / 60, 1500),
        (Provider.GCP, "bigquery.jobs.create", 100, 100),
    ],
)
def test_we_stay_at_half_of_what_is_documented_or_little_above(
    provider: Provider, api: str, per_second: float, burst: int
) -> None:
    ours = limits_of(ApiCall(provider=provider, account_id="1", api=api))
    assert min(limit.per_second for limit in ours) <= per_second / 2
    assert min(limit.burst for limit in ours) <= 0.67 * burst


@pytest.mark.parametrize(
    ("api", "calls", "seconds"),
    [
        ("Microsoft.Storage/storageAccounts/read", 100, 300),
        ("Microsoft.CostManagement/query/action", 12, 10),
        ("Microsoft.CostManagement/query/action", 60, 60),
        ("Microsoft.CostManagement/query/action", 600, 3600),
    ],
)
def test_what_azure_counts_in_windows_is_never_reached_in_any_window(
    api: str, calls: int, seconds: float
) -> None:
    ours = limits_of(ApiCall(provider=Provider.AZURE, account_id="1", api=api))
    assert min(limit.burst + limit.per_second * seconds for limit in ours) < calls


@pytest.mark.parametrize("provider", Provider)
def test_what_nobody_documents_is_called_modestly(provider: Provider) -> None:
    ours = limits_of(ApiCall(provider=provider, account_id="1", api="new.Thing"))
    assert ours[0].per_second <= 10


def test_apis_of_one_group_share_a_bucket_and_others_do_not() -> None:
    lists = [replace(CALL, provider=Provider.GCP, api=f"compute.{each}.list") for each in "ab"]
    assert len({limits_of(each)[0].bucket_of(each) for each in lists}) == 1
    actions = [replace(CALL, api=f"ec2.{each}") for each in ("DescribeVpcs", "DescribeRegions")]
    assert len({limits_of(each)[0].bucket_of(each) for each in actions}) == 2

"""No request to AWS is sent before its turn, and no throttle is kept to oneself."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from adapters.aws.calls import ask
from adapters.aws.inventory import AwsInventory
from adapters.aws.session import LISTING, AwsSession
from adapters.fakes.pacing import FakePacing
from application.ports.errors import Throttled
from domain.accounts import Provider
from domain.pacing import ApiCall, Limit
from tests.integration.aws.rig import (
    ACCOUNT,
    BUCKETS,
    HASTE,
    HERE,
    INSTANCES,
    KEY_ID,
    THERE,
    VPCS,
    Rig,
    make_bucket,
    resources,
)
from tests.integration.pacing.test_together import sharing


@pytest.fixture
def pacing() -> FakePacing:
    return FakePacing()


@pytest.fixture
def session(rig: Rig, pacing: FakePacing) -> AwsSession:
    return AwsSession(rig.secret(), patience=HASTE, pacing=pacing)


def test_every_request_of_a_sync_takes_its_turn(rig: Rig, pacing: FakePacing) -> None:
    secret = rig.secret(regions=[HERE, THERE])
    inventory = AwsInventory(session=AwsSession(secret, patience=HASTE, pacing=pacing))
    make_bucket(rig, HERE, "one", {"team": "blue"})
    before = len(rig.line.requests)
    inventory.account_id()
    for kind in (INSTANCES, VPCS, BUCKETS):
        for place in inventory.locations(kind):
            resources(inventory, kind, place)
    asked = [each.operation for each in rig.line.requests[before:]]
    assert [each.api.partition(".")[2] for each in pacing.sent] == asked
    assert {"GetCallerIdentity", "DescribeInstances", "ListBuckets"} <= set(asked)


def test_a_call_counts_for_its_account_region_and_operation_at_the_host_that_is_asked(
    rig: Rig, session: AwsSession, pacing: FakePacing
) -> None:
    session.identity()
    ask(session.client("ec2", HERE), "describe_vpcs")
    first, second = pacing.sent
    assert first.api == "sts.GetCallerIdentity"
    assert first.account_id.startswith("key-") and KEY_ID not in first.account_id
    assert second == ApiCall(
        provider=Provider.AWS,
        account_id=f"{ACCOUNT}@{urlsplit(str(rig.secret().endpoint_url)).netloc}",
        region=HERE,
        api="ec2.DescribeVpcs",
    )


def test_each_retry_takes_its_turn_and_each_throttle_is_told(
    rig: Rig, session: AwsSession, pacing: FakePacing
) -> None:
    rig.fail("DescribeVpcs", status=503, code="RequestLimitExceeded")
    before = rig.asked("DescribeVpcs")
    with pytest.raises(Throttled, match="AWS keeps asking"):
        ask(session.client("ec2", HERE), "describe_vpcs")
    assert len(pacing.sent) == HASTE.attempts == rig.asked("DescribeVpcs") - before
    assert pacing.refused == [(pacing.sent[0], None)] * HASTE.attempts


def test_what_is_no_throttle_is_not_told(rig: Rig, session: AwsSession, pacing: FakePacing) -> None:
    rig.fail("DescribeVpcs", status=500, code="InternalError")
    rig.fail("ListBuckets", status=403, code="AccessDenied")
    for service, method in (("ec2", "describe_vpcs"), ("s3", "list_buckets")):
        with pytest.raises(Exception, match="AWS"):
            ask(session.client(service, HERE), method)
    assert pacing.refused == []


def test_a_status_without_a_code_is_enough_from_storage(
    rig: Rig, session: AwsSession, pacing: FakePacing
) -> None:
    rig.fail("HeadBucket", status=503, code="")
    with pytest.raises(Exception, match="AWS"):
        ask(session.client("s3", HERE), "head_bucket", Bucket="one")
    assert {call.api for call, _ in pacing.refused} == {"s3.HeadBucket"}


def test_what_would_wait_too_long_is_not_sent(rig: Rig) -> None:
    never = Limit(name="never", per_second=1 / 3600, burst=1)
    session = AwsSession(
        rig.secret(), patience=LISTING, pacing=FakePacing(limits=lambda _: (never,))
    )
    client = session.client("ec2", HERE)
    ask(client, "describe_vpcs")
    before = rig.asked("DescribeVpcs")
    with pytest.raises(Throttled, match="are used up") as held:
        ask(client, "describe_vpcs")
    assert held.value.retry_after == pytest.approx(3600)
    assert rig.asked("DescribeVpcs") == before


def test_a_throttle_that_one_session_meets_spares_the_other_one_the_same(
    rig: Rig, valkey_url: str
) -> None:
    """Two sessions with connections of their own to one Redis, as in two workers."""
    hurried = replace(HASTE, longest_wait=0.0)
    with sharing(valkey_url) as one, sharing(valkey_url) as other:
        first = AwsSession(rig.secret(), patience=HASTE, pacing=one)
        second = AwsSession(rig.secret(), patience=hurried, pacing=other)
        asking = first.client("ec2", HERE)
        here, there = second.client("ec2", HERE), second.client("ec2", THERE)
        ask(here, "describe_vpcs")
        ask(there, "describe_vpcs")
        rig.fail("DescribeVpcs", region=HERE, status=503, code="RequestLimitExceeded")
        with pytest.raises(Throttled, match="AWS keeps asking"):
            ask(asking, "describe_vpcs")
        before = rig.asked("DescribeVpcs")
        with pytest.raises(Throttled, match="are used up"):
            ask(here, "describe_vpcs")
        assert rig.asked("DescribeVpcs") == before
        ask(there, "describe_vpcs")  # another region, another bucket
        assert other.counts()[Provider.AWS, "ec2.DescribeVpcs"].throttles == HASTE.attempts

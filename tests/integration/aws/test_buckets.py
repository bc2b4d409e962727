"""Buckets: where they are and how they are tagged, with and without the permissions for it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.aws.inventory import AwsInventory
from application.ports.errors import Unavailable
from domain.inventory import EVERYWHERE, ObservedResource
from entrypoints.sandbox.aws.bulk import BulkAccount, record
from entrypoints.sandbox.aws.replay import Fault, ReplayServer
from entrypoints.sandbox.aws.wire import Reply, Request
from tests.integration.aws.rig import BUCKETS, Rig, make_bucket, opened, resources, running


@pytest.fixture(scope="module")
def account() -> BulkAccount:
    instance, vpc = record()
    return BulkAccount(instance=instance, vpc=vpc, buckets=8)


@pytest.fixture
def line(account: BulkAccount) -> Iterator[ReplayServer]:
    with running(account) as line:
        yield line


def buckets(inventory: AwsInventory) -> dict[str, ObservedResource]:
    return {each.external_id: each for each in resources(inventory, BUCKETS, EVERYWHERE)}


def test_no_bucket_is_asked_for_by_itself_when_the_list_says_where_it_is(
    account: BulkAccount,
) -> None:
    with running(replace(account, tells_bucket_regions=True)) as line:
        found = buckets(opened(line))
        assert {each.region for each in found.values()} == set(account.regions)
        assert [each.operation for each in line.requests].count("HeadBucket") == 0


def test_half_of_the_buckets_have_tags_and_the_others_are_known_to_have_none(
    line: ReplayServer,
) -> None:
    found = buckets(opened(line))
    assert len(found) == 8
    assert [bool(each.tags) for each in found.values()].count(True) == 4
    assert all(each.tags is not None for each in found.values())
    assert [each.operation for each in line.requests].count("GetResources") == 4


def test_a_bucket_that_may_not_be_looked_at_still_says_where_it_is(account: BulkAccount) -> None:
    def answer(request: Request) -> Reply:
        reply = account(request)
        return replace(reply, status=403) if request.operation == "HeadBucket" else reply

    with running(answer) as line:
        found = buckets(opened(line))
    assert {each.region for each in found.values()} == set(account.regions)


def test_a_bucket_whose_region_nobody_tells_is_listed_with_unknown_tags(
    line: ReplayServer,
) -> None:
    line.fail(Fault(operation="HeadBucket", status=403, code="AccessDenied"))
    found = buckets(opened(line))
    assert len(found) == 8
    for each in found.values():
        assert (each.region, each.tags) == (None, None)
        assert "region" in each.oddities[0]


def test_a_bucket_that_was_deleted_while_we_looked_is_not_listed(line: ReplayServer) -> None:
    line.fail(Fault(operation="HeadBucket", status=404, code="NoSuchBucket", times=1))
    assert len(buckets(opened(line))) == 7


def test_a_bucket_whose_region_cannot_be_learned_now_fails_the_listing(
    line: ReplayServer,
) -> None:
    """Otherwise it would seem to have moved, and to move back with the next sync."""
    line.fail(Fault(operation="HeadBucket", after=3, status=503, code="SlowDown"))
    with pytest.raises(Exception, match="s3:ListBucket"):
        buckets(opened(line))


def test_without_the_tagging_service_each_bucket_is_asked_for_its_tags(rig: Rig) -> None:
    make_bucket(rig, "eu-west-1", "tagged", {"team": "data"})
    make_bucket(rig, "eu-west-1", "bare")
    rig.fail("GetResources", status=403, code="AccessDeniedException")
    found = buckets(rig.inventory())
    assert {name: each.tags for name, each in found.items()} == {
        "tagged": {"team": "data"},
        "bare": {},
    }


def test_tags_that_may_not_be_read_are_unknown_and_say_what_to_grant(rig: Rig) -> None:
    make_bucket(rig, "eu-west-1", "tagged", {"team": "data"})
    make_bucket(rig, "us-west-2", "elsewhere", {"team": "web"})
    rig.fail("GetResources", region="eu-west-1", status=403, code="AccessDeniedException")
    rig.fail("GetBucketTagging", status=403, code="AccessDenied")
    found = buckets(rig.inventory())
    assert found["elsewhere"].tags == {"team": "web"}
    assert found["tagged"].tags is None
    assert "tag:GetResources and s3:GetBucketTagging" in found["tagged"].oddities[0]


def test_tags_that_cannot_be_read_now_are_unknown_and_the_buckets_are_listed(
    line: ReplayServer,
) -> None:
    line.fail(Fault(operation="GetResources", region="eu-west-1", status=500, code="InternalError"))
    found = buckets(opened(line))
    unknown = [each for each in found.values() if each.tags is None]
    assert {each.region for each in unknown} == {"eu-west-1"}
    assert len(found) == 8


def test_a_tagging_service_that_answers_nonsense_is_not_believed(line: ReplayServer) -> None:
    line.fail(Fault(operation="GetResources", status=200, body=b"<html>proxy</html>"))
    assert {each.tags for each in buckets(opened(line)).values()} == {None}


def test_a_list_of_buckets_that_fails_raises(line: ReplayServer) -> None:
    line.fail(Fault(operation="ListBuckets", status=500, code="InternalError"))
    with pytest.raises(Unavailable):
        buckets(opened(line))

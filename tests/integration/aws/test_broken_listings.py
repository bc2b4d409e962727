"""A listing is complete or it raises, and one place's trouble is no other's."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.aws.inventory import AwsInventory
from adapters.aws.session import LISTING
from application.ports.errors import (
    AccessDenied,
    CredentialsExpired,
    PortError,
    Throttled,
    Unavailable,
)
from domain.inventory import EVERYWHERE, Location
from entrypoints.sandbox.aws.bulk import BulkAccount, record
from entrypoints.sandbox.aws.replay import Fault, ReplayServer
from tests.integration.aws.rig import (
    BUCKETS,
    HERE,
    INSTANCES,
    THERE,
    VPCS,
    asked,
    count,
    opened,
    records,
    running,
)


@pytest.fixture(scope="module")
def account() -> BulkAccount:
    """Eight instances per region on pages of three, two VPCs per region, four buckets."""
    instance, vpc = record()
    return BulkAccount(instance=instance, vpc=vpc, instances=32, vpcs=8, buckets=4, page=3)


@pytest.fixture
def line(account: BulkAccount) -> Iterator[ReplayServer]:
    with running(account) as line:
        yield line


@pytest.fixture
def inventory(line: ReplayServer) -> AwsInventory:
    return opened(line)


def test_every_page_is_read(line: ReplayServer, inventory: AwsInventory) -> None:
    assert count(inventory, INSTANCES, HERE) == 8
    assert asked(line, "DescribeInstances") == 3


@pytest.mark.parametrize(
    "fault",
    [
        Fault(operation="DescribeInstances", after=1, status=500, code="InternalError"),
        Fault(operation="DescribeInstances", after=1, dropped=True),
        Fault(operation="DescribeInstances", after=1, status=200, body=b"<html>proxy</html>"),
        Fault(operation="DescribeInstances", after=1, status=200, body=b"not even markup"),
        Fault(operation="DescribeInstances", after=1, status=502, body=b"<html>proxy</html>"),
        Fault(operation="DescribeInstances", after=1, status=400, code="InvalidNextToken"),
    ],
    ids=["error", "dropped", "strange answer", "no answer", "proxy error", "token forgotten"],
)
def test_a_second_page_that_fails_raises_after_the_first_was_yielded(
    line: ReplayServer, inventory: AwsInventory, fault: Fault
) -> None:
    line.fail(replace(fault))
    seen: list[object] = []
    with pytest.raises(Unavailable) as caught:
        seen.extend(records(inventory, INSTANCES, HERE))
    assert len(seen) == 3
    assert "ec2:DescribeInstances in eu-west-1" in caught.value.summary


def test_an_answer_without_its_list_is_not_taken_for_an_empty_one(
    line: ReplayServer, inventory: AwsInventory
) -> None:
    nothing = b"<DescribeVpcsResponse><requestId>r</requestId></DescribeVpcsResponse>"
    line.fail(Fault(operation="DescribeVpcs", status=200, body=nothing))
    with pytest.raises(Unavailable):
        count(inventory, VPCS, HERE)


def test_a_short_throttling_is_sat_out(line: ReplayServer) -> None:
    line.fail(
        Fault(operation="DescribeInstances", status=503, code="RequestLimitExceeded", times=2)
    )
    assert count(opened(line, patience=LISTING), INSTANCES, HERE) == 8
    assert asked(line, "DescribeInstances") == 5


def test_a_throttling_without_end_is_reported_as_such(
    line: ReplayServer, inventory: AwsInventory
) -> None:
    line.fail(Fault(operation="DescribeInstances", status=503, code="RequestLimitExceeded"))
    with pytest.raises(Throttled):
        count(inventory, INSTANCES, HERE)


def test_a_denied_region_names_the_permission_and_the_region_and_spares_the_others(
    line: ReplayServer, inventory: AwsInventory
) -> None:
    line.fail(
        Fault(operation="DescribeVpcs", region=HERE, status=403, code="UnauthorizedOperation")
    )
    with pytest.raises(AccessDenied) as caught:
        count(inventory, VPCS, HERE)
    assert caught.value.permission == "ec2:DescribeVpcs"
    assert HERE in caught.value.summary
    assert count(inventory, VPCS, THERE) == 2
    assert count(inventory, INSTANCES, HERE) == 8


def test_a_denied_kind_spares_the_other_kinds(line: ReplayServer, inventory: AwsInventory) -> None:
    line.fail(Fault(operation="ListBuckets", status=403, code="AccessDenied"))
    with pytest.raises(AccessDenied) as caught:
        count(inventory, BUCKETS, EVERYWHERE)
    assert caught.value.permission == "s3:ListAllMyBuckets"
    assert count(inventory, INSTANCES, HERE) == 8


@pytest.mark.parametrize("code", ["AuthFailure", "InvalidClientTokenId", "OptInRequired"])
def test_a_region_that_does_not_know_a_good_key_is_not_enabled(
    line: ReplayServer, inventory: AwsInventory, code: str
) -> None:
    line.fail(Fault(operation="DescribeInstances", region=THERE, status=401, code=code))
    with pytest.raises(AccessDenied) as caught:
        count(inventory, INSTANCES, THERE)
    assert THERE in caught.value.summary
    assert THERE in caught.value.remedy or "region" in caught.value.remedy


def test_a_key_that_is_revoked_in_the_midst_is_a_bad_key_and_no_closed_region(
    line: ReplayServer, inventory: AwsInventory
) -> None:
    inventory.account_id()
    line.fail(Fault(operation="DescribeInstances", status=401, code="AuthFailure"))
    line.fail(Fault(operation="GetCallerIdentity", status=403, code="InvalidClientTokenId"))
    with pytest.raises(CredentialsExpired):
        count(inventory, INSTANCES, HERE)


def test_a_chosen_region_that_is_not_enabled_is_reported_without_waiting_for_it(
    line: ReplayServer,
) -> None:
    inventory = opened(line, regions=["eu-west-1", "me-south-1"])
    assert list(inventory.locations(INSTANCES)) == ["eu-west-1", "me-south-1"]
    with pytest.raises(AccessDenied, match="me-south-1 is not enabled"):
        count(inventory, INSTANCES, Location("me-south-1"))
    assert asked(line, "DescribeInstances") == 0
    assert count(inventory, INSTANCES, HERE) == 8


def test_regions_are_asked_for_once_even_when_that_fails(line: ReplayServer) -> None:
    line.fail(Fault(operation="DescribeRegions", status=403, code="UnauthorizedOperation"))
    inventory = opened(line)
    for kind in (INSTANCES, VPCS, INSTANCES):
        with pytest.raises(AccessDenied) as caught:
            inventory.locations(kind)
        assert caught.value.permission == "ec2:DescribeRegions"
    assert asked(line, "DescribeRegions") == 1


@pytest.mark.parametrize("listed", ["", "<item/>"], ids=["none", "nameless"])
def test_an_account_without_any_region_is_not_believed(line: ReplayServer, listed: str) -> None:
    nothing = (
        f"<DescribeRegionsResponse><regionInfo>{listed}</regionInfo></DescribeRegionsResponse>"
    )
    line.fail(Fault(operation="DescribeRegions", status=200, body=nothing.encode()))
    with pytest.raises(Unavailable):
        opened(line).locations(INSTANCES)


def test_chosen_regions_need_no_permission_to_list_regions(line: ReplayServer) -> None:
    line.fail(Fault(operation="DescribeRegions", status=403, code="UnauthorizedOperation"))
    inventory = opened(line, regions=[HERE])
    assert list(inventory.locations(VPCS)) == [HERE]
    assert count(inventory, VPCS, HERE) == 2


def test_only_enabled_regions_are_asked_for(line: ReplayServer, inventory: AwsInventory) -> None:
    inventory.locations(INSTANCES)
    (asking,) = (each for each in line.requests if each.operation == "DescribeRegions")
    assert "AllRegions" not in asking.parameters
    assert asking.parameters["Filter.1.Name"] == "opt-in-status"
    assert {asking.parameters[f"Filter.1.Value.{n}"] for n in (1, 2)} == {
        "opt-in-not-required",
        "opted-in",
    }


def test_errors_that_several_callers_share_keep_their_words(line: ReplayServer) -> None:
    line.fail(Fault(operation="GetCallerIdentity", status=403, code="InvalidClientTokenId"))
    inventory = opened(line)
    said = []
    for _ in range(2):
        with pytest.raises(PortError) as caught:
            inventory.account_id()
        said.append((caught.value.summary, caught.value.remedy))
    assert said[0] == said[1]

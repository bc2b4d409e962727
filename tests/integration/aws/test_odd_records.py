"""One odd record costs nothing but itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from adapters.aws.inventory import AwsInventory
from domain.inventory import Location, ObservedResource, ResourceKind, UnreadableRecord
from entrypoints.sandbox.aws.bulk import BulkAccount, Recording, record
from tests.integration.aws.rig import HERE, INSTANCES, VPCS, opened, records, running


@pytest.fixture(scope="module")
def recordings() -> tuple[Recording, Recording]:
    return record()


@contextmanager
def account_where(
    recordings: tuple[Recording, Recording], old: str, new: str
) -> Iterator[AwsInventory]:
    """Open an account in which every record has *new* in the place of *old*."""
    instance, vpc = (replace(each, item=each.item.replace(old, new)) for each in recordings)
    assert (instance, vpc) != recordings
    account = BulkAccount(instance=instance, vpc=vpc, instances=8, vpcs=4)
    with running(account) as line:
        yield opened(line)


def only(
    inventory: AwsInventory, kind: ResourceKind = INSTANCES, location: Location = HERE
) -> ObservedResource:
    found = list(records(inventory, kind, location))
    assert len(found) == (2 if kind is INSTANCES else 1)
    assert isinstance(found[0], ObservedResource)
    return found[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<launchTime>", "<launchTime>yesterday"),
        ("<ebsOptimized>", "<cpuOptions><coreCount/></cpuOptions><ebsOptimized>"),
        ("<ebsOptimized>", "<cpuOptions><coreCount>two</coreCount></cpuOptions><ebsOptimized>"),
        ("<ebsOptimized>", "<surprise><deep>1</deep></surprise><ebsOptimized>"),
        ("<amiLaunchIndex>0", "<amiLaunchIndex>first"),
        ("<architecture>x86_64", "<architecture>quantum"),
    ],
    ids=["odd time", "empty number", "odd number", "unknown field", "odd index", "unknown value"],
)
def test_an_instance_with_an_odd_field_is_listed_with_the_rest_of_what_it_is(
    recordings: tuple[Recording, Recording], old: str, new: str
) -> None:
    with account_where(recordings, old, new) as inventory:
        assert only(inventory).name == "bulk"


def test_an_odd_time_is_kept_as_it_came_and_noted(
    recordings: tuple[Recording, Recording],
) -> None:
    with account_where(recordings, "<launchTime>", "<launchTime>about ") as inventory:
        instance = only(inventory)
    assert str(instance.attributes["launched_at"]).startswith("about ")
    assert instance.oddities == ("LaunchTime is not a time",)


def test_a_record_without_an_id_is_reported_and_the_others_are_listed(
    recordings: tuple[Recording, Recording],
) -> None:
    instance, vpc = recordings
    nameless = "<item><reservationId>r-1</reservationId><instancesSet><item/></instancesSet></item>"
    odd = replace(instance, before=instance.before + nameless)
    with running(BulkAccount(instance=odd, vpc=vpc, instances=8)) as line:
        found = list(records(opened(line), INSTANCES, HERE))
    unreadable = [each for each in found if isinstance(each, UnreadableRecord)]
    assert len(found) == 3
    assert len(unreadable) == 1
    assert "without InstanceId in eu-west-1" in unreadable[0].reason


def test_a_vpc_that_another_account_shares_carries_its_owners_name(
    recordings: tuple[Recording, Recording],
) -> None:
    with account_where(recordings, "123456789012", "999988887777") as inventory:
        vpc = only(inventory, VPCS)
    assert vpc.uri is not None
    assert vpc.uri.startswith("arn:aws:ec2:eu-west-1:999988887777:vpc/vpc-")
    assert (vpc.attributes["owner_id"], vpc.attributes["shared"]) == ("999988887777", True)

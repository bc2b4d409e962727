"""Of one thing nobody speaks in the plural, and of no number with (s)."""

from datetime import timedelta

import pytest

from application.diagnosis import out_of_reach_trouble, scope_trouble
from application.listing import Listing
from application.pacing import held_back
from application.ports.figures import CredentialFigure
from application.sync_findings import syncs_finding
from application.work_findings import run_findings
from domain.accounts import CredentialId, Provider
from domain.inventory import UnreadableRecord
from domain.pacing import ApiCall
from domain.reconciliation import Changes
from domain.sightings import Sightings
from domain.syncs import ScopeRecord, ScopeStatus
from tests.builders import NOON, a_resource, a_scope

THERE = a_scope()


@pytest.mark.parametrize(("number", "said"), [(1, "1 record of "), (2, "2 records of ")])
def test_records_that_cannot_be_read(number: int, said: str) -> None:
    unreadable = (UnreadableRecord(reason="It has no id"),) * number
    trouble = scope_trouble(THERE, Listing(resources=Sightings(), unreadable=unreadable), Changes())
    assert trouble is not None
    assert trouble.detail.startswith(said)


@pytest.mark.parametrize(("number", "said"), [(1, "1 resource of "), (2, "2 resources of ")])
def test_resources_that_cannot_be_read_in_full(number: int, said: str) -> None:
    odd = [a_resource(f"i-{one}", oddities=("its tags are unknown",)) for one in range(number)]
    trouble = scope_trouble(THERE, Listing(resources=Sightings(odd)), Changes())
    assert trouble is not None
    assert trouble.detail.startswith(said)


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1 aws_ec2_instance item stays as"), (3, "3 aws_ec2_instance items stay as")],
)
def test_items_that_are_out_of_reach(number: int, said: str) -> None:
    record = ScopeRecord(
        scope=THERE, status=ScopeStatus.OUT_OF_REACH, attempted_at=NOON, items=number
    )
    assert f"its {said} last seen." in out_of_reach_trouble(record).detail


@pytest.mark.parametrize(("seconds", "said"), [(0.2, "1 more second."), (4.0, "4 more seconds.")])
def test_a_call_that_waits_for_its_turn(seconds: float, said: str) -> None:
    call = ApiCall(provider=Provider.AWS, account_id="1", api="ec2.DescribeInstances")
    assert held_back(call, seconds=seconds).summary.endswith(said)


@pytest.mark.parametrize(
    ("leaks", "said"),
    [
        (1, "1 failed resource may have left something behind in its cloud"),
        (2, "2 failed resources may have left something behind in their clouds"),
    ],
)
def test_what_may_have_been_left_behind(leaks: int, said: str) -> None:
    *_, found = run_findings([], leaks=leaks, at=NOON)
    assert found.found == said


@pytest.mark.parametrize(
    ("number", "found", "remedy"),
    [
        (1, "0 of 1 credential synced", "See below which it is."),
        (2, "0 of 2 credentials synced", "See below which they are."),
        (9, "0 of 9 credentials synced", "See below the 3 stalest of them."),
    ],
)
def test_stale_credentials(number: int, found: str, remedy: str) -> None:
    figures = [_never_synced(one) for one in range(number)]
    told = syncs_finding(figures, at=NOON, most_named=3)
    assert told.found.startswith(found)
    assert told.remedy == remedy


def _never_synced(number: int) -> CredentialFigure:
    return CredentialFigure(
        credential_id=CredentialId(number),
        name=f"key {number}",
        provider=Provider.AWS,
        created_at=NOON - timedelta(days=1),
        complete_since=None,
        last_status=None,
        last_duration=None,
        health=None,
    )

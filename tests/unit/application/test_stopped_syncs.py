"""A sync whose worker is told to stop does no harm, and the next worker does it."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest

from adapters.fakes.clouds import FakeCloud
from adapters.fakes.stopping import FakeStopping
from application.undertaking import Skip
from application.use_cases.sync_credential import SyncReport
from domain.accounts import Credential
from domain.inventory import ItemState, ObservedResource, Scope, UnreadableRecord
from domain.jobs import JobStatus
from domain.syncs import SyncStatus
from tests.builders import INSTANCE, IRELAND, OHIO, a_resource
from tests.unit.application.background import deliver, dispatch, job, queue_all
from tests.unit.application.world import World

_POINTS = range(10)
"""A sync of four scopes looks nine times whether it is to stop."""
_LAST = _POINTS[-1]


def run_of(world: World, credential: Credential) -> SyncStatus:
    """Return how the newest sync stands."""
    with world.unit_of_work() as work:
        return work.sync_runs.latest_of([credential.id])[credential.id].status


def stopped(world: World, credential: Credential, *, after: int) -> SyncReport:
    """Have the credential synced by a worker that is to stop when it has looked so often."""
    queue_all(world)
    dispatch(world)
    world.stopping = FakeStopping(after=after)
    report = deliver(world, credential, job(world, credential).message_id)
    world.stopping = FakeStopping()
    return report


def done_by_the_next_worker(world: World, credential: Credential) -> None:
    assert dispatch(world) == 1
    report = deliver(world, credential, job(world, credential).message_id)
    assert report.run is not None
    assert report.run.status is SyncStatus.SUCCEEDED


@pytest.mark.parametrize("point", _POINTS)
def test_a_sync_that_is_stopped_is_put_back_at_once_and_loses_no_attempt(
    world: World, cloud: FakeCloud, point: int
) -> None:
    credential = world.a_credential(cloud=cloud)
    report = stopped(world, credential, after=point)
    if point == _LAST:
        assert report.run is not None
        assert report.run.status is SyncStatus.SUCCEEDED
        return
    assert report.as_dict() == {"credential_id": credential.id, "status": "left_unfinished"}
    back = job(world, credential)
    assert (back.status, back.attempts, back.reason) == (JobStatus.QUEUED, 0, None)
    done_by_the_next_worker(world, credential)
    assert set(world.items(credential)) == {"i-1", "i-2", "i-3", "b-1", "vpc-1"}


def test_a_sync_that_gave_way_is_the_next_of_its_user(world: World) -> None:
    user = world.a_user()
    slow, other = world.a_credential(user), world.a_credential(user)
    queue_all(world)
    world.clock.advance(timedelta(minutes=1))
    began = job(world, slow)
    world.stopping = FakeStopping(after=1)
    assert deliver(world, slow, began.message_id).skipped is Skip.LEFT_UNFINISHED
    with world.unit_of_work() as work:
        sent = work.jobs.send(urgency=began.urgency, limit=2, lost_after=timedelta(minutes=2))
    assert [each.subject.credential_id for each in sent] == [slow.id, other.id]


@pytest.mark.parametrize("point", _POINTS)
def test_what_a_stopped_sync_did_not_list_is_neither_missing_nor_deleted(
    world: World, cloud: FakeCloud, point: int
) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    cloud.remove(INSTANCE, OHIO, "i-3")
    for _ in range(4):
        stopped(world, credential, after=min(point, _LAST - 1))
    items = world.items(credential)
    assert {name for name, item in items.items() if item.state is not ItemState.ACTIVE} <= {"i-3"}
    done_by_the_next_worker(world, credential)


def test_a_stopped_sync_counts_as_abandoned_and_says_nothing_of_the_key(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    before = world.health(credential)
    world.clock.advance(timedelta(minutes=10))
    assert stopped(world, credential, after=4).run is None
    assert run_of(world, credential) is SyncStatus.ABANDONED
    assert world.health(credential) == before


def test_a_worker_that_is_to_stop_begins_no_sync(world: World, cloud: FakeCloud) -> None:
    credential = world.a_credential(cloud=cloud)
    world.grace = timedelta(hours=1)
    assert stopped(world, credential, after=0).skipped is Skip.LEFT_UNFINISHED
    assert cloud.listed == []
    with world.unit_of_work() as work:
        assert work.sync_runs.latest_of([credential.id]) == {}
    done_by_the_next_worker(world, credential)


def test_a_sync_that_ends_within_its_grace_is_not_done_in_vain(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    world.grace = timedelta(seconds=10)
    report = stopped(world, credential, after=1)
    assert report.run is not None
    assert report.run.status is SyncStatus.SUCCEEDED


def test_a_sync_that_takes_longer_than_its_grace_gives_way(world: World, cloud: FakeCloud) -> None:
    credential = world.a_credential(cloud=cloud)
    world.grace = timedelta(seconds=10)
    cloud.meanwhile(INSTANCE, IRELAND, lambda: _pass(world, seconds=11), after=1)
    assert stopped(world, credential, after=1).skipped is Skip.LEFT_UNFINISHED


def _pass(world: World, *, seconds: int) -> None:
    world.clock.advance(timedelta(seconds=seconds))


class SilentCloud(FakeCloud):
    """A cloud that never answers in Ireland, until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = Event()

    def list_resources(self, scope: Scope) -> Iterator[ObservedResource | UnreadableRecord]:
        if scope.location == IRELAND:
            self.answer.wait()
        yield from super().list_resources(scope)


def test_a_sync_does_not_wait_for_a_silent_cloud_and_keeps_what_was_listed(world: World) -> None:
    cloud = SilentCloud()
    for place in (IRELAND, OHIO):
        cloud.put(INSTANCE, place, a_resource(f"i-{place}"))
    credential = world.a_credential(cloud=cloud)
    report = stopped(world, credential, after=7)
    cloud.answer.set()
    assert report.skipped is Skip.LEFT_UNFINISHED
    assert set(world.items(credential)) == {f"i-{OHIO}"}
    done_by_the_next_worker(world, credential)
    assert set(world.items(credential)) == {f"i-{IRELAND}", f"i-{OHIO}"}

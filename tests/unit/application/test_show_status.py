"""Everything an operator looks at first, from one store and one broker."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from adapters.fakes.clock import FakeClock
from adapters.fakes.memory import MemoryStore, MemoryUnitOfWork
from adapters.fakes.pacing import FakePacing
from adapters.fakes.queue_depths import FakeQueueDepths
from adapters.fakes.workers import FakeWorkers
from application.diagnosis import record_health
from application.findings import Finding, StatusPart
from application.ports.errors import Rejected, Unavailable
from application.ports.unit_of_work import UnitOfWork
from application.use_cases.measure_service import MeasureService
from application.use_cases.show_status import MOST_NAMED, ServiceStatus, ShowStatus
from domain.accounts import Credential
from domain.health import HealthCheck, HealthStatus, Trouble, Witness
from domain.jobs import JobKind, JobRequest, JobSubject, Urgency
from domain.syncs import ChangeCounts, ScopeRecord, ScopeStatus, SyncStatus
from tests.contract.overlaps_contract import ACCOUNT, reaching
from tests.contract.store_builders import NOW, a_scope, add_credential

A_MINUTE = timedelta(minutes=1)


class Site:
    """A store, a broker with one worker, and time that passes at will."""

    def __init__(self) -> None:
        self.clock = FakeClock(NOW)
        self.store = MemoryStore(self.clock)
        self.workers = FakeWorkers()
        self.workers.come("celery@here", queues=["celery", "sync", "terraform"])
        self.queues = FakeQueueDepths()
        self.tables: Callable[[], str] = lambda: "reachable, tables at revision 0023"

    def units(self) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self.store)

    def complete(self, owner: Credential) -> None:
        """Let a sync of everything end now."""
        now = self.clock.now()
        record = ScopeRecord(
            scope=a_scope(owner), status=ScopeStatus.COMPLETE, attempted_at=now, completed_at=now
        )
        with self.units() as work:
            work.scopes.save(record)
            work.commit()

    def sync_fails(self, work: UnitOfWork, owner: Credential, trouble: Trouble) -> None:
        """Let a sync begin and end now, as *trouble* kept it from everything."""
        now = self.clock.now()
        run = work.sync_runs.start(owner.id, at=now)
        work.sync_runs.finish(
            run.id,
            SyncStatus.FAILED,
            at=now,
            scopes_covered=0,
            counts=ChangeCounts(),
            troubles=(trouble,),
        )
        record_health(work, owner.id, HealthCheck(witness=Witness.SYNC, failure=trouble), at=now)

    def show(self) -> ServiceStatus:
        measure = MeasureService(
            unit_of_work=self.units,
            queues=self.queues,
            pacing=FakePacing(),
            cost_history=timedelta(days=30),
        )
        return ShowStatus(
            unit_of_work=self.units, measure=measure, tables=self.tables, workers=self.workers
        )()

    def syncs(self) -> list[Finding]:
        return [found for found in self.show().findings if found.part is StatusPart.SYNCS]


@pytest.fixture
def site() -> Site:
    return Site()


def test_every_part_is_looked_at(site: Site) -> None:
    status = site.show()
    assert status.readable
    if_any = {StatusPart.UNREAD, StatusPart.JOBS, StatusPart.ACCOUNTS}
    assert {found.part for found in status.findings} == set(StatusPart) - if_any


def test_a_credential_is_up_to_date_for_three_windows_after_its_last_whole_sync(
    site: Site,
) -> None:
    owner = add_credential(site.units)
    site.clock.advance(30 * A_MINUTE)
    site.complete(owner)
    site.clock.advance(30 * A_MINUTE)
    (syncs,) = site.syncs()
    assert syncs.ok
    assert syncs.found == "1 of 1 credential synced completely in the last 30 minutes"


def test_a_new_credential_has_as_long_for_its_first_sync(site: Site) -> None:
    add_credential(site.units)
    site.clock.advance(30 * A_MINUTE)
    (syncs,) = site.syncs()
    fresh = "0 of 1 credential synced completely in the last 30 minutes"
    assert (syncs.ok, syncs.found) == (True, f"{fresh}, 1 new and not yet")
    assert syncs.figures == {"credentials": 1, "stale": 0, "never_synced": 1}
    site.clock.advance(A_MINUTE)
    syncs, stale = site.syncs()
    assert (syncs.ok, syncs.found) == (False, f"{fresh}, 1 never")
    assert stale.name == "production of ada@example.org"
    assert stale.found == "never synced completely for 31 minutes: no error is known"


def test_a_new_credential_whose_first_sync_failed_is_named_at_once(site: Site) -> None:
    owner = add_credential(site.units)
    refused = Trouble(cause=HealthStatus.EXPIRED, detail="Wrong secret.", remedy="Enter it again.")
    with site.units() as work:
        site.sync_fails(work, owner, refused)
        work.commit()
    site.clock.advance(A_MINUTE)
    syncs, failed = site.syncs()
    fresh = "0 of 1 credential synced completely in the last 30 minutes"
    assert (syncs.ok, syncs.found) == (False, f"{fresh}, 1 never")
    assert syncs.figures == {"credentials": 1, "stale": 1, "never_synced": 1}
    assert failed.found == "never synced completely for 60 seconds: Wrong secret."
    assert failed.remedy == "Enter it again."


def test_a_stale_credential_is_named_with_what_is_in_the_way_and_what_mends_it(
    site: Site,
) -> None:
    owner = add_credential(site.units)
    site.complete(owner)
    site.clock.advance(45 * A_MINUTE)
    denied = Trouble(cause=HealthStatus.DENIED, detail="AWS refuses.", remedy="Grant a role.")
    with site.units() as work:
        check = HealthCheck(witness=Witness.PROBE, failure=denied)
        record_health(work, owner.id, check, at=site.clock.now())
        work.commit()
    syncs, stale = site.syncs()
    assert syncs.found.endswith(", 1 longer ago")
    assert stale.found == "not synced completely for 45 minutes: AWS refuses."
    assert stale.remedy == "Grant a role."
    assert stale.figures == {"credential_id": owner.id, "seconds_stale": 45 * 60}


def test_where_the_cloud_is_not_to_blame_the_reason_is_that_of_the_last_attempt(
    site: Site,
) -> None:
    owner = add_credential(site.units)
    subject = JobSubject.of(owner, JobKind.SYNC_CREDENTIAL)
    with site.units() as work:
        work.jobs.request([JobRequest(subject=subject, urgency=Urgency.BACKGROUND, due_at=None)])
        job = work.jobs.find(subject)
        assert job is not None
        work.jobs.save(job.came_to_nothing("The worker died 3 times in a row.", at=NOW))
        work.commit()
    site.clock.advance(31 * A_MINUTE)
    _, stale = site.syncs()
    assert stale.found.endswith(": The worker died 3 times in a row.")


def test_of_many_stale_credentials_the_stalest_are_named(site: Site) -> None:
    for number in range(MOST_NAMED + 1):
        owner = add_credential(site.units, name=f"key {number}")
        if number == 0:
            site.clock.advance(A_MINUTE)
            site.complete(owner)
    site.clock.advance(31 * A_MINUTE)
    syncs, *named = site.syncs()
    assert syncs.figures["stale"] == MOST_NAMED + 1
    assert len(named) == MOST_NAMED
    assert "key 0 of ada@example.org" not in {found.name for found in named}


def test_credentials_that_reach_the_same_are_named_with_what_comes_of_it(site: Site) -> None:
    for name in ("main", "second"):
        reaching(site.units, name, ACCOUNT)
    (overlap,) = (each for each in site.show().findings if each.part is StatusPart.ACCOUNTS)
    assert (overlap.ok, overlap.name) == (True, "ada@example.org")
    assert overlap.found.startswith("main and second of ada@example.org both reach AWS account")
    assert "credentials disable --user ada@example.org --name second" in overlap.remedy
    assert overlap.figures == {"credentials": 2, "sub_accounts": [ACCOUNT]}


def test_a_broker_that_is_away_hides_nothing_that_the_store_knows(site: Site) -> None:
    site.queues.failure = site.workers.failure = Unavailable(
        "The broker is away.", remedy="Start it."
    )
    status = site.show()
    assert not status.readable
    first, *rest = status.findings
    assert (first.part, first.name) == (StatusPart.UNREAD, "queue, worker")
    assert (first.found, first.remedy) == ("The broker is away.", "Start it.")
    assert {found.part for found in rest} == {
        StatusPart.BEAT,
        StatusPart.TABLES,
        StatusPart.SYNCS,
        StatusPart.TERRAFORM,
        StatusPart.HEALTH,
    }


def test_a_store_that_is_away_hides_nothing_that_the_broker_knows(site: Site) -> None:
    site.store.fail_next(Unavailable("The store is away."))
    status = site.show()
    assert not status.readable
    first, *rest = status.findings
    assert (first.name, first.found) == (
        "queue, beat, tables, jobs, syncs, terraform, health, accounts",
        "The store is away.",
    )
    assert "multicloud doctor" in first.remedy
    assert {found.part for found in rest} == {StatusPart.QUEUE, StatusPart.WORKER}


def test_tables_at_another_revision_are_a_finding_beside_all_others(site: Site) -> None:
    def tables() -> str:
        raise Rejected("The tables are at revision 0022.", remedy="Run `multicloud db upgrade`.")

    site.tables = tables
    status = site.show()
    (found,) = (found for found in status.findings if found.part is StatusPart.TABLES)
    assert status.readable
    assert (found.ok, found.found) == (False, "The tables are at revision 0022.")
    assert found.remedy == "Run `multicloud db upgrade`."
    assert StatusPart.SYNCS in {found.part for found in status.findings}


def test_tables_whose_revision_cannot_be_read_are_unread(site: Site) -> None:
    def tables() -> str:
        raise Unavailable("The store is away.", remedy="Start it.")

    site.tables = tables
    status = site.show()
    first = status.findings[0]
    assert not status.readable
    assert (first.name, first.found, first.remedy) == ("tables", "The store is away.", "Start it.")

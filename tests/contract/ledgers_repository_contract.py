"""What every store promises about scopes, runs, health, and about forgetting."""

from datetime import timedelta

import pytest

from application.ports.errors import NotFound
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import CredentialId, UserId
from domain.health import HealthCheck, HealthStatus, ProviderHealth, Trouble, Witness
from domain.inventory import ExternalId, Location, ResourceKind
from domain.retention import Ledger
from domain.syncs import ChangeCounts, ScopeRecord, ScopeStatus, SyncRunId, SyncStatus
from tests.contract.store_builders import (
    HOUR,
    NOW,
    a_resource,
    a_scope,
    add_credential,
    listed,
    shown,
)

DENIED = Trouble(
    cause=HealthStatus.DENIED,
    detail="S3 refused to list the buckets.",
    remedy="Grant s3:ListAllMyBuckets.",
    kind=ResourceKind.AWS_S3_BUCKET,
    location=Location("global"),
    permission="s3:ListAllMyBuckets",
)
NO_CREDENTIAL = CredentialId(987_654)


class ScopesRepositoryContract:
    def test_a_scope_record_comes_back_as_it_was_saved(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        record = ScopeRecord(
            scope=a_scope(owner),
            status=ScopeStatus.SUSPECT,
            attempted_at=NOW,
            completed_at=NOW - HOUR,
            items=12,
            held=frozenset({ExternalId("i-1"), ExternalId('{odd,"id"}')}),
            trouble=DENIED,
        )
        with units() as work:
            work.scopes.save(record)
            work.commit()
        with units() as work:
            assert dict(work.scopes.of_credential(owner.id)) == {record.scope: record}
            assert dict(work.scopes.of_credential(NO_CREDENTIAL)) == {}

    def test_a_later_record_takes_the_place_of_the_one_before(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        for status in (ScopeStatus.FAILED, ScopeStatus.COMPLETE):
            with units() as work:
                work.scopes.save(ScopeRecord(scope=a_scope(owner), status=status, attempted_at=NOW))
                work.commit()
        with units() as work:
            (record,) = work.scopes.of_credential(owner.id).values()
        assert record.status is ScopeStatus.COMPLETE


class SyncRunsRepositoryContract:
    def test_a_run_starts_running_and_ends_as_it_was_finished(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        counts = ChangeCounts(appeared=1, changed=2, returned=3, missing=4, deleted=5, unchanged=6)
        with units() as work:
            assert work.sync_runs.latest_of([owner.id]).get(owner.id) is None
            run = work.sync_runs.start(owner.id, at=NOW)
            assert (run.status, run.finished_at) == (SyncStatus.RUNNING, None)
            ended = work.sync_runs.finish(
                run.id,
                SyncStatus.PARTIAL,
                at=NOW + HOUR,
                scopes_covered=7,
                counts=counts,
                troubles=[DENIED],
            )
            work.commit()
        assert (ended.status, ended.finished_at) == (SyncStatus.PARTIAL, NOW + HOUR)
        assert (ended.scopes_covered, ended.counts, ended.troubles) == (7, counts, (DENIED,))
        with units() as work:
            assert work.sync_runs.latest_of([owner.id]).get(owner.id) == ended

    def test_a_run_that_a_dead_worker_left_is_abandoned_by_the_next(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        with units() as work:
            left = work.sync_runs.start(owner.id, at=NOW)
            work.commit()
        with units() as work:
            newer = work.sync_runs.start(owner.id, at=NOW + HOUR)
            work.commit()
        with units() as work:
            with pytest.raises(NotFound):
                work.sync_runs.finish(left.id, SyncStatus.SUCCEEDED, at=NOW + HOUR)
            assert work.sync_runs.latest_of([owner.id]).get(owner.id) == newer

    def test_a_run_ends_once(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        with units() as work:
            run = work.sync_runs.start(owner.id, at=NOW)
            work.sync_runs.finish(run.id, SyncStatus.SUCCEEDED, at=NOW)
            for run_id in (run.id, SyncRunId(987_654)):
                with pytest.raises(NotFound):
                    work.sync_runs.finish(run_id, SyncStatus.FAILED, at=NOW)

    def test_a_run_needs_a_credential(self, units: OpenUnitOfWork) -> None:
        with units() as work, pytest.raises(NotFound):
            work.sync_runs.start(NO_CREDENTIAL, at=NOW)


class HealthRepositoryContract:
    def test_health_comes_back_as_it_was_saved(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        with units() as work:
            assert work.health.get(owner.id) is None
            assert work.health.get(owner.id, for_update=True) is None
        check = HealthCheck(
            witness=Witness.PROBE, troubles=(DENIED,), latency=timedelta(milliseconds=123)
        )
        first = ProviderHealth.first(owner.id, check, at=NOW)
        failed = first.after(HealthCheck(witness=Witness.SYNC, failure=DENIED), at=NOW + HOUR)
        for health in (first, failed):
            with units() as work:
                work.health.save(health)
                work.commit()
            with units() as work:
                assert work.health.get(owner.id) == health

    def test_an_active_credential_is_due_when_never_checked_or_when_its_time_has_come(
        self, units: OpenUnitOfWork
    ) -> None:
        never, healthy, disabled = (add_credential(units, name=f"key {n}") for n in range(3))
        fine = ProviderHealth.first(healthy.id, HealthCheck(witness=Witness.PROBE), at=NOW)
        with units() as work:
            work.health.save(fine)
            work.credentials.disable(disabled.id, at=NOW)
            work.commit()
        with units() as work:
            due = work.health.due
            assert list(due(at=NOW, after=None, limit=10)) == [never.id]
            both = [never.id, healthy.id]
            assert list(due(at=fine.next_check_at, after=None, limit=10)) == both
            assert list(due(at=fine.next_check_at, after=None, limit=1)) == [never.id]
            assert list(due(at=fine.next_check_at, after=never.id, limit=10)) == [healthy.id]


class ArchiveContract:
    def test_old_runs_are_forgotten_but_never_the_latest_nor_one_that_runs(
        self, units: OpenUnitOfWork
    ) -> None:
        owner, busy = add_credential(units, name="a"), add_credential(units, name="b")
        with units() as work:
            for hours in range(4):
                at = NOW + hours * HOUR
                run = work.sync_runs.start(owner.id, at=at)
                run = work.sync_runs.finish(run.id, SyncStatus.SUCCEEDED, at=at)
            running = work.sync_runs.start(busy.id, at=NOW)
            work.commit()
        later = NOW + 100 * HOUR
        with units() as work:
            assert work.archive.forget(Ledger.SYNC_RUNS, before=NOW, limit=10) == 0
            assert work.archive.forget(Ledger.SYNC_RUNS, before=later, limit=2) == 2
            assert work.archive.forget(Ledger.SYNC_RUNS, before=later, limit=10) == 1
            assert work.archive.forget(Ledger.SYNC_RUNS, before=later, limit=10) == 0
            assert work.sync_runs.latest_of([owner.id]).get(owner.id) == run
            assert work.sync_runs.latest_of([busy.id]).get(busy.id) == running

    def test_items_that_are_gone_for_long_are_forgotten_with_their_history(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1"), a_resource("i-2"), a_resource("i-3")])
        for hours in (1, 2):
            listed(units, owner, [a_resource("i-3")], at=NOW + hours * HOUR)
        gone_since = NOW + 2 * HOUR
        with units() as work:
            forget = work.archive.forget
            assert forget(Ledger.DELETED_ITEMS, before=gone_since, limit=10) == 0
            assert forget(Ledger.DELETED_ITEMS, before=gone_since + HOUR, limit=1) == 1
            assert forget(Ledger.DELETED_ITEMS, before=gone_since + HOUR, limit=10) == 1
            work.commit()
        assert [item.resource.external_id for item in shown(units)] == ["i-3"]
        with units() as work:
            changes = work.inventory.changes(limit=10)
        assert [change.external_id for change in changes] == ["i-3"]

    def test_a_forgotten_resource_that_comes_back_is_a_new_item(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1")])
        (first,) = shown(units)
        for hours in (1, 2):
            listed(units, owner, [], at=NOW + hours * HOUR)
        with units() as work:
            work.archive.forget(Ledger.DELETED_ITEMS, before=NOW + 9 * HOUR, limit=10)
            work.commit()
        listed(units, owner, [a_resource("i-1")], at=NOW + 9 * HOUR)
        (again,) = shown(units)
        assert again.id > first.id
        assert again.first_seen_at == NOW + 9 * HOUR


class ManyAtOnceContract:
    def test_what_is_known_of_many_credentials_is_read_at_once(self, units: OpenUnitOfWork) -> None:
        busy, idle = add_credential(units), add_credential(units, email="bob@example.org")
        check = HealthCheck(witness=Witness.PROBE)
        with units() as work:
            health = ProviderHealth.first(busy.id, check, at=NOW)
            work.health.save(health)
            first = work.sync_runs.start(busy.id, at=NOW)
            latest = work.sync_runs.start(busy.id, at=NOW + HOUR)
            work.commit()
        assert first.id != latest.id
        ids = [busy.id, idle.id, NO_CREDENTIAL]
        with units() as work:
            assert dict(work.sync_runs.latest_of(ids)) == {busy.id: latest}
            assert dict(work.health.many(ids)) == {busy.id: health}
            owners = work.users.many({busy.user_id, idle.user_id, UserId(987_654)})
            assert set(owners) == {busy.user_id, idle.user_id}
            assert owners[busy.user_id] == work.users.get(busy.user_id)

    def test_of_nothing_there_is_nothing_to_know(self, units: OpenUnitOfWork) -> None:
        with units() as work:
            assert dict(work.sync_runs.latest_of([])) == {}
            assert dict(work.health.many([])) == {}
            assert dict(work.users.many([])) == {}

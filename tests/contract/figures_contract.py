"""What every store promises about plain numbers."""

from dataclasses import replace
from datetime import datetime, timedelta

from application.ports.figures import CredentialFigure
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Credential, Provider
from domain.costs import Period
from domain.health import HealthCheck, HealthStatus, ProviderHealth, Witness
from domain.inventory import ItemState, ResourceKind
from domain.jobs import JobKind, JobRequest, JobStatus, JobSubject, Urgency
from domain.leases import LeaseName, sync_lease, terraform_lease
from domain.provisioning import Leak, Resource, ResourceId, ResourceStatus, RunAction, RunStatus
from domain.syncs import ScopeRecord, ScopeStatus, SyncStatus
from tests.builders import a_charge
from tests.contract.cost_ledger_contract import DAY, HERE, NEXT, THERE, put
from tests.contract.leases_repository_contract import LetPass
from tests.contract.provisioning_builders import add_resource, become, end_run, queue_run
from tests.contract.store_builders import (
    HOUR,
    NOW,
    a_resource,
    a_scope,
    add_credential,
    listed,
)

_LEAKS = (Leak(address="aws_instance.this", cloud_id="i-1"),)
_MINUTE = timedelta(minutes=1)


def sync(
    units: OpenUnitOfWork, owner: Credential, status: SyncStatus, *, at: datetime, took: timedelta
) -> None:
    with units() as work:
        run = work.sync_runs.start(owner.id, at=at)
        work.sync_runs.finish(run.id, status, at=at + took)
        work.commit()


def look(
    units: OpenUnitOfWork,
    owner: Credential,
    location: str,
    status: ScopeStatus,
    completed_at: datetime | None,
) -> None:
    with units() as work:
        work.scopes.save(
            ScopeRecord(
                scope=a_scope(owner, location),
                status=status,
                attempted_at=NOW,
                completed_at=completed_at,
            )
        )
        work.commit()


def fail(units: OpenUnitOfWork, resource: Resource, *, leaks: tuple[Leak, ...]) -> None:
    run = queue_run(units, resource)
    with units() as work:
        work.runs.save(run.moved_to(RunStatus.ERRORED, at=NOW, error="It broke.", leaks=leaks))
        work.commit()


def credential_figures(units: OpenUnitOfWork) -> list[CredentialFigure]:
    with units() as work:
        return list(work.figures.credentials())


class InventoryFiguresContract:
    def test_an_empty_store_has_no_figures(self, units: OpenUnitOfWork) -> None:
        with units() as work:
            assert list(work.figures.items()) == []
            assert list(work.figures.credentials()) == []
            assert list(work.figures.syncs(ended_since=NOW)) == []
            assert list(work.figures.runs(ended_since=NOW)) == []
            assert list(work.figures.jobs()) == []
            assert work.figures.leaking_resources() == 0
            assert dict(work.figures.leases()) == {}

    def test_items_are_counted_by_kind_and_state(self, units: OpenUnitOfWork) -> None:
        owner, other = add_credential(units), add_credential(units, name="other")
        listed(units, owner, [a_resource("i-1"), a_resource("i-2")])
        listed(units, other, [a_resource("i-3")])
        listed(units, owner, [a_resource("i-1")], at=NOW + HOUR)
        with units() as work:
            found = {(each.kind, each.state): each.count for each in work.figures.items()}
        instance = ResourceKind.AWS_EC2_INSTANCE
        assert found == {(instance, ItemState.ACTIVE): 2, (instance, ItemState.MISSING): 1}


class CredentialFiguresContract:
    def test_a_credential_that_was_never_used_is_there_with_nothing_known(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        assert credential_figures(units) == [
            CredentialFigure(
                credential_id=owner.id,
                name="production",
                provider=Provider.AWS,
                created_at=NOW,
                complete_since=None,
                last_status=None,
                last_duration=None,
                health=None,
            )
        ]

    def test_a_disabled_credential_is_left_out(self, units: OpenUnitOfWork) -> None:
        kept, disabled = add_credential(units), add_credential(units, name="old")
        with units() as work:
            work.credentials.disable(disabled.id, at=NOW)
            work.commit()
        assert [each.credential_id for each in credential_figures(units)] == [kept.id]

    def test_a_credential_is_as_fresh_as_its_oldest_scope_within_reach(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        look(units, owner, "eu-west-1", ScopeStatus.COMPLETE, NOW)
        look(units, owner, "us-east-2", ScopeStatus.FAILED, NOW - HOUR)
        look(units, owner, "me-south-1", ScopeStatus.OUT_OF_REACH, NOW - 9 * HOUR)
        (figure,) = credential_figures(units)
        assert figure.complete_since == NOW - HOUR

    def test_a_scope_that_never_was_complete_makes_all_of_it_unknown(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        look(units, owner, "eu-west-1", ScopeStatus.COMPLETE, NOW)
        look(units, owner, "us-east-2", ScopeStatus.FAILED, None)
        (figure,) = credential_figures(units)
        assert figure.complete_since is None

    def test_the_last_sync_that_is_over_and_the_health_are_told(
        self, units: OpenUnitOfWork
    ) -> None:
        owner, other = add_credential(units), add_credential(units, name="other")
        sync(units, owner, SyncStatus.SUCCEEDED, at=NOW, took=_MINUTE)
        sync(units, owner, SyncStatus.PARTIAL, at=NOW + HOUR, took=2 * _MINUTE)
        fine = ProviderHealth.first(other.id, HealthCheck(witness=Witness.PROBE), at=NOW)
        with units() as work:
            work.sync_runs.start(owner.id, at=NOW + 2 * HOUR)
            work.health.save(fine)
            work.commit()
        first, second = credential_figures(units)
        assert (first.last_status, first.last_duration) == (SyncStatus.PARTIAL, 2 * _MINUTE)
        assert (second.last_status, second.last_duration) == (None, None)
        assert (first.health, second.health) == (None, HealthStatus.HEALTHY)

    def test_syncs_are_added_up_by_provider_and_outcome_from_when_they_ended(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        sync(units, owner, SyncStatus.SUCCEEDED, at=NOW - 2 * HOUR, took=_MINUTE)
        sync(units, owner, SyncStatus.SUCCEEDED, at=NOW - 2 * HOUR, took=2 * HOUR)
        sync(units, owner, SyncStatus.SUCCEEDED, at=NOW, took=_MINUTE)
        sync(units, owner, SyncStatus.FAILED, at=NOW + HOUR, took=_MINUTE)
        with units() as work:
            work.sync_runs.start(owner.id, at=NOW + 2 * HOUR)
            found = {each.status: each for each in work.figures.syncs(ended_since=NOW)}
        assert set(found) == {SyncStatus.SUCCEEDED, SyncStatus.FAILED}
        done = found[SyncStatus.SUCCEEDED]
        assert (done.provider, done.count) == (Provider.AWS, 2)
        assert (done.total, done.longest) == (2 * HOUR + _MINUTE, 2 * HOUR)


class WorkFiguresContract:
    def test_runs_are_counted_by_action_and_status_those_that_ended_long_ago_are_left_out(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        resources = [add_resource(units, owner, name=f"web-{number}") for number in range(4)]
        queue_run(units, resources[0], at=NOW - 9 * HOUR)
        queue_run(units, resources[1])
        end_run(units, queue_run(units, resources[2], at=NOW - HOUR))
        end_run(units, queue_run(units, resources[3], at=NOW - 9 * HOUR), at=NOW - 8 * HOUR)
        with units() as work:
            found = {each.status: each for each in work.figures.runs(ended_since=NOW)}
        assert {status: figure.count for status, figure in found.items()} == {
            RunStatus.QUEUED: 2,
            RunStatus.APPLIED: 1,
        }
        queued = found[RunStatus.QUEUED]
        assert (queued.action, queued.oldest_queued_at) == (RunAction.PROVISION, NOW - 9 * HOUR)

    def test_a_failed_resource_leaks_as_long_as_its_last_run_says_so(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        clean, leaking, mended = (add_resource(units, owner, name=n) for n in ("a", "b", "c"))
        for resource in (clean, leaking, mended):
            become(units, resource, ResourceStatus.PROVISIONING, ResourceStatus.FAILED)
        fail(units, clean, leaks=())
        fail(units, leaking, leaks=())
        fail(units, leaking, leaks=_LEAKS)
        fail(units, mended, leaks=_LEAKS)
        fail(units, mended, leaks=())
        with units() as work:
            assert work.figures.leaking_resources() == 1

    def test_jobs_are_counted_by_kind_and_status_with_the_one_that_is_due_first(
        self, units: OpenUnitOfWork
    ) -> None:
        owners = [add_credential(units, name=f"key {number}") for number in range(3)]
        subjects = [
            JobSubject(
                kind=JobKind.SYNC_CREDENTIAL,
                user_id=owner.user_id,
                credential_id=owner.id,
                provider=owner.provider,
            )
            for owner in owners
        ]
        with units() as work:
            now = work.now()
            work.jobs.request(
                JobRequest(subject=subject, urgency=Urgency.BACKGROUND, due_at=None)
                for subject in subjects
            )
            for subject, due_at in zip(subjects[:2], (now + HOUR, now - HOUR), strict=True):
                job = work.jobs.find(subject)
                assert job is not None
                work.jobs.save(replace(job, due_at=due_at))
            last = work.jobs.find(subjects[2])
            assert last is not None
            work.jobs.save(last.begun(at=now))
            work.commit()
        with units() as work:
            found = {each.status: each for each in work.figures.jobs()}
        assert {status: figure.count for status, figure in found.items()} == {
            JobStatus.QUEUED: 2,
            JobStatus.RUNNING: 1,
        }
        assert found[JobStatus.QUEUED].kind is JobKind.SYNC_CREDENTIAL
        assert found[JobStatus.QUEUED].oldest_due_at == now - HOUR

    def test_jobs_of_a_disabled_credential_are_left_out(self, units: OpenUnitOfWork) -> None:
        kept, disabled = add_credential(units), add_credential(units, name="old")
        with units() as work:
            work.jobs.request(
                JobRequest(
                    subject=JobSubject.of(owner, JobKind.SYNC_CREDENTIAL),
                    urgency=Urgency.BACKGROUND,
                    due_at=None,
                )
                for owner in (kept, disabled)
            )
            work.credentials.disable(disabled.id, at=NOW)
            work.commit()
        with units() as work:
            assert [each.count for each in work.figures.jobs()] == [1]

    def test_leases_are_counted_by_the_work_they_are_for_as_long_as_they_hold(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        owner = add_credential(units)
        names = (
            sync_lease(owner.id),
            terraform_lease(ResourceId(1)),
            terraform_lease(ResourceId(2)),
        )
        with units() as work:
            given_back = work.leases.claim(LeaseName("cost:x"), holder="a", duration=5 * _MINUTE)
            work.leases.release(given_back)
            work.leases.claim(LeaseName("health:round"), holder="a", duration=_MINUTE / 1200)
            for name in names:
                work.leases.claim(name, holder="a", duration=5 * _MINUTE)
            work.commit()
        let_pass(_MINUTE / 1000)
        with units() as work:
            assert dict(work.figures.leases()) == {"sync": 1, "terraform": 2}


class CostFiguresContract:
    def test_days_are_counted_by_sub_account_whether_the_bill_goes_back_to_them_or_not(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        put(units, owner, [a_charge()])
        put(units, owner, [], day=NEXT, known=False)
        put(units, owner, [], day=DAY - timedelta(days=1))
        put(units, owner, [], sub_account=THERE)
        with units() as work:
            found = work.figures.cost_days(Period(DAY, NEXT))
            assert list(work.figures.cost_days(Period(NEXT + HOUR * 24, NEXT + HOUR * 48))) == []
        days = {each.sub_account_id: (each.days, each.last_read) for each in found}
        assert days == {HERE: (2, NEXT), THERE: (1, DAY)}
        assert {each.credential_id for each in found} == {owner.id}


class FiguresContract(
    InventoryFiguresContract, CredentialFiguresContract, WorkFiguresContract, CostFiguresContract
):
    """All of it; subclasses bring `units` and `let_pass`."""

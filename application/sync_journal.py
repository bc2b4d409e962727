"""What one sync writes down, scope by scope, under its lease."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta

from application.diagnosis import (
    out_of_reach_trouble,
    record_health,
    scope_status,
    scope_trouble,
    trouble_from,
)
from application.leasing import writing_under
from application.listing import Listing, Outcome
from application.ports.errors import PortError
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from application.subject import about
from domain.accounts import AccountId, Credential
from domain.health import HealthCheck, Trouble, Witness, gravest
from domain.inventory import Location, ResourceKind, Scope
from domain.leases import Lease
from domain.reconciliation import reconcile
from domain.syncs import ChangeCounts, ScopeRecord, ScopeStatus, SyncRun, SyncRunId, SyncStatus


class SyncJournal:
    """Records one run of one credential: every write renews the lease or is refused.

    Its moments are the store's: what is old goes by them, and is deleted.
    """

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        credential: Credential,
        lease: Lease,
        lease_duration: timedelta,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._credential = credential
        self._lease = lease
        self._lease_duration = lease_duration
        self._known: dict[Scope, ScopeRecord] = {}
        self._counts = ChangeCounts()
        self._covered = 0
        self._troubles: list[Trouble] = []
        self._failures: list[tuple[Exception, Trouble]] = []
        self._run_id: SyncRunId | None = None

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Start the run; should the block not close it, it is recorded as abandoned."""
        with self._writing() as work:
            self._run_id = work.sync_runs.start(self._credential.id, at=work.now()).id
            about(run_id=self._run_id)
            self._known = dict(work.scopes.of_credential(self._credential.id))
        try:
            yield
        except PortError:
            raise  # of the store, or a lost lease: it says nothing about the credential
        except Exception as error:
            if self._run_id is not None:
                with suppress(PortError):
                    self.fail(error)
            raise
        finally:
            if self._run_id is not None:
                with suppress(PortError):
                    self._finish(SyncStatus.ABANDONED)

    def _writing(self) -> AbstractContextManager[UnitOfWork]:
        return writing_under(self._unit_of_work, self._lease, duration=self._lease_duration)

    def reached(self, account_id: AccountId) -> None:
        """The credential opens *account_id*; from now on it may open no other."""
        if self._credential.account_id is None:
            with self._writing() as work:
                work.credentials.remember_account(self._credential.id, account_id)

    def kind_out_of_sight(self, kind: ResourceKind, error: Exception) -> None:
        """It is unknown where *kind* could be; all that is known of it stays as it is."""
        trouble = trouble_from(error, kind=kind)
        self._failures.append((error, trouble))
        self._troubles.append(trouble)

    def within_reach(self, kind: ResourceKind, locations: Sequence[Location]) -> None:
        """Note which known scopes of *kind* the credential no longer reaches."""
        lost = [
            record
            for scope, record in self._known.items()
            if scope.kind is kind
            and scope.location not in locations
            and (record.items or record.held)
        ]
        for record in lost:
            self._out_of_reach(record)

    def _out_of_reach(self, record: ScopeRecord) -> None:
        trouble = out_of_reach_trouble(record)
        self._troubles.append(trouble)
        if record.status is not ScopeStatus.OUT_OF_REACH:
            with self._writing() as work:
                work.scopes.save(replace(record, status=ScopeStatus.OUT_OF_REACH, trouble=trouble))

    def settle(self, scope: Scope, outcome: Outcome) -> tuple[ScopeRecord, ChangeCounts]:
        """Write what a listing showed, or that it failed; return what became of the scope."""
        if isinstance(outcome, Listing):
            record, counts = self._write(scope, outcome)
        else:
            record, counts = self._give_up(scope, outcome), ChangeCounts()
        if record.trouble is not None:
            self._troubles.append(record.trouble)
        self._counts += counts
        return record, counts

    def _give_up(self, scope: Scope, error: Exception) -> ScopeRecord:
        trouble = trouble_from(error, kind=scope.kind, location=scope.location)
        self._failures.append((error, trouble))
        with self._writing() as work:
            last = self._last(scope, at=work.now())
            record = replace(last, status=ScopeStatus.FAILED, trouble=trouble)
            work.scopes.save(record)
        return record

    def _write(self, scope: Scope, listing: Listing) -> tuple[ScopeRecord, ChangeCounts]:
        with self._unit_of_work() as work:
            now = work.now()
            known = work.inventory.known(scope)
        last = self._last(scope, at=now)
        changes = reconcile(
            known=known,
            observed=listing.resources,
            held=last.held,
            complete=not listing.unreadable,
        )
        with self._writing() as work:
            work.inventory.apply(scope, changes, user_id=self._credential.user_id, at=now)
            record = replace(
                last,
                status=scope_status(listing, changes),
                completed_at=last.completed_at if listing.unreadable else now,
                items=len(listing.resources),
                held=changes.held,
                trouble=scope_trouble(scope, listing, changes),
            )
            work.scopes.save(record)
        self._covered += 1
        return record, ChangeCounts.of(changes)

    def _last(self, scope: Scope, *, at: datetime) -> ScopeRecord:
        """Return what was known of *scope* so far, as it is looked at again."""
        never = ScopeRecord(scope=scope, status=ScopeStatus.FAILED, attempted_at=at)
        return replace(self._known.get(scope, never), attempted_at=at)

    def fail(self, error: Exception) -> None:
        """Record that the credential as a whole could not be used."""
        trouble = trouble_from(error)
        self._troubles.append(trouble)
        self._finish(SyncStatus.FAILED, HealthCheck(witness=Witness.SYNC, failure=trouble))

    def close(self) -> SyncRun:
        """End the run and record the health it found.

        Raises:
            Exception: what went wrong, when nothing at all was covered, or when the fault is
                not the cloud's; it is recorded first.
        """
        troubles = tuple(self._troubles)
        nothing = bool(self._failures) and not self._covered
        failure = gravest(trouble for _, trouble in self._failures) if nothing else None
        status = SyncStatus.PARTIAL if troubles else SyncStatus.SUCCEEDED
        run = self._finish(
            SyncStatus.FAILED if nothing else status,
            HealthCheck(witness=Witness.SYNC, failure=failure, troubles=troubles),
        )
        self._raise_what_counts(nothing=nothing)
        return run

    def _raise_what_counts(self, *, nothing: bool) -> None:
        for error, _ in self._failures:
            if nothing or not isinstance(error, PortError):
                raise error

    def _finish(self, status: SyncStatus, check: HealthCheck | None = None) -> SyncRun:
        if self._run_id is None:
            raise RuntimeError("A journal is closed once.")
        with self._writing() as work:
            now = work.now()
            run = work.sync_runs.finish(
                self._run_id,
                status,
                at=now,
                scopes_covered=self._covered,
                counts=self._counts,
                troubles=tuple(self._troubles),
            )
            if check is not None:
                record_health(work, self._credential.id, check, at=now)
        self._run_id = None
        return run

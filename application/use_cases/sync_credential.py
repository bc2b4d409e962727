"""Sync what one credential reaches."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial

from application.heartbeat import Heartbeat, WorkStopped
from application.key_proof import ProveKey
from application.listing import Outcome, list_concurrently
from application.opening import must_open_the_same_account, usable_credential
from application.ports.clock import Clock
from application.ports.clouds import CloudInventory, Clouds
from application.ports.errors import LeaseLost, PortError
from application.ports.stopping import Stopping
from application.ports.sync_observer import SyncObserver
from application.ports.unit_of_work import OpenUnitOfWork
from application.sync_journal import SyncJournal
from application.undertaking import Skip, Undertakings
from domain.accounts import Credential, CredentialId, Provider, SealedSecret, UserId
from domain.errors import AccountChanged
from domain.inventory import ResourceKind, Scope
from domain.jobs import JobKind, JobSubject, MessageId
from domain.leases import Lease
from domain.syncs import SyncRun


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncCredentialRequest:
    """Which credential to sync, and whose it must be."""

    user_id: UserId
    credential_id: CredentialId
    provider: Provider | None = None
    """When given, the credential must be one for this cloud."""
    message: MessageId | None = None
    """What asks for it; None: somebody who waits for the end of it, and would ask again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """How the sync of one credential ended."""

    credential_id: CredentialId
    run: SyncRun | None
    """None when there was nothing to do, or it was left for the next worker."""
    skipped: Skip = Skip.ALREADY_RUNNING
    """Why there is no run; without meaning where there is one."""

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        if self.run is None:
            return {"credential_id": self.credential_id, "status": self.skipped.value}
        counts = self.run.counts
        return {
            "credential_id": self.credential_id,
            "run_id": self.run.id,
            "status": self.run.status.value,
            "scopes_covered": self.run.scopes_covered,
            "seen": counts.seen,
            **asdict(counts),
            "troubles": len(self.run.troubles),
        }


class SyncCredential:
    """Make our record of what one credential reaches agree with what the cloud reports.

    One sync of a credential runs at a time. Each scope is listed without a transaction and
    written in one of its own, as soon as its listing is whole; a scope that could not be
    listed to its end keeps everything it has. What could not be covered is kept as trouble.
    When the worker is to stop, a sync that does not end soon is left between two scopes, and
    goes back to the queue.
    """

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        clouds: Clouds,
        clock: Clock,
        observer: SyncObserver,
        holder: str,
        stopping: Stopping,
        grace: timedelta,
        max_concurrency: int = 16,
        lease_duration: timedelta = timedelta(seconds=60),
        prove_key: ProveKey = lambda: None,
    ) -> None:
        """*grace* is how long a sync goes on once *stopping* says that it is time."""
        self._unit_of_work = unit_of_work
        self._clouds = clouds
        self._clock = clock
        self._observer = observer
        self._heartbeat = partial(
            Heartbeat,
            unit_of_work=unit_of_work,
            clock=clock,
            stopping=stopping,
            grace=grace,
            lease_duration=lease_duration,
        )
        self._undertakings = Undertakings(
            unit_of_work=unit_of_work,
            holder=holder,
            lease_duration=lease_duration,
            prove_key=prove_key,
        )
        self._max_concurrency = max_concurrency
        self._lease_duration = lease_duration

    def __call__(self, request: SyncCredentialRequest) -> SyncReport:
        """Sync, record how it went, and report it.

        Raises:
            NotFound: this user has no such credential.
            WrongKey: this process has another key than the service; nothing is begun.
            Rejected: the credential is disabled, of another cloud, or cannot be opened; or the
                workers died of it too often.
            AccountChanged: the credential opens another account than before.
            Postponed: the cloud could not be used at all, and a message, or a person, asked
                for it.
            PortError: the same, and nobody but the caller would try again; it is recorded.
            LeaseLost: another worker took over; what it writes counts.
        """
        credential, secret = usable_credential(
            self._unit_of_work,
            user_id=request.user_id,
            credential_id=request.credential_id,
            provider=request.provider,
        )
        subject = JobSubject.of(credential, JobKind.SYNC_CREDENTIAL)
        job = self._undertakings.take_up(subject, request.message)
        if isinstance(job, Skip):
            return SyncReport(credential_id=credential.id, run=None, skipped=job)
        try:
            with job.recorded():
                return self._sync(credential, secret, job.lease)
        except WorkStopped:
            return SyncReport(credential_id=credential.id, run=None, skipped=Skip.LEFT_UNFINISHED)

    def _sync(self, credential: Credential, secret: SealedSecret, lease: Lease) -> SyncReport:
        heartbeat = self._heartbeat(lease=lease)
        heartbeat.give_way_if_told()
        journal = SyncJournal(
            unit_of_work=self._unit_of_work,
            credential=credential,
            lease=lease,
            lease_duration=self._lease_duration,
        )
        with journal.opened():
            inventory = self._enter(credential, secret, journal, heartbeat)
            for scope, outcome in self._listings(credential, inventory, journal, heartbeat):
                record, counts = journal.settle(scope, outcome)
                self._observer.settled(credential, record, counts)
            return SyncReport(credential_id=credential.id, run=journal.close())

    def _enter(
        self,
        credential: Credential,
        secret: SealedSecret,
        journal: SyncJournal,
        heartbeat: Heartbeat,
    ) -> CloudInventory:
        try:
            inventory = self._clouds.inventory(credential, secret)
            found = heartbeat.wait_for(inventory.account_id)
            must_open_the_same_account(credential, found)
        except LeaseLost:
            raise  # it says nothing about the cloud
        except (PortError, AccountChanged) as error:
            journal.fail(error)
            raise
        journal.reached(found)
        return inventory

    def _listings(
        self,
        credential: Credential,
        inventory: CloudInventory,
        journal: SyncJournal,
        heartbeat: Heartbeat,
    ) -> Iterator[tuple[Scope, Outcome]]:
        scopes = self._plan(credential, inventory, journal, heartbeat)
        self._observer.planned(credential, len(scopes))
        listings = list_concurrently(
            inventory,
            scopes,
            at_once=self._max_concurrency,
            while_waiting=heartbeat.waited,
            every=heartbeat.every,
            on_start=lambda scope: self._observer.started(credential, scope),
        )
        with closing(listings):
            for settled, each in enumerate(listings, start=1):
                yield each
                if settled < len(scopes):  # what is done to its end need not give way
                    heartbeat.give_way_if_told()

    def _plan(
        self,
        credential: Credential,
        inventory: CloudInventory,
        journal: SyncJournal,
        heartbeat: Heartbeat,
    ) -> list[Scope]:
        scopes: list[Scope] = []
        for kind in ResourceKind.of(credential.provider):
            try:
                locations = heartbeat.wait_for(partial(inventory.locations, kind))
            except LeaseLost:
                raise
            except Exception as error:  # noqa: BLE001 - one kind never stops another; it is kept
                journal.kind_out_of_sight(kind, error)
                continue
            journal.within_reach(kind, locations)
            scopes += (
                Scope(credential_id=credential.id, kind=kind, location=location)
                for location in locations
            )
        return scopes

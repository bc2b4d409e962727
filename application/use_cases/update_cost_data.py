"""Read what one credential is charged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from application.cost_journal import CostJournal
from application.heartbeat import Heartbeat, WorkStopped
from application.key_proof import ProveKey
from application.opening import must_open_the_same_account, usable_credential
from application.ports.clock import Clock
from application.ports.clouds import Clouds
from application.ports.costs import CloudCosts
from application.ports.errors import LeaseLost, PortError, Rejected, Transient
from application.ports.stopping import Stopping
from application.ports.unit_of_work import OpenUnitOfWork
from application.undertaking import Skip, Undertakings
from domain.accounts import Credential, CredentialId, SealedSecret, UserId
from domain.costs import CostStatus, SubAccountId, days_to_read
from domain.errors import DomainError
from domain.jobs import JobKind, JobSubject, MessageId
from domain.leases import Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateCostDataRequest:
    """Of which credential to read the cost, and whose it must be."""

    user_id: UserId
    credential_id: CredentialId
    message: MessageId | None = None
    """What asks for it; None: somebody who waits for the end of it, and would ask again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateCostDataReport:
    """How the reading of one credential's cost ended."""

    credential_id: CredentialId
    status: CostStatus | None
    """None when there was nothing to do, or the rest was left for the next worker."""
    days_read: int = 0
    """Over all sub accounts; none when everything was read today."""
    charges_changed: int = 0
    troubles: int = 0
    try_again: Transient | None = None
    """What kept some sub accounts from being read although trying again may help; None: nothing."""
    skipped: Skip = Skip.ALREADY_RUNNING
    """Why there is no status; without meaning where there is one."""

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        if self.status is None:
            return {"credential_id": self.credential_id, "status": self.skipped.value}
        return {
            "credential_id": self.credential_id,
            "status": self.status.value,
            "days_read": self.days_read,
            "charges_changed": self.charges_changed,
            "troubles": self.troubles,
        }


class UpdateCostData:
    """Make our record of what a credential is charged agree with the cloud's.

    One reading of a credential goes on at a time. Each day is written as soon as it is whole, so
    a reading that breaks off is gone on with and not begun again: nothing that was read today is
    asked for a second time, and some clouds take money for the question. So does one whose worker
    is to stop: it is left between two days, and goes back to the queue.
    """

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        clouds: Clouds,
        clock: Clock,
        holder: str,
        history: timedelta,
        stopping: Stopping,
        grace: timedelta,
        lease_duration: timedelta = timedelta(seconds=60),
        prove_key: ProveKey = lambda: None,
    ) -> None:
        """*history* is how far back the first reading goes.

        *grace* is how long a reading goes on once *stopping* says that it is time.
        """
        self._unit_of_work = unit_of_work
        self._clouds = clouds
        self._clock = clock
        self._undertakings = Undertakings(
            unit_of_work=unit_of_work,
            holder=holder,
            lease_duration=lease_duration,
            prove_key=prove_key,
        )
        self._history = history
        self._heartbeat = partial(
            Heartbeat,
            unit_of_work=unit_of_work,
            clock=clock,
            stopping=stopping,
            grace=grace,
            lease_duration=lease_duration,
        )
        self._lease_duration = lease_duration

    def __call__(self, request: UpdateCostDataRequest) -> UpdateCostDataReport:
        """Read, record how it went, and report it.

        Raises:
            NotFound: this user has no such credential.
            WrongKey: this process has another key than the service; nothing is begun.
            Rejected: the credential is disabled, or cannot be opened; or the workers died of it
                too often.
            AccountChanged: the credential opens another account than before.
            Postponed: nothing could be read at all, and a message, or a person meanwhile, asked for
                it.
            PortError: the same, and nobody but the caller would try again; it is recorded.
            LeaseLost: another worker took over; what it writes counts.
        """
        credential, secret = usable_credential(
            self._unit_of_work, user_id=request.user_id, credential_id=request.credential_id
        )
        subject = JobSubject.of(credential, JobKind.UPDATE_COST_DATA)
        job = self._undertakings.take_up(subject, request.message)
        if isinstance(job, Skip):
            return UpdateCostDataReport(credential_id=credential.id, status=None, skipped=job)
        try:
            with job.recorded():
                report = self._update(credential, secret, job.lease)
                if report.try_again is not None:
                    job.try_again_for(report.try_again)
                return report
        except WorkStopped:
            left = Skip.LEFT_UNFINISHED
            return UpdateCostDataReport(credential_id=credential.id, status=None, skipped=left)

    def _update(
        self, credential: Credential, secret: SealedSecret, lease: Lease
    ) -> UpdateCostDataReport:
        heartbeat = self._heartbeat(lease=lease)
        journal = CostJournal(
            unit_of_work=self._unit_of_work,
            clock=self._clock,
            credential=credential,
            lease=lease,
            lease_duration=self._lease_duration,
        )
        costs, sub_accounts = self._enter(credential, secret, journal, heartbeat)
        if costs is not None:
            for sub_account in sub_accounts:
                self._read(costs, sub_account, journal, heartbeat)
        status = journal.close(configured=costs is not None)
        return UpdateCostDataReport(
            credential_id=credential.id,
            status=status,
            days_read=journal.days_read,
            charges_changed=journal.charges_changed,
            troubles=len(journal.troubles),
            try_again=journal.try_again,
        )

    def _enter(
        self,
        credential: Credential,
        secret: SealedSecret,
        journal: CostJournal,
        heartbeat: Heartbeat,
    ) -> tuple[CloudCosts | None, Sequence[SubAccountId]]:
        try:
            costs = self._clouds.costs(credential, secret)
            if costs is None:
                return None, ()
            must_open_the_same_account(credential, heartbeat.wait_for(costs.account_id))
            return costs, heartbeat.wait_for(costs.sub_accounts)
        except LeaseLost:
            raise
        except Exception as error:
            journal.fail(error)
            raise

    def _read(
        self,
        costs: CloudCosts,
        sub_account: SubAccountId,
        journal: CostJournal,
        heartbeat: Heartbeat,
    ) -> None:
        """Read the days that need it; what goes wrong with one sub account stops no other."""
        period = days_to_read(
            journal.covered(sub_account), today=self._clock.now().date(), history=self._history
        )
        days = costs.read(sub_account, period) if period else iter(())
        while True:
            try:
                daily = heartbeat.wait_for(partial(next, days, None))
            except LeaseLost:
                raise  # it says nothing about the bill
            except (PortError, DomainError) as error:
                journal.out_of_sight(sub_account, error)
                return
            except Exception as error:
                # A defect, or whoever called wants us to stop: nothing more is asked.
                journal.out_of_sight(sub_account, error)
                journal.break_off()
                raise
            if daily is None:
                return
            try:
                journal.put(daily)
            except Rejected as error:  # what the cloud says cannot be kept
                journal.out_of_sight(sub_account, error)
                return

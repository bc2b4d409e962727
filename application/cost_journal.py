"""What one reading of a credential's cost writes down, day by day, under its lease."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import date, timedelta

from application.diagnosis import trouble_from
from application.leasing import writing_under
from application.ports.clock import Clock
from application.ports.errors import Transient
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from domain.accounts import Credential
from domain.costs import CostCoverage, CostReading, CostStatus, DailyCharges, SubAccountId
from domain.health import Trouble
from domain.inventory import Location
from domain.leases import Lease


class CostJournal:
    """Records one reading: every write renews the lease or is refused."""

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        clock: Clock,
        credential: Credential,
        lease: Lease,
        lease_duration: timedelta,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._credential = credential
        self._lease = lease
        self._lease_duration = lease_duration
        self._coverage: Mapping[SubAccountId, Mapping[date, CostCoverage]] | None = None
        self._errors: list[Exception] = []
        self._at_peace = 0
        self.troubles: list[Trouble] = []
        self.days_read = 0
        self.charges_changed = 0

    def covered(self, sub_account: SubAccountId) -> Mapping[date, CostCoverage]:
        """Return which days of *sub_account* were known before this reading."""
        if self._coverage is None:
            with self._unit_of_work() as work:
                self._coverage = work.costs.coverage(self._credential.id)
        self._at_peace += 1
        return self._coverage.get(sub_account, {})

    def put(self, daily: DailyCharges) -> None:
        """Let the stored day be what the cloud says; what was known of it stays otherwise."""
        if not daily.known and self._knew(daily.sub_account_id, daily.day):
            return
        with self._writing() as work:
            changed = work.costs.put_day(self._credential, daily, read_at=self._clock.now())
        self.charges_changed += changed
        self.days_read += 1

    def _knew(self, sub_account: SubAccountId, day: date) -> bool:
        """Tell whether *day* was known before: a bill may begin later once its table is new."""
        before = (self._coverage or {}).get(sub_account, {}).get(day)
        return before is not None and before.known

    def out_of_sight(self, sub_account: SubAccountId, error: Exception) -> None:
        """The rest of this sub account could not be read; what is known of it stays as it is."""
        self._errors.append(error)
        self._at_peace -= 1
        self.troubles.append(trouble_from(error, location=Location(sub_account)))

    @property
    def try_again(self) -> Transient | None:
        """The first trouble that may pass by itself; None if there is none."""
        return next((each for each in self._errors if isinstance(each, Transient)), None)

    def fail(self, error: Exception) -> None:
        """Record that the bill as a whole could not be looked at."""
        self.troubles.append(trouble_from(error))
        self._record(CostStatus.FAILED)

    def close(self, *, configured: bool) -> CostStatus:
        """Record how the reading ended and return it.

        Raises:
            Exception: what went wrong first, when no sub account at all could be read to its
                end; it is recorded before.
        """
        if not configured:
            return self._record(CostStatus.NOT_CONFIGURED)
        if not self._errors:
            return self._record(CostStatus.COMPLETE)
        status = self.break_off()
        if status is CostStatus.FAILED:
            raise self._errors[0]
        return status

    def break_off(self) -> CostStatus:
        """Record that the reading ended early, and return what it was good for."""
        return self._record(CostStatus.PARTIAL if self._at_peace else CostStatus.FAILED)

    def _record(self, status: CostStatus) -> CostStatus:
        now = self._clock.now()
        reading = CostReading(
            credential_id=self._credential.id,
            status=status,
            attempted_at=now,
            completed_at=now if status is CostStatus.COMPLETE else None,
            troubles=tuple(self.troubles),
        )
        with self._writing() as work:
            work.costs.record(reading)
        return status

    def _writing(self) -> AbstractContextManager[UnitOfWork]:
        return writing_under(self._unit_of_work, self._lease, duration=self._lease_duration)

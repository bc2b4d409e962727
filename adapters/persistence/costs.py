"""The cost ledger in PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert

from adapters.persistence import cost_sums
from adapters.persistence.cost_rows import reading_from, reading_to, stored_charge_from
from adapters.persistence.cost_writing import write_day
from adapters.persistence.session import Session
from adapters.persistence.tables import cost_coverage, cost_readings
from application.ports.cost_ledger import (
    ChargeId,
    CostDimension,
    CostFilter,
    CostLedger,
    CostReach,
    CostSum,
    StoredCharge,
)
from domain.accounts import Credential, CredentialId
from domain.costs import CostCoverage, CostReading, DailyCharges, Period, SubAccountId

_COVERED = cost_coverage.c


class SqlCosts(CostLedger):
    """The tables `cost_data`, `cost_coverage` and `cost_readings`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def coverage(
        self, credential_id: CredentialId
    ) -> Mapping[SubAccountId, Mapping[date, CostCoverage]]:
        """Return every covered day of the credential."""
        chosen = select(cost_coverage).where(_COVERED.credential_id == credential_id)
        found: dict[SubAccountId, dict[date, CostCoverage]] = {}
        for row in self._session.run(chosen):
            days = found.setdefault(SubAccountId(row.sub_account_id), {})
            days[row.day] = CostCoverage(
                read_at=row.read_at, estimated=row.estimated, known=row.known
            )
        return found

    def put_day(self, credential: Credential, daily: DailyCharges, *, read_at: datetime) -> int:
        """Compare the day with what is stored, inside the database."""
        return write_day(self._session, credential, daily, read_at=read_at)

    def record(self, reading: CostReading) -> None:
        """Insert the reading or overwrite the one before, but for when one was complete."""
        saved = insert(cost_readings).values(reading_to(reading))
        news = {name: saved.excluded[name] for name in ("status", "attempted_at", "troubles")}
        completed = func.coalesce(saved.excluded.completed_at, cost_readings.c.completed_at)
        self._session.run(
            saved.on_conflict_do_update(
                index_elements=["credential_id"], set_={**news, "completed_at": completed}
            )
        )

    def readings(
        self, credential_ids: Collection[CredentialId]
    ) -> Mapping[CredentialId, CostReading]:
        """Return the last reading of each, where there is one."""
        wanted = cost_readings.c.credential_id == func.any(list(credential_ids))
        found = map(reading_from, self._session.run(select(cost_readings).where(wanted)))
        return {reading.credential_id: reading for reading in found}

    def covered_days(
        self, credential_ids: Collection[CredentialId], period: Period
    ) -> Mapping[tuple[CredentialId, SubAccountId], Sequence[date]]:
        """Return the known days of *period*, one array for each sub account."""
        ours = (_COVERED.credential_id, _COVERED.sub_account_id)
        days = func.array_agg(aggregate_order_by(_COVERED.day, _COVERED.day))
        within = days.filter(_COVERED.day.between(period.first, period.last), _COVERED.known).label(
            "days"
        )
        chosen = select(*ours, within).group_by(*ours)
        rows = self._session.run(
            chosen.where(_COVERED.credential_id == func.any(list(credential_ids)))
        )
        return {
            (CredentialId(row.credential_id), SubAccountId(row.sub_account_id)): row.days or []
            for row in rows
        }

    def reach(
        self, credential_ids: Collection[CredentialId]
    ) -> Mapping[tuple[CredentialId, SubAccountId], CostReach]:
        """Return the last day of each kind, by sub account."""
        ours = (_COVERED.credential_id, _COVERED.sub_account_id)
        not_billed = func.max(_COVERED.day).filter(~_COVERED.known).label("not_billed_until")
        last = select(*ours, func.max(_COVERED.day).label("last_read"), not_billed).group_by(*ours)
        rows = self._session.run(
            last.where(_COVERED.credential_id == func.any(list(credential_ids)))
        )
        return {
            (CredentialId(row.credential_id), SubAccountId(row.sub_account_id)): CostReach(
                last_read=row.last_read, not_billed_until=row.not_billed_until
            )
            for row in rows
        }

    def sums(self, chosen: CostFilter, by: CostDimension, *, limit: int) -> Sequence[CostSum]:
        """Add up by one dimension."""
        return cost_sums.sums(self._session, chosen, by, limit=limit)

    def totals(self, chosen: CostFilter) -> Mapping[str, Decimal]:
        """Add up by currency."""
        return cost_sums.totals(self._session, chosen)

    def charges(
        self, chosen: CostFilter, *, after: ChargeId | None, limit: int
    ) -> Sequence[StoredCharge]:
        """Return the next charges, each with what the inventory knows of its resource."""
        rows = self._session.run(cost_sums.paging(chosen, after=after, limit=limit))
        return [stored_charge_from(row) for row in rows]

"""The cost ledger in memory."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from adapters.fakes.memory_cost_sums import summed, totalled
from adapters.fakes.memory_tables import ChargeAddress, CoveredDay, Tables
from application.ports.cost_ledger import (
    ChargeId,
    CostDimension,
    CostFilter,
    CostLedger,
    CostReach,
    CostSum,
    StoredCharge,
)
from domain.accounts import Credential, CredentialId, Provider, UserId
from domain.costs import (
    Charge,
    CostCoverage,
    CostReading,
    DailyCharges,
    Period,
    SubAccountId,
)

_Bill = tuple[Provider, SubAccountId, date]
"""What is counted once, by whichever credential it was read."""


class MemoryCosts(CostLedger):
    """Charges, covered days and readings, kept in the tables of one unit."""

    def __init__(self, tables: Tables, ids: Iterator[int]) -> None:
        self._tables = tables
        self._ids = ids

    def coverage(
        self, credential_id: CredentialId
    ) -> Mapping[SubAccountId, Mapping[date, CostCoverage]]:
        """Return every covered day of the credential."""
        found: dict[SubAccountId, dict[date, CostCoverage]] = {}
        for (owner, sub_account, day), coverage in self._tables.coverage.items():
            if owner == credential_id:
                found.setdefault(sub_account, {})[day] = coverage
        return found

    def put_day(self, credential: Credential, daily: DailyCharges, *, read_at: datetime) -> int:
        """Keep what is the same, and let the rest be as *daily* says."""
        owner = self._tables.credential(credential.id)
        place = (owner.id, daily.sub_account_id, daily.day)
        charges = self._tables.charges
        wanted: dict[ChargeAddress, Charge] = {(*place, each.key): each for each in daily.charges}
        gone = [key for key in charges if key[:3] == place and key not in wanted]
        for key in gone:
            del charges[key]
        changed = len(gone)
        for key, charge in wanted.items():
            known = charges.get(key)
            if known is not None and known.charge == charge:
                continue
            charges[key] = self._stored(known, owner, daily, charge, read_at)
            changed += 1
        self._tables.coverage[place] = CostCoverage(
            read_at=read_at, estimated=daily.estimated, known=daily.known
        )
        return changed

    def _stored(
        self,
        known: StoredCharge | None,
        owner: Credential,
        daily: DailyCharges,
        charge: Charge,
        read_at: datetime,
    ) -> StoredCharge:
        if known is not None:
            return replace(known, charge=charge, read_at=read_at)
        return StoredCharge(
            id=ChargeId(next(self._ids)),
            user_id=owner.user_id,
            credential_id=owner.id,
            provider=owner.provider,
            sub_account_id=daily.sub_account_id,
            day=daily.day,
            charge=charge,
            read_at=read_at,
        )

    def record(self, reading: CostReading) -> None:
        """Keep *reading*, and when one was last complete."""
        self._tables.credential(reading.credential_id)
        before = self._tables.readings.get(reading.credential_id)
        if reading.completed_at is None and before is not None:
            reading = replace(reading, completed_at=before.completed_at)
        self._tables.readings[reading.credential_id] = reading

    def readings(
        self, credential_ids: Collection[CredentialId]
    ) -> Mapping[CredentialId, CostReading]:
        """Return the last reading of each, where there is one."""
        kept = self._tables.readings
        return {known: kept[known] for known in credential_ids if known in kept}

    def covered_days(
        self, credential_ids: Collection[CredentialId], period: Period
    ) -> Mapping[tuple[CredentialId, SubAccountId], Sequence[date]]:
        """Return the known days of *period* by sub account."""
        found: dict[tuple[CredentialId, SubAccountId], list[date]] = {}
        for (owner, sub_account, day), coverage in self._by_day():
            if owner in credential_ids:
                days = found.setdefault((owner, sub_account), [])
                if coverage.known and period.first <= day <= period.last:
                    days.append(day)
        return found

    def reach(
        self, credential_ids: Collection[CredentialId]
    ) -> Mapping[tuple[CredentialId, SubAccountId], CostReach]:
        """Go through all covered days, the later ones last."""
        found: dict[tuple[CredentialId, SubAccountId], CostReach] = {}
        for (owner, sub_account, day), coverage in self._by_day():
            if owner in credential_ids:
                before = found.get((owner, sub_account))
                until = before.not_billed_until if before else None
                found[owner, sub_account] = CostReach(
                    last_read=day, not_billed_until=until if coverage.known else day
                )
        return found

    def _by_day(self) -> Sequence[tuple[CoveredDay, CostCoverage]]:
        return sorted(self._tables.coverage.items(), key=lambda entry: entry[0])

    def sums(self, chosen: CostFilter, by: CostDimension, *, limit: int) -> Sequence[CostSum]:
        """Add up what *chosen* lets through."""
        return summed(self._tables, self._chosen(chosen), by)[:limit]

    def totals(self, chosen: CostFilter) -> Mapping[str, Decimal]:
        """Add up by currency."""
        return totalled(self._chosen(chosen))

    def charges(
        self, chosen: CostFilter, *, after: ChargeId | None, limit: int
    ) -> Sequence[StoredCharge]:
        """Return the next charges, each with what the inventory knows of its resource."""
        later = (kept for kept in self._chosen(chosen) if kept.id > (after or 0))
        page = sorted(later, key=lambda kept: kept.id)[:limit]
        return [self._with_resource(kept) for kept in page]

    def _with_resource(self, kept: StoredCharge) -> StoredCharge:
        item = self._tables.item_called(kept.credential_id, kept.charge.external_id)
        if item is None:
            return kept
        return replace(kept, resource_name=item.resource.name, resource_kind=item.scope.kind)

    def _chosen(self, chosen: CostFilter) -> list[StoredCharge]:
        found = [
            kept
            for kept in self._tables.charges.values()
            if chosen.period.first <= kept.day <= chosen.period.last
            and chosen.user_id in {None, kept.user_id}
            and chosen.credential_id in {None, kept.credential_id}
            and chosen.provider in {None, kept.provider}
        ]
        if chosen.credential_id is not None:
            return found
        counting = self._counting(chosen.user_id)
        return [
            kept
            for kept in found
            if counting.get(_bill(kept), kept.credential_id) >= kept.credential_id
        ]

    def _counting(self, user_id: UserId | None) -> Mapping[_Bill, CredentialId]:
        """Return of each bill for a day the first credential that knows it."""
        first: dict[_Bill, CredentialId] = {}
        for (owner_id, sub_account, day), coverage in self._tables.coverage.items():
            owner = self._tables.credential(owner_id)
            if coverage.known and user_id in {None, owner.user_id}:
                bill = (owner.provider, sub_account, day)
                first[bill] = min(owner_id, first.get(bill, owner_id))
        return first


def _bill(kept: StoredCharge) -> _Bill:
    return kept.provider, kept.sub_account_id, kept.day

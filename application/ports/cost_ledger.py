"""The cost as it is remembered. It lives inside a `UnitOfWork`."""

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType, Protocol

from domain.accounts import Credential, CredentialId, Provider, UserId
from domain.costs import Charge, CostCoverage, CostReading, DailyCharges, Period, SubAccountId
from domain.inventory import ItemId, ItemState, ResourceKind

ChargeId = NewType("ChargeId", int)


class CostDimension(StrEnum):
    """By what cost is added up."""

    PROVIDER = "provider"
    SERVICE = "service"
    CREDENTIAL = "credential"
    DAY = "day"
    RESOURCE = "resource"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostFilter:
    """Which cost to show; each field narrows the choice, None does not."""

    period: Period
    user_id: UserId | None = None
    credential_id: CredentialId | None = None
    provider: Provider | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSum:
    """What was charged for one value of a dimension, in one currency."""

    key: str
    """The provider, the service, the credential's id, the day (ISO 8601) or the resource's id.

    Empty for cost that the bill puts down to no resource.
    """
    billing_currency: str
    billed_cost: Decimal
    effective_cost: Decimal
    provider: Provider | None = None
    """Where the key has one: not for days."""
    name: str | None = None
    """The credential's name, or the resource's as the inventory knows it."""
    item_id: ItemId | None = None
    """The resource in the inventory, deleted or not; None if the inventory never saw it."""
    kind: ResourceKind | None = None
    state: ItemState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCharge:
    """One charge of one day, as it is kept."""

    id: ChargeId
    user_id: UserId
    credential_id: CredentialId
    provider: Provider
    sub_account_id: SubAccountId
    day: date
    charge: Charge
    read_at: datetime
    resource_name: str | None = None
    """As the inventory knows the resource, deleted or not."""
    resource_kind: ResourceKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostReach:
    """Up to where the cost of one sub account was read with one credential."""

    last_read: date
    """The last day that was asked for, known or not."""
    not_billed_until: date | None = None
    """The last day that the bill does not go back to; None if it went back to all of them."""


class CostLedger(Protocol):
    """What was charged, which days are known, and how the last readings ended.

    Money counts once, however many credentials read one bill: unless a filter names a credential,
    `sums`, `totals` and `charges` leave out a charge when a credential with a lower id knows the
    same day of the same provider's sub account, disabled or not. Where a user is chosen, only that
    user's credentials are compared. With a credential named, its own charges count.
    """

    @abstractmethod
    def coverage(
        self, credential_id: CredentialId
    ) -> Mapping[SubAccountId, Mapping[date, CostCoverage]]:
        """Return every day that was read with the credential; empty before the first reading."""

    @abstractmethod
    def put_day(self, credential: Credential, daily: DailyCharges, *, read_at: datetime) -> int:
        """Let the stored day be exactly *daily*, and covered; return how many rows changed.

        A charge that is new is added, one that differs is corrected, one that is gone is
        removed; a row that stays the same is not written.
        """

    @abstractmethod
    def record(self, reading: CostReading) -> None:
        """Store *reading* in the place of the one before.

        Without a `completed_at` of its own it keeps the one before's.
        """

    @abstractmethod
    def readings(
        self, credential_ids: Collection[CredentialId]
    ) -> Mapping[CredentialId, CostReading]:
        """Return the last reading of each credential; one that was never read is left out."""

    @abstractmethod
    def covered_days(
        self, credential_ids: Collection[CredentialId], period: Period
    ) -> Mapping[tuple[CredentialId, SubAccountId], Sequence[date]]:
        """Return which days of *period* are known, in order, by sub account.

        Days that the bill does not go back to are not known. A sub account of which other days
        were read is there with none.
        """

    @abstractmethod
    def reach(
        self, credential_ids: Collection[CredentialId]
    ) -> Mapping[tuple[CredentialId, SubAccountId], CostReach]:
        """Return up to where each sub account was read; one that never was is left out."""

    @abstractmethod
    def sums(self, chosen: CostFilter, by: CostDimension, *, limit: int) -> Sequence[CostSum]:
        """Return up to *limit* sums: days in their order, all others by billed cost, highest first.

        Currencies are never mixed, nor is what two providers call the same: such a key comes
        once for each. Equal sums are in the order of their keys.
        """

    @abstractmethod
    def totals(self, chosen: CostFilter) -> Mapping[str, Decimal]:
        """Return the billed cost by currency; empty where nothing was charged."""

    @abstractmethod
    def charges(
        self, chosen: CostFilter, *, after: ChargeId | None, limit: int
    ) -> Sequence[StoredCharge]:
        """Return up to *limit* charges with an id above *after*, in the order of their ids."""

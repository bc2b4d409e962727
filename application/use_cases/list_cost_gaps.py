"""Show which cost is not known, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from application.cost_figures import out_of_sight
from application.ports.cost_ledger import CostFilter, CostReach
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from domain.accounts import Credential, CredentialId
from domain.costs import CostReading, Period, SubAccountId, gaps
from domain.health import Trouble

_Covered = Mapping[tuple[CredentialId, SubAccountId], Sequence[date]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostGap:
    """Days of which it is not known what they cost."""

    credential: Credential
    sub_account_id: SubAccountId | None
    """None when nothing at all was ever read with the credential."""
    missing: tuple[Period, ...]
    """In order, at least one."""
    reading: CostReading | None
    """How the last reading ended; None before the first."""
    reach: CostReach | None = None
    """Up to where the sub account was read; None if none of its days ever was."""

    @property
    def trouble(self) -> Trouble | None:
        """What kept the days from being read, if the last reading met anything."""
        troubles = self.reading.troubles if self.reading else ()
        here = str(self.sub_account_id)
        fitting = (each for each in troubles if each.location in {None, here})
        return next(fitting, None)

    @property
    def not_billed(self) -> bool:
        """Whether all of it was asked for, and lies before the bill begins."""
        until = self.reach.not_billed_until if self.reach else None
        return until is not None and self.missing[-1].last <= until

    @property
    def out_of_sight(self) -> bool:
        """Whether the credential was read completely since, and the sub account was not there."""
        return self.reach is not None and out_of_sight(self.reach.last_read, self.reading)


class ListCostGaps:
    """Tell "no cost" from "not read"."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork, page_size: int = 500) -> None:
        self._unit_of_work = unit_of_work
        self._page_size = page_size

    def __call__(self, chosen: CostFilter) -> Iterator[CostGap]:
        """Yield what is missing of the chosen cost, by credential; nothing if all is known.

        Disabled credentials are left out: nobody means to read their cost any more.
        """
        for page in self._pages(chosen):
            with self._unit_of_work() as work:
                found = tuple(_gaps(work, page, chosen.period))
            yield from found

    def _pages(self, chosen: CostFilter) -> Iterator[Sequence[Credential]]:
        after: CredentialId | None = None
        while True:
            with self._unit_of_work() as work:
                if chosen.user_id is not None:
                    page = work.credentials.of_user(chosen.user_id)
                else:
                    page = work.credentials.page(
                        after=after, limit=self._page_size, active_only=True
                    )
            yield [each for each in page if _is_chosen(each, chosen)]
            if chosen.user_id is not None or len(page) < self._page_size:
                return
            after = page[-1].id


def _is_chosen(credential: Credential, chosen: CostFilter) -> bool:
    return (
        credential.active
        and chosen.credential_id in {None, credential.id}
        and chosen.provider in {None, credential.provider}
    )


def _gaps(work: UnitOfWork, page: Sequence[Credential], period: Period) -> Iterator[CostGap]:
    ids = [credential.id for credential in page]
    readings = work.costs.readings(ids)
    covered = work.costs.covered_days(ids, period)
    reaches = work.costs.reach(ids)
    for credential in page:
        reading = readings.get(credential.id)
        for sub_account, days in _known(credential.id, covered, reading).items():
            missing = gaps(days, within=period)
            if missing:
                yield CostGap(
                    credential=credential,
                    sub_account_id=sub_account,
                    missing=missing,
                    reading=reading,
                    reach=reaches.get((credential.id, sub_account)) if sub_account else None,
                )


def _known(
    credential_id: CredentialId, covered: _Covered, reading: CostReading | None
) -> Mapping[SubAccountId | None, Sequence[date]]:
    """Return the days of each sub account that was read, or that was tried in vain."""
    known: dict[SubAccountId | None, Sequence[date]] = {
        sub_account: days
        for (owner, sub_account), days in covered.items()
        if owner == credential_id
    }
    for trouble in reading.troubles if reading else ():
        if trouble.location is not None:
            known.setdefault(SubAccountId(trouble.location), ())
    return known or {None: ()}

"""A bill in memory: says what tests put into it, and fails when told to."""

from collections.abc import Iterator, Sequence
from copy import copy
from datetime import date

from application.ports.costs import CloudCosts
from application.ports.errors import NotFound, PortError
from domain.accounts import AccountId
from domain.costs import Charge, DailyCharges, Period, SubAccountId


class FakeCosts(CloudCosts):
    """What some sub accounts were charged, day by day."""

    def __init__(self, *sub_accounts: str) -> None:
        self.asked: list[tuple[SubAccountId, Period]] = []
        """Every period that was begun to be read, in order."""
        self._sub_accounts = tuple(map(SubAccountId, sub_accounts))
        self._charges: dict[tuple[SubAccountId, date], tuple[Charge, ...]] = {}
        self._estimated: set[date] = set()
        self._failing_days: dict[tuple[SubAccountId, date], PortError] = {}
        self._failure: PortError | None = None
        self._begins = date.min
        self.account = AccountId("111122223333")

    def charge(self, sub_account: str, day: date, *charges: Charge) -> None:
        """Let *day* have cost exactly *charges*, each of another key."""
        self._charges[SubAccountId(sub_account), day] = charges

    def estimate(self, *days: date) -> None:
        """Let *days* be called estimated, and all others final."""
        self._estimated = set(days)

    def fail(self, error: PortError, *, sub_account: str, day: date) -> None:
        """Let reading raise *error* when it comes to *day*."""
        self._failing_days[SubAccountId(sub_account), day] = error

    def begin_at(self, day: date) -> None:
        """Let the bill not go back further than *day*."""
        self._begins = day

    def fail_sub_accounts(self, error: PortError) -> None:
        """Let the question for the sub accounts raise *error*."""
        self._failure = error

    def heal(self) -> None:
        """Let nothing fail any more."""
        self._failing_days.clear()
        self._failure = None

    def account_id(self) -> AccountId:
        """Return the account."""
        return self.account

    def sub_accounts(self) -> Sequence[SubAccountId]:
        """Return the sub accounts, in the order in which they were named."""
        if self._failure is not None:
            raise copy(self._failure)
        return self._sub_accounts

    def read(self, sub_account_id: SubAccountId, period: Period) -> Iterator[DailyCharges]:
        """Yield the days until one is to fail."""
        if sub_account_id not in self._sub_accounts:
            raise NotFound(f"There is no sub account {sub_account_id}.")
        self.asked.append((sub_account_id, period))
        for day in period.days():
            error = self._failing_days.get((sub_account_id, day))
            if error is not None:
                raise copy(error)
            yield DailyCharges.of(
                sub_account_id,
                day,
                self._charges.get((sub_account_id, day), ()),
                estimated=day in self._estimated,
                known=day >= self._begins,
            )

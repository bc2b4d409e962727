"""What one Google Cloud project is charged, as its billing export says it."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from adapters.gcp.billing_query import PAGE_SIZE, rows
from adapters.gcp.charges import DayPart, Illegible, read_row
from adapters.gcp.errors import unreadable
from adapters.gcp.operations import READ_EXPORT, Call
from adapters.gcp.secret import BillingExport
from adapters.gcp.session import GcpSession
from application.ports.costs import CloudCosts
from application.ports.errors import NotFound
from domain.costs import DailyCharges, Period, SubAccountId


class GcpCosts(CloudCosts):
    """Reads the project's own rows in the export of its billing account, with one query.

    What is charged to the billing account and to no project, taxes for one, is not read.
    """

    def __init__(
        self, *, session: GcpSession, export: BillingExport, page_size: int = PAGE_SIZE
    ) -> None:
        self._session = session
        self._export = export
        self._page_size = page_size

    def sub_accounts(self) -> Sequence[SubAccountId]:
        """Return the one project of the credential, once Google has accepted the key."""
        return (SubAccountId(self._session.identity()),)

    def read(self, sub_account_id: SubAccountId, period: Period) -> Iterator[DailyCharges]:
        """Yield every day of *period* (UTC), all of them asked for in one query."""
        project = self._session.project
        if sub_account_id != SubAccountId(project):
            raise NotFound(
                f"This credential is not for the Google Cloud project {sub_account_id}.",
                remedy="Read the cost of that project with a credential of its own.",
            )
        try:
            found = rows(self._session, self._export, period, page_size=self._page_size)
            yield from _every_day(map(read_row, found), sub_account_id, period)
        except Illegible as oddity:
            call = Call(operation=READ_EXPORT, project=project)
            raise unreadable(call, lacking=str(oddity)) from oddity


def _every_day(
    parts: Iterator[DayPart], project: SubAccountId, period: Period
) -> Iterator[DailyCharges]:
    """Put the charges of each day together; a day is yielded when a later one begins.

    Raises:
        Illegible: a day was not asked for, or comes after a later one.
    """
    days = period.days()
    for day, same in groupby(parts, key=lambda part: part.day):
        charges = [part.charge for part in same]
        yield from _empty_before(day, days, project)
        yield DailyCharges.of(project, day, charges)
    for day in days:
        yield DailyCharges.of(project, day, ())


def _empty_before(day: date, days: Iterator[date], project: SubAccountId) -> Iterator[DailyCharges]:
    for expected in days:
        if expected == day:
            return
        if expected > day:
            break
        yield DailyCharges.of(project, expected, ())
    raise Illegible(f"the day {day} comes where it should not")

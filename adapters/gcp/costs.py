"""What one Google Cloud project is charged, as its billing export says it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, groupby

from adapters.gcp.billing_query import PAGE_SIZE, rows
from adapters.gcp.billing_question import Question, how_far_it_goes, what_days_cost
from adapters.gcp.charges import DayPart, Illegible, read_row
from adapters.gcp.errors import unreadable
from adapters.gcp.operations import READ_EXPORT, Call
from adapters.gcp.reach import Reach
from adapters.gcp.secret import BillingExport
from adapters.gcp.session import GcpSession
from application.ports.costs import CloudCosts
from application.ports.errors import NotFound
from domain.accounts import AccountId
from domain.costs import Charge, DailyCharges, Period, SubAccountId


class GcpCosts(CloudCosts):
    """Reads the project's own rows in the export of its billing account, with one query.

    Another one follows where the first day has no rows: then the export may be younger. What is
    charged to the billing account and to no project, taxes for one, is not read.
    """

    def __init__(
        self, *, session: GcpSession, export: BillingExport, page_size: int = PAGE_SIZE
    ) -> None:
        self._session = session
        self._export = export
        self._page_size = page_size

    def account_id(self) -> AccountId:
        """Return the project of the credential, once Google has accepted the key."""
        return self._session.identity()

    def sub_accounts(self) -> Sequence[SubAccountId]:
        """Return the one project of the credential, once Google has accepted the key."""
        return (SubAccountId(self._session.identity()),)

    def read(self, sub_account_id: SubAccountId, period: Period) -> Iterator[DailyCharges]:
        """Yield every day of *period* (UTC), all of them asked for in one query.

        A day may still change until the export is three days ahead of it.
        """
        project = self._session.project
        if sub_account_id != SubAccountId(project):
            raise NotFound(
                f"This credential is not for the Google Cloud project {sub_account_id}.",
                remedy="Read the cost of that project with a credential of its own.",
            )
        try:
            yield from self._every_day(period)
        except Illegible as oddity:
            call = Call(operation=READ_EXPORT, project=project)
            raise unreadable(call, lacking=str(oddity)) from oddity

    def _every_day(self, period: Period) -> Iterator[DailyCharges]:
        """Put the charges of each day together; a day is yielded when a later one begins.

        Raises:
            Illegible: a day was not asked for, or comes after a later one; or one was left out
                because a charge of it makes no sense.
        """
        question = what_days_cost(self._session.project, self._export, period)
        parts = map(read_row, self._rows(question))
        first = next(parts, None)
        reach = self._reach(first, period)
        days = period.days()
        told = parts if first is None else chain((first,), parts)
        broken: Illegible | None = None
        for day, same in groupby(told, key=lambda part: part.day):
            charges, oddity = _told(same)
            for empty in _days_before(day, days):
                yield self._daily(empty, (), reach)
            if oddity is None:
                yield self._daily(day, charges, reach)
            broken = broken or oddity
        for empty in days:
            yield self._daily(empty, (), reach)
        if broken is not None:
            raise broken

    def _reach(self, first: DayPart | None, period: Period) -> Reach:
        """Return how far the export goes; that is asked only if the *first* row leaves it open."""
        if first is not None and first.day <= period.first:
            return Reach.shown_by(first)
        asked = Reach.read(list(self._rows(how_far_it_goes(self._export))))
        return asked if first is None else asked.widened_by(first)

    def _rows(self, question: Question) -> Iterator[object]:
        return rows(self._session, question, page_size=self._page_size)

    def _daily(self, day: date, charges: Sequence[Charge], reach: Reach) -> DailyCharges:
        return DailyCharges.of(
            SubAccountId(self._session.project),
            day,
            charges,
            estimated=reach.may_change(day),
            known=reach.goes_back_to(day),
        )


def _told(parts: Iterable[DayPart]) -> tuple[Sequence[Charge], Illegible | None]:
    """Return the charges of a day, and the first thing that makes no sense in one of them."""
    read = [part.charge for part in parts]
    oddity = next((each for each in read if isinstance(each, Illegible)), None)
    return [each for each in read if isinstance(each, Charge)], oddity


def _days_before(day: date, days: Iterator[date]) -> Iterator[date]:
    """Yield those of *days* that lie before *day*, and take that one too.

    Raises:
        Illegible: it is none of them.
    """
    for expected in days:
        if expected == day:
            return
        if expected > day:
            break
        yield expected
    raise Illegible(f"the day {day} comes where it should not")

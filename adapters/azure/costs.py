"""What the subscriptions of an application are charged, as Cost Management says it."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from adapters.azure.calls import Answer, address_of, fetch, next_address
from adapters.azure.charges import Illegible, read_page
from adapters.azure.operations import QUERY_COSTS, Call
from adapters.azure.session import AzureSession
from adapters.azure.subscriptions import open_subscriptions
from adapters.clouds.json_answers import read_exactly
from adapters.clouds.once import Once
from application.ports.costs import CloudCosts
from application.ports.errors import NotFound, Rejected
from domain.accounts import AccountId
from domain.costs import Charge, DailyCharges, Period, SubAccountId

MOST_PAGES = 1_000
"""For one month. The largest subscriptions need some hundreds; a series without end is a fault."""


class AzureCosts(CloudCosts):
    """Reads what each subscription is charged, with one question per calendar month."""

    def __init__(self, *, session: AzureSession) -> None:
        self._session = session
        self._open = Once(lambda: open_subscriptions(session))

    def account_id(self) -> AccountId:
        """Return the tenant, once Entra ID has given the application a token for it."""
        return self._session.identity()

    def sub_accounts(self) -> Sequence[SubAccountId]:
        """Return the subscription the credential is limited to, else every open one."""
        chosen = self._session.chosen_subscription
        return tuple(map(SubAccountId, (chosen,) if chosen else self._open()))

    def read(self, sub_account_id: SubAccountId, period: Period) -> Iterator[DailyCharges]:
        """Yield every day of *period*; a month is yielded once its last page was read.

        The rows of a month come in any order. Azure says of no day that it may still change.
        """
        self._session.identity()  # so that a refusal below is about costs and nothing else
        broken: Illegible | None = None
        for month in period.months():
            try:
                by_day = self._month(sub_account_id, month)
            except Illegible as oddity:
                broken = broken or oddity
                continue
            for day, charges in by_day.items():
                yield DailyCharges.of(sub_account_id, day, charges)
        if broken is not None:
            call = Call(operation=QUERY_COSTS, subscription=sub_account_id)
            raise self._session.subject.unreadable(call, lacking=str(broken)) from broken

    def _month(self, subscription: str, month: Period) -> dict[date, list[Charge]]:
        """Return the charges of each day of *month*, in the order of the days.

        Raises:
            Illegible: one of them makes no sense.
        """
        call = Call(operation=QUERY_COSTS, subscription=subscription)
        by_day: dict[date, list[Charge]] = {day: [] for day in month.days()}
        try:
            for page in _pages(self._session, call, _question(month)):
                for day, charge in read_page(page, subscription=subscription):
                    if day not in by_day:
                        raise Illegible(f"UsageDate {day} was not asked for")
                    by_day[day].append(charge)
        except (NotFound, Rejected) as refusal:
            raise _no_bill(subscription, refusal) from refusal
        return by_day


def _question(month: Period) -> dict[str, Any]:
    grouping = [{"type": "Dimension", "name": name} for name in ("ServiceName", "ResourceId")]
    return {
        "type": "ActualCost",
        "timeframe": "Custom",
        "timePeriod": {
            "from": f"{month.first.isoformat()}T00:00:00Z",
            "to": f"{month.last.isoformat()}T23:59:59Z",
        },
        "dataset": {
            "granularity": "Daily",
            "aggregation": {"totalCost": {"name": "Cost", "function": "Sum"}},
            "grouping": grouping,
        },
    }


def _pages(session: AzureSession, call: Call, question: dict[str, Any]) -> Iterator[object]:
    """Yield every page; each is asked for by putting the same question at another address."""
    address: str | None = address_of(session, call)
    seen: set[str] = set()
    while address is not None:
        if address in seen or len(seen) >= MOST_PAGES:
            raise session.subject.unreadable(call, lacking="its pages have no end")
        seen.add(address)
        answer = fetch(session, call, address, body=question, read=read_exactly)
        if answer is None:
            if len(seen) > 1:
                raise Illegible("a further page is empty")
            return  # nothing in the subscription has ever cost anything
        page = answer.get("properties")
        yield page
        address = next_address(session, call, _link(page, answer))


def _link(page: object, answer: Answer) -> object:
    """Return where the next page is; some versions write it one level higher."""
    inner = page.get("nextLink") if isinstance(page, dict) else None
    return inner or answer.get("nextLink")


def _no_bill(subscription: str, refusal: NotFound | Rejected) -> NotFound:
    return NotFound(
        f"Azure does not tell what the subscription {subscription} costs: {refusal.summary}",
        remedy="Look at Cost Management in the portal: some kinds of subscription have no cost "
        "data there, and others hide it from all but their billing account.",
    )

"""What one AWS account is charged, as Cost Explorer says it."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from adapters.aws.calls import Client, ask, operation_of
from adapters.aws.charges import BILLED, EFFECTIVE, DayPart, Illegible, read_day_part
from adapters.aws.errors import misread
from adapters.aws.session import AwsSession
from application.ports.costs import CloudCosts
from application.ports.errors import NotFound
from domain.accounts import AccountId
from domain.costs import DailyCharges, Period, SubAccountId

MOST_PAGES = 500
"""A cent each. A year of the largest account has far fewer; a series without end is a fault."""

_METHOD = "get_cost_and_usage"
_REGIONS = {"aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}
"""Where Cost Explorer answers in clouds of Amazon's that are apart."""
_REGION = "us-east-1"


class AwsCosts(CloudCosts):
    """Reads the bill of the account that the key belongs to; every page of it costs a cent."""

    def __init__(self, *, session: AwsSession) -> None:
        self._session = session

    def account_id(self) -> AccountId:
        """Return the account that STS says the key, or its role, belongs to."""
        return self._session.identity().account

    def sub_accounts(self) -> Sequence[SubAccountId]:
        """Return the one account that STS says the key, or its role, belongs to."""
        return (SubAccountId(self._session.identity().account),)

    def read(self, sub_account_id: SubAccountId, period: Period) -> Iterator[DailyCharges]:
        """Yield every day of *period*, all of them asked for in one series of pages.

        A day may continue on the next page, so it is yielded when the next day begins.
        """
        who = self._session.identity()
        if sub_account_id != SubAccountId(who.account):
            raise NotFound(
                f"This key does not open the AWS account {sub_account_id}.",
                remedy="Read the cost of that account with a credential of its own.",
            )
        ce = self._session.client("ce", _REGIONS.get(who.partition, _REGION))
        try:
            yield from _whole_days(_parts(ce, who.account, period), sub_account_id, period)
        except Illegible as oddity:
            raise misread(operation_of(ce, _METHOD), because=str(oddity)) from oddity


def _parts(ce: Client, account: str, period: Period) -> Iterator[DayPart]:
    for page in _pages(ce, _question(account, period)):
        for payload in page:
            yield read_day_part(payload, account=account)


def _question(account: str, period: Period) -> dict[str, Any]:
    """Return what is asked: without the filter a payer's key would tell its members' cost too."""
    return {
        "TimePeriod": {"Start": period.first.isoformat(), "End": period.end.isoformat()},
        "Granularity": "DAILY",
        "Metrics": [BILLED, EFFECTIVE],
        "GroupBy": [{"Type": "DIMENSION", "Key": key} for key in ("SERVICE", "RECORD_TYPE")],
        "Filter": {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": [account]}},
    }


def _pages(ce: Client, question: dict[str, Any]) -> Iterator[list[Any]]:
    seen: set[str] = set()
    following: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        answer = ask(ce, _METHOD, **question, **following)
        page, token = answer.get("ResultsByTime"), answer.get("NextPageToken")
        if not isinstance(page, list):
            raise Illegible("ResultsByTime is missing")
        yield page
        if not token:
            return
        if not isinstance(token, str):
            raise Illegible("NextPageToken is not a text")
        if token in seen:
            raise Illegible("NextPageToken leads back to a page that was read")
        seen.add(token)
        following = {"NextPageToken": token}
    raise Illegible(f"there are more than {MOST_PAGES} pages")


def _whole_days(
    parts: Iterator[DayPart], account: SubAccountId, period: Period
) -> Iterator[DailyCharges]:
    """Put the parts of each day together.

    Raises:
        Illegible: the parts are not those of every day of *period*, in order.
    """
    days = period.days()
    expected = next(days)
    for day, same in groupby(parts, key=lambda part: part.day):
        _must_be(day, expected, period)
        read = list(same)
        charges = [charge for part in read for charge in part.charges]
        estimated = any(part.estimated for part in read)
        yield DailyCharges.of(account, day, charges, estimated=estimated)
        expected = next(days, period.end)
    if expected <= period.last:
        raise Illegible(f"TimePeriod of {expected} is missing")


def _must_be(day: date, expected: date, period: Period) -> None:
    if not period.first <= day <= period.last:
        raise Illegible(f"TimePeriod of {day} was not asked for")
    if day != expected:
        raise Illegible(f"TimePeriod of {day} comes where {expected} should")

"""Cost Management's query: what is asked, and the rows that answer it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zlib import crc32

from entrypoints.sandbox.azure.costs import Charge, days
from entrypoints.sandbox.azure.errors import bad_request

_LONGEST: Final = timedelta(days=366)
_MOST_GROUPINGS: Final = 2
_COSTS: Final = ("Cost", "PreTaxCost", "CostUSD", "PreTaxCostUSD")
_DOLLARS: Final = 1.08
"""So many are paid for a euro."""

Row = list[float | int | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, as far as it is understood."""

    first: date
    last: date
    """The last day that is asked for."""
    measures: tuple[str, ...]
    groupings: tuple[str, ...]
    daily: bool

    @property
    def columns(self) -> list[dict[str, str]]:
        """Name and type of each, in the order in which `rows` fills them."""
        numbers = [*self.measures, *(["UsageDate"] if self.daily else [])]
        texts = [*self.groupings, "Currency"]
        return [{"name": name, "type": "Number"} for name in numbers] + [
            {"name": name, "type": "String"} for name in texts
        ]

    def rows(self, charges: Sequence[Charge], *, today: date) -> list[Row]:
        """Return one for each day and group in which something was paid; none for the future."""
        sums: dict[tuple[int | str, ...], float] = defaultdict(float)
        for day in days(self.first, min(self.last, today)):
            number = [int(day.strftime("%Y%m%d"))] if self.daily else []
            for charge in charges:
                amount = charge.on(day)
                if amount is not None:
                    sums[*number, *self._group(charge), charge.currency] += amount
        return [
            [*(_in(measure, amount) for measure in self.measures), *key]
            for key, amount in sums.items()
        ]

    def _group(self, charge: Charge) -> list[str]:
        return [charge.value_of(dimension) for dimension in self.groupings]


def parse_question(document: Any, *, today: date) -> Question:  # noqa: ANN401 - JSON
    """Return what *document*, the body of a query, asks.

    Raises:
        ArmError: it makes no sense, or is more than the sandbox understands.
    """
    try:
        dataset = document["dataset"]
        first, last = _period(document, today)
        question = Question(
            first=first,
            last=last,
            measures=tuple(each["name"] for each in dataset["aggregation"].values()),
            groupings=tuple(_dimension(each) for each in dataset.get("grouping") or ()),
            daily=dataset.get("granularity", "None") == "Daily",
        )
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        raise bad_request("Invalid query definition, Dataset is invalid or not supplied.") from exc
    _check(question, dataset)
    return question


def varied(question: Question, rows: list[Row]) -> tuple[list[dict[str, str]], list[Row]]:
    """Turn the columns around: another question, another order, as one may expect of the cloud."""
    names = question.columns
    shift = crc32(f"{question.first}{question.groupings}".encode()) % len(names)
    return names[shift:] + names[:shift], [row[shift:] + row[:shift] for row in rows]


def _period(document: dict[str, Any], today: date) -> tuple[date, date]:
    match document["timeframe"]:
        case "Custom":
            period = document["timePeriod"]
            return _day(period["from"]), _day(period["to"])
        case "MonthToDate" | "BillingMonthToDate":
            return today.replace(day=1), today
        case "TheLastMonth" | "TheLastBillingMonth":
            last = today.replace(day=1) - timedelta(days=1)
            return last.replace(day=1), last
        case other:
            raise ValueError(other)


def _day(text: str) -> date:
    return datetime.fromisoformat(text).date()


def _dimension(grouping: dict[str, str]) -> str:
    if grouping["type"] != "Dimension":
        raise bad_request(f"The sandbox groups by dimensions only, not by {grouping['type']}.")
    try:
        Charge(scope="/subscriptions/any", service="", daily=0).value_of(grouping["name"])
    except KeyError as exc:
        raise bad_request(f"Invalid dataset grouping: '{grouping['name']}'.") from exc
    return grouping["name"]


def _check(question: Question, dataset: dict[str, Any]) -> None:
    if dataset.get("filter"):
        raise bad_request("The sandbox does not filter costs: it would only pretend to.")
    if unknown := [name for name in question.measures if name not in _COSTS]:
        raise bad_request(f"Invalid dataset aggregation: '{unknown[0]}'.")
    if len(question.groupings) > _MOST_GROUPINGS:
        raise bad_request("Invalid query definition: a query may have 2 groupings at the most.")
    if not timedelta(0) <= question.last - question.first <= _LONGEST:
        raise bad_request("Invalid query definition: The time period may span one year.")


def _in(measure: str, amount: float) -> float:
    return amount * _DOLLARS if measure.endswith("USD") else amount

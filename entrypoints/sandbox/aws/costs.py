"""Cost Explorer's one question, and the pages that answer it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from zlib import crc32

from entrypoints.sandbox.aws.bill import Bill, Line

LARGEST_PAGE = 2000
"""Groups on one page, as long as nobody wishes otherwise."""

_METRICS = {"UnblendedCost": "amount", "AmortizedCost": "amortized"}
_DIMENSIONS = {"SERVICE", "RECORD_TYPE", "REGION", "LINKED_ACCOUNT"}
_MOST_GROUPINGS = 2
_ONE_DAY = timedelta(days=1)

Group = tuple[tuple[str, ...], Mapping[str, Decimal]]
Entry = tuple[date, Group | None]
"""A group of a day; None for a day without any."""


class Refused(Exception):
    """The question is not one that is answered; the text is the error's code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, as far as it is understood."""

    first: date
    end: date
    """The day after the last."""
    metrics: tuple[str, ...]
    groupings: tuple[str, ...]
    wanted: Mapping[str, frozenset[str]]
    """Values by dimension; of a dimension that is not in it, all."""

    @property
    def mark(self) -> str:
        """What tells the pages of this question from those of another."""
        wanted = sorted((name, sorted(values)) for name, values in self.wanted.items())
        asked = (self.first, self.end, self.metrics, self.groupings, wanted)
        return f"{crc32(repr(asked).encode()):08x}"

    def entries(self, bill: Bill) -> Iterator[Entry]:
        """Yield what is on *bill*, day by day, the groups of a day by their names."""
        for number in range((self.end - self.first).days):
            day = self.first + number * _ONE_DAY
            groups = self._groups(bill, day)
            yield from ((day, group) for group in groups or (None,))

    def _groups(self, bill: Bill, day: date) -> Sequence[Group]:
        sums: dict[tuple[str, ...], dict[str, Decimal]] = {}
        for line in filter(self._is_wanted, bill(day)):
            keys = tuple(line.value_of(each) for each in self.groupings)
            group = sums.setdefault(keys, dict.fromkeys(self.metrics, Decimal(0)))
            for metric in self.metrics:
                group[metric] += getattr(line, _METRICS[metric])
        return sorted(sums.items())

    def _is_wanted(self, line: Line) -> bool:
        return all(line.value_of(name) in values for name, values in self.wanted.items())


def answer(document: Any, bill: Bill, *, page: int, today: date) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return one page of *page* groups at most; a day may go on with the next page.

    Raises:
        Refused: the question, or its token, is not one that is answered.
    """
    question = parse_question(document)
    start = _start(document.get("NextPageToken"), question)
    entries = list(question.entries(bill))
    end = start + page
    results = [
        _result(day, [group for _, group in same if group], question, today)
        for day, same in groupby(entries[start:end], key=lambda entry: entry[0])
    ]
    grouped = [{"Type": "DIMENSION", "Key": each} for each in question.groupings]
    more = {"NextPageToken": f"{question.mark}-{end}"} if end < len(entries) else {}
    return {"ResultsByTime": results, "GroupDefinitions": grouped, **more}


def parse_question(document: Any) -> Question:  # noqa: ANN401 - JSON
    """Return what *document* asks.

    Raises:
        Refused: it asks for what the sandbox does not know, or for nothing.
    """
    try:
        period, groups = document["TimePeriod"], document["GroupBy"]
        question = Question(
            first=date.fromisoformat(period["Start"]),
            end=date.fromisoformat(period["End"]),
            metrics=tuple(document["Metrics"]),
            groupings=tuple(group["Key"] for group in groups if group["Type"] == "DIMENSION"),
            wanted=_wanted(document.get("Filter")),
        )
        daily = document["Granularity"] == "DAILY"
    except (KeyError, TypeError, ValueError) as odd:
        raise Refused("ValidationException") from odd
    if not daily or not _is_known(question, len(groups)):
        raise Refused("ValidationException")
    return question


def _is_known(question: Question, groups: int) -> bool:
    named = {*question.groupings, *question.wanted}
    return (
        question.first < question.end
        and 0 < groups == len(question.groupings) <= _MOST_GROUPINGS
        and bool(question.metrics)
        and set(question.metrics) <= _METRICS.keys()
        and named <= _DIMENSIONS
    )


def _wanted(expression: Any) -> Mapping[str, frozenset[str]]:  # noqa: ANN401 - JSON
    if expression is None:
        return {}
    dimensions = expression["Dimensions"]
    return {dimensions["Key"]: frozenset(dimensions["Values"])}


def _start(token: str | None, question: Question) -> int:
    if token is None:
        return 0
    mark, _, start = token.partition("-")
    if not start.isdecimal():
        raise Refused("InvalidNextTokenException")
    if mark != question.mark:
        raise Refused("RequestChangedException")
    return int(start)


def _result(day: date, groups: Sequence[Group], question: Question, today: date) -> dict[str, Any]:
    nothing = {metric: _money(Decimal(0)) for metric in question.metrics}
    return {
        "TimePeriod": {"Start": day.isoformat(), "End": (day + _ONE_DAY).isoformat()},
        "Total": {} if groups else nothing,
        "Groups": [
            {"Keys": list(keys), "Metrics": {name: _money(sums[name]) for name in sums}}
            for keys, sums in groups
        ],
        "Estimated": (day.year, day.month) == (today.year, today.month),
    }


def _money(amount: Decimal) -> dict[str, str]:
    return {"Amount": f"{amount:.10f}", "Unit": "USD"}

"""PromQL read by a parser, and as much of it worked out as our alerts need.

Numbers are as Prometheus has them, but for `rate` and `increase`, which here do not extrapolate.
"""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any, Final, TypeAlias

import promql_parser as pq

Labels: TypeAlias = frozenset[tuple[str, str]]
Vector: TypeAlias = dict[Labels, float]

LOOKBACK: Final = 5
"""Minutes for which a sample counts when none follows it."""

_OF_GRAFANA: Final = {"$__rate_interval": "1m"}
_NUMBERS: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_FILTERS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
_TOGETHER: Final[Mapping[str, Callable[[Iterable[float]], float]]] = {
    "min": min,
    "max": max,
    "sum": sum,
    "count": lambda values: float(len([*values])),
}


Node: TypeAlias = Any
"""A piece of a tree; the parser says no more of its type."""
Value: TypeAlias = Any
"""A `Vector`, or a number."""


def parsed(text: str) -> Node:
    """Return the tree of *text*, in which Grafana's variables are filled in.

    Raises:
        ValueError: it is no PromQL, or a function gets what it cannot take.
    """
    for variable, value in _OF_GRAFANA.items():
        text = text.replace(variable, value)
    return pq.parse(text)


def nodes(text: str) -> list[Any]:
    """Return every node of the tree of *text*."""
    found: list[Any] = []
    pq.walk(parsed(text), found.append)
    return found


def selectors(text: str) -> list[Any]:
    """Return everything in *text* that asks for a metric."""
    return [node for node in nodes(text) if isinstance(node, pq.VectorSelector)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What one series was at each minute."""

    name: str
    labels: Labels
    samples: Mapping[int, float]

    @classmethod
    def of(cls, series: str, values: str) -> "Series":
        """Read *series* and its *values*, one a minute, as `promtool` writes them."""
        selector = parsed(series)
        labels = frozenset((each.name, each.value) for each in selector.matchers.matchers)
        numbers = enumerate(number for part in values.split() for number in _numbers(part))
        samples = {minute: number for minute, number in numbers if number is not None}
        return cls(name=selector.name, labels=labels, samples=samples)

    def within(self, first: int, last: int) -> list[float]:
        """Return the samples of these minutes, in their order."""
        return [self.samples[each] for each in range(first, last + 1) if each in self.samples]


_NOTATION = re.compile(r"(?:(_)|(\d+)([+-]\d+)?)(?:x(\d+))?")


def _numbers(part: str) -> Iterator[float | None]:
    """Yield what *part* stands for: `7`, `7x3`, `0+30x3`, and `_` or `_x3` for nothing."""
    found = _NOTATION.fullmatch(part)
    assert found, f"{part} is not understood"
    nothing, first, step, times = found.groups()
    if nothing:
        yield from [None] * int(times or 1)
        return
    for turn in range(int(times or 0) + 1):
        yield float(first) + turn * float(step or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """All series as they are at one minute."""

    series: Iterable[Series]
    minute: int

    def value(self, node: Node) -> Value:
        """Return what *node* is now, a `Vector` or a number."""
        match node:
            case pq.NumberLiteral():
                return node.val
            case pq.ParenExpr():
                return self.value(node.expr)
            case pq.VectorSelector():
                return self._newest(node)
            case pq.Call():
                return self._called(node)
            case pq.AggregateExpr():
                return self._together(node)
            case pq.BinaryExpr():
                return self._joined(node)
        raise NotImplementedError(type(node).__name__)

    def _selected(self, selector: Node, minutes: int) -> Iterator[tuple[Labels, list[float]]]:
        for series in self.series:
            if series.name == selector.name and _matches(selector, dict(series.labels)):
                samples = series.within(self.minute - minutes, self.minute)
                if samples:
                    yield series.labels, samples

    def _newest(self, selector: Node) -> Vector:
        return {labels: samples[-1] for labels, samples in self._selected(selector, LOOKBACK - 1)}

    def _called(self, call: Node) -> Vector:
        (asked,) = call.args
        if call.func.name == "absent":
            return {} if self.value(asked) else {frozenset(): 1.0}
        minutes = asked.range // timedelta(minutes=1)
        grown = {
            labels: float(sum(_growth(*pair) for pair in pairwise(samples)))
            for labels, samples in self._selected(asked.vector_selector, minutes)
            if len(samples) > 1
        }
        seconds = {"increase": 1.0, "rate": asked.range.total_seconds()}[call.func.name]
        return {labels: number / seconds for labels, number in grown.items()}

    def _together(self, node: Node) -> Vector:
        kept = node.modifier.labels if node.modifier else []
        groups: dict[Labels, list[float]] = {}
        for labels, number in self.value(node.expr).items():
            groups.setdefault(_only(labels, kept), []).append(number)
        return {labels: _TOGETHER[str(node.op)](group) for labels, group in groups.items()}

    def _joined(self, node: Node) -> Vector:
        left: Vector = self.value(node.lhs)
        others: Vector | float = self.value(node.rhs)
        sign, matching = str(node.op), node.modifier.matching if node.modifier else None
        if isinstance(others, float):
            return _with_number(sign, left, others)

        def key(labels: Labels) -> Labels:
            return labels if matching is None else _only(labels, matching.labels)

        there = {key(labels): number for labels, number in others.items()}
        match sign:
            case "and":
                return {each: number for each, number in left.items() if key(each) in there}
            case "unless":
                return {each: number for each, number in left.items() if key(each) not in there}
            case "or":
                here = {key(each) for each in left}
                more = {each: number for each, number in others.items() if key(each) not in here}
                return left | more
        pairs = ((each, number, there.get(key(each))) for each, number in left.items())
        return {
            each: _NUMBERS[sign](number, other)
            for each, number, other in pairs
            if other  # what Prometheus divides by 0 is no number, and above nothing
        }


def _with_number(sign: str, left: Vector, right: float) -> Vector:
    if sign in _FILTERS:
        return {labels: number for labels, number in left.items() if _FILTERS[sign](number, right)}
    return {labels: _NUMBERS[sign](number, right) for labels, number in left.items()}


def _only(labels: Labels, kept: Iterable[str]) -> Labels:
    return frozenset(pair for pair in labels if pair[0] in {*kept})


def _growth(before: float, after: float) -> float:
    return after - before if after >= before else after


def _matches(selector: Node, labels: Mapping[str, str]) -> bool:
    return all(_fits(each, labels.get(each.name, "")) for each in selector.matchers.matchers)


def _fits(matcher: Node, value: str) -> bool:
    found = bool(re.fullmatch(matcher.value, value))
    same = matcher.value == value
    if matcher.op in (pq.MatchOp.Equal, pq.MatchOp.NotEqual):
        return same is (matcher.op == pq.MatchOp.Equal)
    return found is (matcher.op == pq.MatchOp.Re)

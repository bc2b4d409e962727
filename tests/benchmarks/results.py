"""What a benchmark found: our figure, its reference from the same run, the target, met or not."""

import json
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import pytest

_COLUMNS: Final = ("#", "what", "ours", "beside", "value", "target", "met", "peak")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a value must not exceed, or fall below."""

    limit: float
    is_ceiling: bool = True

    def met_by(self, value: float) -> bool:
        """Whether *value* is good enough."""
        return value <= self.limit if self.is_ceiling else value >= self.limit

    def __str__(self) -> str:
        return f"{'<=' if self.is_ceiling else '>='} {self.limit:,.6g}"


def at_most(limit: float) -> Target:
    """Return the target that *limit* is not exceeded."""
    return Target(limit=limit)


def at_least(limit: float) -> Target:
    """Return the target that *limit* is reached."""
    return Target(limit=limit, is_ceiling=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One line of the table."""

    line: int
    """Which of the promises of docs/performance.md it belongs to."""
    what: str
    value: float
    """What the target is held against: a ratio, a count, an exponent."""
    target: Target
    ours: str = ""
    """Our own figure with its unit; empty where the value says it."""
    beside: str = ""
    """The figure of the reference, measured in between ours; empty where there is none."""
    peak_mb: int | None = None
    """What our process held at most: one of its own, or this one with the data of the test.

    None where nothing is timed.
    """
    rounds: Sequence[tuple[float, float]] = field(default=())
    """Every pair that was measured: ours, and the reference."""

    @property
    def met(self) -> bool:
        """Whether the target is met."""
        return self.target.met_by(self.value)

    def cells(self) -> tuple[str, ...]:
        """Return the line of the table."""
        peak = "" if self.peak_mb is None else f"{self.peak_mb} MB"
        value = f"{self.value:,.0f}" if self.value >= 1000 else f"{self.value:.3g}"
        met = "yes" if self.met else "NO"
        measured = (self.ours, self.beside, value, str(self.target), met, peak)
        return str(self.line), self.what, *measured

    def as_json(self) -> dict[str, Any]:
        """Return the line for programs."""
        return asdict(self) | {"target": str(self.target), "met": self.met}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """Seconds of ours and of the reference, measured in turns."""

    pairs: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, number: int, *, ours: Callable[[], float], beside: Callable[[], float]) -> Self:
        """Measure *number* pairs; who begins changes from round to round."""
        pairs = []
        for each in range(number):
            if each % 2:
                first = ours()
                pairs.append((first, beside()))
            else:
                second = beside()
                pairs.append((ours(), second))
        return cls(pairs=tuple(pairs))

    @property
    def ours(self) -> float:
        """The best of ours: whatever else the machine does can only slow a round down."""
        return min(ours for ours, _ in self.pairs)

    @property
    def beside(self) -> float:
        """The best of the reference, for the same reason."""
        return min(beside for _, beside in self.pairs)

    @property
    def ratio(self) -> float:
        """How many times the seconds of the reference ours take."""
        return self.ours / self.beside


class Results:
    """The table of one run."""

    def __init__(self) -> None:
        self._all: list[Result] = []

    def hold(self, *results: Result) -> None:
        """Add all *results* of a test to the table, and fail it with each that misses its target.

        They come in one call: nothing that is held after a miss would be in the table.
        """
        self._all.extend(results)
        misses = [
            f"{each.what}: {each.value:.3g}, not {each.target}" for each in results if not each.met
        ]
        if misses:
            pytest.fail("\n".join(misses), pytrace=False)

    def table(self) -> str:
        """Return it for people; empty if nothing was measured."""
        lines = [_COLUMNS, *(each.cells() for each in sorted(self._all, key=lambda one: one.line))]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )

    def write(self, path: Path) -> None:
        """Write it for programs, with the machine it comes from."""
        results = [each.as_json() for each in sorted(self._all, key=lambda one: one.line)]
        document = {"machine": machine(), "results": results}
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")

    def __bool__(self) -> bool:
        return bool(self._all)


def machine() -> dict[str, object]:
    """Return what the figures depend on."""
    return {
        "processors": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }

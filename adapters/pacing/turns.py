"""Waiting for one's turn, wherever the buckets are kept."""

import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from application.pacing import held_back
from application.ports.pacing import LONGEST_WAIT, Pacing
from domain.pacing import LONGEST_PAUSE, ApiCall, Limit

Limits: TypeAlias = Callable[[ApiCall], Sequence[Limit]]
Sleep: TypeAlias = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A moment in the near future that is booked for one call, unless it is too far away."""

    wait: float
    """Seconds until then."""
    delays: Sequence[float]
    """By how much each of its buckets had moved booked moments, when this one was booked."""


class TakingTurns(Pacing):
    """Books a moment for each call, sleeps until then, and looks whether it was moved meanwhile."""

    def __init__(self, *, limits: Limits, sleep: Sleep = time.sleep) -> None:
        self._limits = limits
        self._sleep = sleep

    def wait(self, call: ApiCall, *, at_most: float = LONGEST_WAIT) -> None:
        """Return when *call* may be sent."""
        limits = self._limits(call)
        turn = self._book(call, limits, at_most=at_most)
        waited, wait, delays = 0.0, turn.wait, turn.delays
        while wait > 0:
            if waited + wait > at_most:
                raise held_back(call, seconds=wait)
            self._sleep(wait)
            waited += wait
            latest = self._delays(call, limits)
            moved = [now - then for now, then in zip(latest, delays, strict=True)]
            # No pauses add up to more: whatever says so was not written by one of us.
            wait = max(each if each <= LONGEST_PAUSE + at_most else 0.0 for each in moved)
            delays = latest

    @abstractmethod
    def _book(self, call: ApiCall, limits: Sequence[Limit], *, at_most: float) -> Turn:
        """Book and count *call*; book nothing where it would have to wait longer than *at_most*."""

    @abstractmethod
    def _delays(self, call: ApiCall, limits: Sequence[Limit]) -> Sequence[float]:
        """Return by how much each bucket has moved booked moments by now."""

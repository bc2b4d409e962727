"""Keeping the parts of a service running until somebody asks for its end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Final, Protocol

from application.ports.errors import Unavailable
from entrypoints.bootstrap.supervisor_progress import Progress

STEADY_SECONDS: Final = 60.0
"""Who ran this long before ending is not counted as failing again and again."""
MOST_DEATHS: Final = 5
_LOOK_EVERY: Final = 0.2
_LONGEST_DELAY: Final = 30.0


class Part(Protocol):
    """Something that runs beside us."""

    @property
    def exit_code(self) -> int | None:
        """How it ended by itself, or None while it runs."""

    def start(self) -> None:
        """Start it, and return when it is ready; raise a `PortError` if it does not come up."""

    def stop(self) -> None:
        """Stop it, and return when it has ended; nothing is left of it."""


@dataclass(slots=True)
class _Kept:
    name: str
    part: Part
    started: float
    deaths: int = field(default=0)


def seconds_before_restart(deaths: int) -> float:
    """Return how long to wait after the last of so many *deaths* in a row: 1, 2, 4 ... 30."""
    return min(2.0 ** (deaths - 1), _LONGEST_DELAY)


class Supervisor:
    """Starts parts one by one, starts those again that end, and stops all of them backwards."""

    def __init__(self, *, progress: Progress, asked_to_stop: Event) -> None:
        self._progress = progress
        self._asked_to_stop = asked_to_stop
        self._kept: list[_Kept] = []

    def begin(self, name: str, part: Part, **facts: bool) -> None:
        """Start *part* and keep it running from now on.

        Raises:
            PortError: it did not come up.
        """
        with self._progress.starting(name, **facts):
            part.start()
        self._kept.append(_Kept(name, part, started=time.monotonic()))

    def watch(self) -> None:
        """Keep everything running; return when asked to stop.

        Raises:
            Unavailable: a part ended too often.
            PortError: a part that had ended did not come up again.
        """
        while not self._asked_to_stop.wait(_LOOK_EVERY):
            for kept in self._kept:
                if kept.part.exit_code is not None:
                    self._start_again(kept)

    @contextmanager
    def stopping_at_the_end(self) -> Iterator[None]:
        """Stop every part on the way out, the one that was started last first."""
        reason = "failed"
        try:
            yield
            reason = "asked"
        finally:
            self._progress.tell("stopping", reason=reason)
            while self._kept:
                kept = self._kept.pop()
                kept.part.stop()
                self._progress.tell("stopped", part=kept.name)

    def _start_again(self, kept: _Kept) -> None:
        steady = time.monotonic() - kept.started > STEADY_SECONDS
        kept.deaths = 1 if steady else kept.deaths + 1
        code = kept.part.exit_code
        if kept.deaths > MOST_DEATHS:
            raise Unavailable(
                f"The {kept.name} ended {kept.deaths} times in a row, at last with code {code}.",
                remedy="See its log in the data folder.",
            )
        delay = seconds_before_restart(kept.deaths)
        self._progress.tell("died", part=kept.name, exit_code=code, restart_in=delay)
        kept.part.stop()  # whatever it left behind
        if not self._asked_to_stop.wait(delay):
            self._bring_back(kept)

    def _bring_back(self, kept: _Kept) -> None:
        with self._progress.starting(kept.name):
            kept.part.start()
        kept.started = time.monotonic()

"""Keeping the parts of a service running until somebody asks for its end."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Final, Protocol

from application.ports.errors import PortError, Unavailable
from entrypoints.bootstrap.supervisor_progress import Progress

STEADY_SECONDS: Final = 60.0
"""Who ran this long before ending is not counted as failing again and again."""
MOST_DEATHS: Final = 5
"""How often in a row a part may end, or not come up, and is still started again."""
_LOOK_EVERY: Final = 0.2
_LONGEST_DELAY: Final = 30.0


class Part(Protocol):
    """Something that runs beside us."""

    @property
    def exit_code(self) -> int | None:
        """How it ended by itself, or None while it runs."""

    @property
    def log(self) -> Path:
        """Where it writes what it says."""

    def answers(self) -> bool:
        """Whether it does, at this moment, what other parts need it for."""

    def start(self, *, given_up: Callable[[], bool]) -> None:
        """Start it, and return when it is ready.

        Raises:
            PortError, OSError: it did not come up, or *given_up* said yes before it did;
                nothing is left of it.
        """

    def stop(self) -> None:
        """Stop it, and return when it has ended; nothing is left of it."""


@dataclass(slots=True)
class _Kept:
    name: str
    part: Part
    needs: Sequence["_Kept"]
    started: float
    deaths: int = 0
    runs: Event = field(default_factory=Event)
    doubted: Event = field(default_factory=Event)
    """Somebody who needs it did not come up, and got no answer from it."""
    let_go: Event = field(default_factory=Event)
    """Its keeper touches it no more."""


def seconds_before_restart(deaths: int) -> float:
    """Return how long to wait after the last of so many *deaths* in a row: 1, 2, 4 ... 30."""
    return min(2.0 ** (deaths - 1), _LONGEST_DELAY)


class Supervisor:
    """Starts parts one by one, starts those again that end, and stops all of them backwards.

    Each part has a keeper of its own: while one is slow to come up, the others are watched.
    """

    def __init__(
        self,
        *,
        progress: Progress,
        asked_to_stop: Event,
        circumstances: Callable[[], str] = lambda: "",
    ) -> None:
        """*circumstances* returns a sentence on what may lie behind a death, or nothing."""
        self._progress = progress
        self._asked_to_stop = asked_to_stop
        self._circumstances = circumstances
        self._kept: list[_Kept] = []
        self._failures: list[Exception] = []
        self._ending = Event()
        self._all_stopped = Event()
        self._was_cut_short = False

    def begin(self, name: str, part: Part, *, needs: Collection[str] = (), **facts: bool) -> None:
        """Start *part* and keep it running from now on.

        It is not started again before the parts named in *needs* run, those of them we keep.

        Raises:
            PortError, OSError: it did not come up.
        """
        try:
            with self._progress.starting(name, **facts):
                part.start(given_up=self._cut_short)
        except PortError:
            if self._was_cut_short:
                self._progress.tell("stopped", part=name)
            raise
        needed = [kept for kept in self._kept if kept.name in needs]
        self._kept.append(_Kept(name, part, needed, started=time.monotonic()))
        self._kept[-1].runs.set()
        self._kept[-1].let_go.set()  # nobody keeps it yet

    def watch(self) -> None:
        """Keep everything running; return when asked to stop.

        Raises:
            Unavailable: a part ended, or did not come up, too often in a row.
        """
        for kept in self._kept:
            kept.let_go.clear()
            Thread(target=self._keep, args=(kept,), name=kept.name, daemon=True).start()
        while not self._asked_to_stop.wait(_LOOK_EVERY):
            if self._failures:
                raise self._failures[0]

    @contextmanager
    def stopping_at_the_end(self) -> Iterator[None]:
        """Stop every part on the way out, the one that was started last first."""
        reason = "failed"
        try:
            yield
            reason = "asked"
        except PortError:
            if not self._was_cut_short:
                raise
            reason = "asked"
        finally:
            self._ending.set()
            self._progress.tell("stopping", reason=reason)
            while self._kept:
                kept = self._kept.pop()
                kept.let_go.wait()
                kept.part.stop()
                self._progress.tell("stopped", part=kept.name)
            self._all_stopped.set()

    def _cut_short(self) -> bool:
        """Whether to wait no longer for a part that starts; what it raises then is no news."""
        self._was_cut_short = self._asked_to_stop.is_set()
        return self._was_cut_short

    def _keep(self, kept: _Kept) -> None:
        try:
            while not self._ending.wait(_LOOK_EVERY):
                code = kept.part.exit_code
                if code is not None:
                    self._bring_back(kept, f"It ended with exit code {code}.", code)
                elif kept.doubted.is_set() and not kept.part.answers():
                    self._bring_back(kept, "It runs, but does not answer.")
                kept.doubted.clear()
        except Exception as error:  # noqa: BLE001 - raised by `watch`
            self._failures.append(error)
        finally:
            kept.let_go.set()
        self._all_stopped.wait()  # the kernel kills what a thread started when the thread ends

    def _bring_back(self, kept: _Kept, why: str, code: int | None = None) -> None:
        kept.runs.clear()
        if time.monotonic() - kept.started > STEADY_SECONDS:
            kept.deaths = 0
        self._count_death(kept, why, code)
        kept.part.stop()  # whatever it left behind
        while self._may_start(kept):
            try:
                self._start_again(kept)
            except (PortError, OSError) as error:
                if not self._ending.is_set():
                    _doubt_what_it_needs(kept)
                    self._count_death(kept, in_words(error))
            else:
                return

    def _may_start(self, kept: _Kept) -> bool:
        """Wait until it is time, and what *kept* needs runs; tell whether that came to be."""
        ending = self._ending.wait(seconds_before_restart(kept.deaths))
        while not ending and not all(needed.runs.is_set() for needed in kept.needs):
            ending = self._ending.wait(_LOOK_EVERY)
        return not ending

    def _start_again(self, kept: _Kept) -> None:
        with self._progress.starting(kept.name):
            kept.part.start(given_up=self._ending.is_set)
        kept.started = time.monotonic()
        kept.runs.set()

    def _count_death(self, kept: _Kept, why: str, code: int | None = None) -> None:
        kept.deaths += 1
        why = " ".join(filter(None, (why, self._circumstances())))
        if kept.deaths > MOST_DEATHS:
            raise Unavailable(
                f"The {kept.name} is given up: it failed {kept.deaths} times in a row, without "
                f"{STEADY_SECONDS:.0f} steady seconds in between. The last time: {why}",
                remedy="" if str(kept.part.log) in why else f"Its log is {kept.part.log}.",
            )
        delay = seconds_before_restart(kept.deaths)
        self._progress.tell("died", part=kept.name, exit_code=code, why=why, restart_in=delay)


def in_words(error: PortError | OSError) -> str:
    """Return what *error* says, as a sentence."""
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    place = error.filename2 or error.filename  # of a move it is where to
    return f"{error.strerror}: {place}." if place else f"{error.strerror}."


def _doubt_what_it_needs(kept: _Kept) -> None:
    for needed in kept.needs:
        if needed.runs.is_set() and not needed.part.answers():
            needed.doubted.set()

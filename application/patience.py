"""Ask a cloud again that could not answer just now, before that counts as an answer."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from application.ports.clock import Clock
from application.ports.errors import Transient
from application.run_journal import RunJournal

T = TypeVar("T")

PAUSES: Final = (2.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds before each further try: about a minute in all, which most throttlings do not outlive."""


class Patience:
    """Asks questions for one run, which holds its lease meanwhile."""

    def __init__(
        self, *, journal: RunJournal, clock: Clock, pauses: Sequence[float] = PAUSES
    ) -> None:
        """*pauses* are the seconds before each further try; each is to be shorter than a lease."""
        self._journal = journal
        self._clock = clock
        self._pauses = pauses

    def __call__(self, question: Callable[[], T]) -> T:
        """Return the answer to *question*, asked up to once more than there are pauses.

        Raises:
            RunCanceled: somebody asked for the end meanwhile.
            LeaseLost: somebody else goes on with the run.
            PortError: there is no answer; what will not change by waiting is raised at once.
        """
        for pause in self._pauses:
            try:
                return question()
            except Transient:
                self._clock.sleep(pause)
            self._journal.hold()
        return question()

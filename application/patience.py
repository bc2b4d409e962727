"""Ask a cloud again that could not answer just now, before that counts as an answer."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, TypeVar

from application.ports.errors import LeaseLost, PortError, Transient
from application.run_failures import RunFailed, failing_the_run
from application.run_journal import RunJournal
from domain.errors import DomainError

T = TypeVar("T")

PAUSES: Final = (2.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds before each further try: about a minute in all, which most throttlings do not outlive."""
LONGEST_PAUSE: Final = 45.0
"""Seconds; nobody who cancels the run is to wait for longer."""


class Patience:
    """Asks questions for one run, which holds its lease meanwhile."""

    def __init__(self, *, journal: RunJournal, pauses: Sequence[float] = PAUSES) -> None:
        """*pauses* are the seconds before each further try, unless a cloud asks for more."""
        self._journal = journal
        self._pauses = pauses

    def __call__(self, question: Callable[[], T]) -> T:
        """Return the answer to *question*, asked up to once more than there are pauses.

        Raises:
            RunFailed: there is no answer; what will not change by waiting is raised at once.
            RunCanceled: somebody asked for the end meanwhile.
            LeaseLost: somebody else goes on with the run.
            Transient: the store is away.
        """
        for pause in self._pauses:
            try:
                return self._journal.wait_for(question)
            except LeaseLost:
                raise
            except Transient as trouble:
                self._journal.hold()
                seconds = min(max(pause, trouble.retry_after or 0.0), LONGEST_PAUSE)
            except (PortError, DomainError) as refusal:
                raise RunFailed(str(refusal)) from refusal
            self._journal.wait(timedelta(seconds=seconds))
            self._journal.hold()
        with failing_the_run():
            return self._journal.wait_for(question)

"""Staying with runs of Terraform until they end."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from application.ports.errors import Transient
from application.use_cases.read_run_log import ReadRunLogRequest, RunLogPage
from domain.provisioning import Run, RunAction, RunStatus
from entrypoints.cli.failures import CommandFailed, warn
from entrypoints.cli.run_progress import RunProgress, run_progress

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container

_LOOK_EVERY: Final = 0.5
"""Seconds."""
_LONELY_AFTER: Final = 5.0
"""Seconds; a worker with nothing to do takes a run at once."""


def watched(service: "Container", runs: Sequence[Run]) -> tuple[Run, ...]:
    """Show how *runs* proceed until each has ended, and return them so.

    Raises:
        KeyboardInterrupt: somebody pressed Ctrl-C; the text says that the runs go on.
    """
    try:
        with run_progress() as progress:
            watches = [_Watch(service, run, progress) for run in runs]
            while [watch for watch in watches if watch.goes_on()]:
                time.sleep(_LOOK_EVERY)
    except KeyboardInterrupt:
        stop = " or ".join(f"multicloud cancel {run.resource_id}" for run in runs)
        raise KeyboardInterrupt(
            f"It goes on without anybody watching. To stop it: {stop}"
        ) from None
    return tuple(watch.run for watch in watches)


def must_be_done(run: Run) -> None:
    """Check that *run*, which has ended, reached its end.

    Raises:
        CommandFailed: it did not; the text says why and what to do.
    """
    if run.status is RunStatus.APPLIED:
        return
    number = run.resource_id
    how = "was canceled." if run.status is RunStatus.CANCELED else f"failed: {run.error}"
    said = f"See what Terraform said, if it came to that, with `multicloud logs {number}`"
    again = f"`multicloud destroy {number}`"
    if run.action is RunAction.PROVISION:
        again = f"`multicloud provision --retry {number}` or with {again}"
    raise CommandFailed(f"The run of resource {number} {how} {said}, then go on with {again}.")


class _Watch:
    """Stays with one run."""

    def __init__(self, service: "Container", run: Run, progress: RunProgress) -> None:
        self.run = run
        self._service = service
        self._progress = progress
        self._after: tuple[int, int] | None = None
        self._since = time.monotonic()
        self._warned: set[str] = set()
        progress.moved(run)

    def goes_on(self) -> bool:
        """Show what is new; tell whether there may be more."""
        try:
            while self._show(self._page()):
                pass
        except Transient as error:
            self._warn(f"{error} Still waiting.")
            return True
        if self.run.status is RunStatus.QUEUED and time.monotonic() > self._since + _LONELY_AFTER:
            self._warn(
                "It waits for a worker. Is one running, and is it not busy? See: multicloud doctor"
            )
        return self.run.status.active

    def _page(self) -> RunLogPage:
        request = ReadRunLogRequest(
            resource_id=self.run.resource_id, run_id=self.run.id, after=self._after
        )
        return self._service.read_run_log()(request)

    def _show(self, page: RunLogPage) -> bool:
        """Show *page*; tell whether anything stood on it.

        The end of the run is shown after its last line.
        """
        if page.run.status is not self.run.status and (page.run.status.active or not page.lines):
            self.run = page.run
            self._progress.moved(page.run)
        for _, record in page.lines:
            self._progress.said(page.run, record)
        self._after = page.last or self._after
        return bool(page.lines)

    def _warn(self, sentence: str) -> None:
        if sentence not in self._warned:
            self._warned.add(sentence)
            warn(sentence)

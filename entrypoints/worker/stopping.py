"""Telling all processes of a worker that it is to stop, and seeing that it does so in time."""

import mmap
import os
import signal
from typing import TYPE_CHECKING, Any

from celery.bootsteps import StartStopStep

from application.ports.stopping import Stopping

if TYPE_CHECKING:
    from celery.worker import WorkController

_SAID = b"\1"


class StopFlag(Stopping):
    """One byte of memory that a process shares with all that it forks from then on."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, len(_SAID))

    def request(self) -> None:
        """Say yes from now on, in every process; safe in the handler of a signal."""
        self._memory[:] = _SAID

    def requested(self) -> bool:
        """Look at the byte."""
        return self._memory[:] == _SAID


class StopInTime:
    """Ends a worker once it has nothing left to do, and after a while in any case.

    However a worker is told to stop, what it does hears of it at once. What has not ended when
    its time is over is cut off, and its message goes back to the queue.
    """

    def __init__(self, flag: StopFlag, *, worker: "WorkController") -> None:
        self._flag = flag
        self._worker = worker
        self._begun = False
        self._wait_as_celery_does = worker.wait_for_soft_shutdown
        worker.wait_for_soft_shutdown = self._wait_once

    def begin(self, **_: object) -> None:
        """Have the worker cut off what has not ended in time; for the second time it does nothing.

        SIGTERM by itself waits for ever, so the worker gets a SIGQUIT when its time is over.
        """
        if self._begun:
            return
        self._begin()
        signal.signal(signal.SIGALRM, _quit)
        signal.alarm(int(self._worker.app.conf.worker_soft_shutdown_timeout))

    def _wait_once(self) -> None:
        """Wait for what runs when SIGQUIT comes first; not if there was time to end already."""
        if not self._begun:
            self._begin()
            self._wait_as_celery_does()

    def _begin(self) -> None:
        self._begun = True
        self._flag.request()


class TellTasks(StartStopStep):
    """Lets tasks know when a worker waits for them, whatever it was told to stop by.

    What is sent from afar, such as `celery control shutdown`, comes without a signal.
    """

    requires = ("celery.worker.components:Pool",)  # and so it is stopped before the pool is

    def stop(self, parent: "WorkController") -> None:
        """Tell them."""
        parent.app.service.stopping.request()


def _quit(*_: Any) -> None:  # noqa: ANN401 - what Python hands to the handler of a signal
    os.kill(os.getpid(), signal.SIGQUIT)

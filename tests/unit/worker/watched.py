"""A supervisor that is watched, and parts that do what a test says."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread, current_thread
from typing import Any

from application.ports.errors import TimedOut
from entrypoints.bootstrap.supervisor import Supervisor
from entrypoints.bootstrap.supervisor_progress import Progress


class Scripted:
    """A part that does what the test says: *starts* has one function for each of its starts."""

    def __init__(self, *starts: Callable[[Callable[[], bool]], None]) -> None:
        self._starts = list(starts)
        self.log = Path("worker.log")
        self.exit_code: int | None = None
        self.silent = False
        self.started = 0
        self.stopped = 0
        self.starter = current_thread()

    def answers(self) -> bool:
        return not self.silent

    def start(self, *, given_up: Callable[[], bool]) -> None:
        self.started += 1
        self.starter = current_thread()
        if self._starts:
            self._starts.pop(0)(given_up)
        self.exit_code = None
        self.silent = False

    def stop(self) -> None:
        self.stopped += 1


def comes_up(_: Callable[[], bool]) -> None:
    return


def does_not_come_up(_: Callable[[], bool]) -> None:
    raise TimedOut("It was not ready.", remedy="Its log is x.")


def the_disk_is_full(_: Callable[[], bool]) -> None:
    raise OSError(28, "No space left on device", "valkey.conf")


class Mayfly(Scripted):
    """A part that ends as soon as it has started."""

    def start(self, *, given_up: Callable[[], bool]) -> None:
        super().start(given_up=given_up)
        self.exit_code = 3


class Hesitant(Scripted):
    """A part that does not answer the first time it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def answers(self) -> bool:
        self.asked += 1
        return self.asked > 1


class Bound(Scripted):
    """A part that ends with the thread that started it, as the kernel has it."""

    def __init__(self) -> None:
        super().__init__()
        self.ended_by_the_kernel = False

    def stop(self) -> None:
        super().stop()
        self.ended_by_the_kernel = not self.starter.is_alive()


class Watched:
    """A supervisor, what it told, and how it ended."""

    def __init__(self, *, circumstances: Callable[[], str] = lambda: "") -> None:
        self._told = io.StringIO()
        self.asked_to_stop = Event()
        self.supervisor = Supervisor(
            progress=Progress(self._told),
            asked_to_stop=self.asked_to_stop,
            circumstances=circumstances,
        )

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._told.getvalue().splitlines()]

    def all_told(self, event: str) -> list[dict[str, Any]]:
        return [told for told in self.told if told["event"] == event]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Watch what was begun, until the end of the block."""

        def watch() -> None:
            with self.supervisor.stopping_at_the_end():
                self.supervisor.watch()

        thread = Thread(target=watch)
        thread.start()
        try:
            yield
        finally:
            self.asked_to_stop.set()
            thread.join(10)
            assert not thread.is_alive()

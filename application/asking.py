"""Asking what may never answer, and going on after a while."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Question(Generic[Answer]):
    """A question that is asked in a thread of its own, and never twice at a time.

    Whoever asks while it is being asked gets the same answer. A thread that hangs does not keep
    the process from ending.
    """

    def __init__(self, ask: Callable[[], Answer]) -> None:
        self._ask = ask
        self._lock = Lock()
        self._asked: Future[Answer] | None = None

    def asked(self) -> Future[Answer]:
        """Return the answer to be, or the error that asking raises."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                Thread(target=self._answer, args=(self._asked,), daemon=True).start()
            return self._asked

    def _answer(self, asked: Future[Answer]) -> None:
        try:
            asked.set_result(self._ask())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            asked.set_exception(error)

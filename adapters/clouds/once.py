"""An answer that many threads need and one of them asks for."""

from collections.abc import Callable
from copy import copy
from threading import Lock
from typing import Generic, TypeVar

from application.ports.errors import PortError

T = TypeVar("T")


class Once(Generic[T]):
    """Asks when the first caller calls; everybody gets that answer, or that error."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask = ask
        self._lock = Lock()
        self._answer: list[T] = []
        self._error: PortError | None = None

    def __call__(self) -> T:
        """Return the answer.

        Raises:
            PortError: asking failed, now or for an earlier caller.
        """
        with self._lock:
            if self._error is not None:
                raise copy(self._error) from self._error
            if not self._answer:
                self._answer.append(self._first())
            return self._answer[0]

    def _first(self) -> T:
        try:
            return self._ask()
        except PortError as error:
            self._error = error
            raise

"""A server that is slow, faulty and counting, all on demand, whatever language it speaks."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Final, Generic, Protocol, TypeVar

from entrypoints.sandbox.rest.certificate import Certificate
from entrypoints.sandbox.rest.http import HttpServer
from entrypoints.sandbox.rest.wire import Reply

_REMEMBERED: Final = 20_000

Asked = TypeVar("Asked")
Asked_contra = TypeVar("Asked_contra", contravariant=True)


class Trouble(Protocol[Asked_contra]):
    """Something that can go wrong with a request."""

    def strikes(self, request: Asked_contra, /) -> bool:
        """Tell whether this request goes wrong, and count it."""

    def reply(self, request: Asked_contra, /) -> Reply | None:
        """Return what is answered; None: the connection breaks off."""


class FaultyServer(Generic[Asked]):
    """Serves *answer* on the loopback interface, *delay* seconds late, and counts."""

    def __init__(
        self,
        *,
        read: Callable[[str, str, Mapping[str, str], bytes], Asked],
        answer: Callable[[Asked], Reply],
        port: int = 0,
        certificate: Certificate | None = None,
        delay: float = 0.0,
    ) -> None:
        self.delay = delay
        self._read = read
        self._answer = answer
        self._troubles: list[Trouble[Asked]] = []
        self._requests: deque[Asked] = deque(maxlen=_REMEMBERED)
        self._lock = Lock()
        self._http = HttpServer(self._respond, port=port, certificate=certificate)

    @property
    def endpoint(self) -> str:
        """The address for any client, without a slash at its end.

        Raises:
            RuntimeError: the server was not started.
        """
        return self._http.endpoint

    @property
    def requests(self) -> tuple[Asked, ...]:
        """The requests so far, in the order they came, those that went wrong included.

        Of very many it is the last twenty thousand: a sandbox may run for weeks.
        """
        with self._lock:
            return tuple(self._requests)

    def start(self) -> None:
        """Listen and answer, each connection in a thread.

        Raises:
            CannotListen: another program uses the port, or this machine does not allow it.
        """
        self._http.start()

    def stop(self) -> None:
        """Stop listening."""
        self._http.stop()

    def fail(self, trouble: Trouble[Asked]) -> None:
        """Let *trouble* happen from now on."""
        with self._lock:
            self._troubles.append(trouble)

    def heal(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._troubles.clear()

    def forget(self) -> None:
        """Count from zero."""
        with self._lock:
            self._requests.clear()

    def _respond(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Reply | None:
        request = self._read(method, target, headers, body)
        with self._lock:
            self._requests.append(request)
            trouble = next((each for each in self._troubles if each.strikes(request)), None)
        time.sleep(self.delay)
        return self._answer(request) if trouble is None else trouble.reply(request)

"""A server between a client and its AWS: slow, faulty and counting, all on demand."""

from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

from entrypoints.sandbox.aws.wire import Answer, Reply, Request, refusal, request_from
from entrypoints.sandbox.rest.faults import Countdown
from entrypoints.sandbox.rest.faulty import FaultyServer

_NOT_PASSED_ON = frozenset({"connection", "content-length", "transfer-encoding", "server", "date"})


@dataclass(slots=True, kw_only=True)
class Fault(Countdown):
    """What goes wrong with requests for one operation."""

    operation: str
    region: str | None = None
    """None: in every region."""
    status: int = 503
    code: str = "ServiceUnavailable"
    dropped: bool = False
    """The connection breaks off instead."""
    body: bytes | None = None
    """An answer of this text with *status* instead of an error of *code*."""

    def strikes(self, request: Request) -> bool:
        """Tell whether this request goes wrong, and count it."""
        if request.operation != self.operation or self.region not in {None, request.region}:
            return False
        return self.due()

    def reply(self, request: Request) -> Reply | None:
        """Return what is answered; None: the connection breaks off."""
        if self.dropped:
            return None
        if self.body is not None:
            return Reply(status=self.status, body=self.body)
        return refusal(request, status=self.status, code=self.code)


class Recorded:
    """Answers from what an upstream server once answered to the same question."""

    def __init__(self, upstream: str, *, remember: bool = True) -> None:
        self._upstream = urlsplit(upstream).netloc
        self._remember = remember
        self._known: dict[tuple[object, ...], Reply] = {}

    def __call__(self, request: Request) -> Reply:
        """Return the answer, asking upstream when it is not known yet."""
        reply = self._known.get(request.identity)
        if reply is None:
            reply = self._ask(request)
            if self._remember:
                self._known[request.identity] = reply
        return reply

    def _ask(self, request: Request) -> Reply:
        connection = HTTPConnection(self._upstream, timeout=60)
        try:
            connection.request(request.method, request.path, request.body, dict(request.headers))
            answer = connection.getresponse()
            headers = {k: v for k, v in answer.getheaders() if k.lower() not in _NOT_PASSED_ON}
            return Reply(status=answer.status, body=answer.read(), headers=headers)
        finally:
            connection.close()


class ReplayServer(FaultyServer[Request]):
    """Serves *answer* on the loopback interface, *delay* seconds late, and counts."""

    def __init__(self, answer: Answer, *, delay: float = 0.0) -> None:
        super().__init__(read=request_from, answer=answer, delay=delay)

"""A server between a client and its AWS: slow, faulty and counting, all on demand."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

from entrypoints.sandbox.aws.wire import Answer, Reply, Request, refusal, request_from

_NOT_PASSED_ON = frozenset({"connection", "content-length", "transfer-encoding", "server", "date"})


@dataclass(slots=True, kw_only=True)
class Fault:
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
    after: int = 0
    """So many requests are answered before."""
    times: int | None = None
    """So often it goes wrong; None: for good."""

    def strikes(self, request: Request) -> bool:
        """Tell whether this request goes wrong, and count it."""
        if request.operation != self.operation or self.region not in {None, request.region}:
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return self.times is None or self.times >= 0


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


class ReplayServer:
    """Serves *answer* on the loopback interface, *delay* seconds late, and counts."""

    def __init__(self, answer: Answer, *, delay: float = 0.0) -> None:
        self.delay = delay
        self._answer = answer
        self._faults: list[Fault] = []
        self._requests: list[Request] = []
        self._lock = Lock()
        self._server: ThreadingHTTPServer | None = None

    @property
    def endpoint(self) -> str:
        """The address for any AWS client, once it is started."""
        if self._server is None:
            raise RuntimeError("The replay server was not started.")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request so far, those that went wrong included."""
        with self._lock:
            return tuple(self._requests)

    def start(self) -> None:
        """Listen on any free port and answer, each connection in a thread."""
        self._server = _Server(("127.0.0.1", 0), _handler(self._handle))
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def fail(self, fault: Fault) -> None:
        """Let *fault* happen from now on."""
        with self._lock:
            self._faults.append(fault)

    def heal(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._faults.clear()

    def _handle(self, request: Request) -> Reply | None:
        """Return the reply; None to break the connection off."""
        with self._lock:
            self._requests.append(request)
            fault = next((each for each in self._faults if each.strikes(request)), None)
        time.sleep(self.delay)
        if fault is None:
            return self._answer(request)
        if fault.dropped:
            return None
        if fault.body is not None:
            return Reply(status=fault.status, body=fault.body, headers={})
        return refusal(request, status=fault.status, code=fault.code)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def _handler(handle: Callable[[Request], Reply | None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # head and body in one packet

        def _respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = request_from(self.command, self.path, dict(self.headers), body)
            reply = handle(request)
            if reply is None:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _respond  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    return Handler

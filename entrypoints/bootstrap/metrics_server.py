"""Listens for Prometheus: /metrics, and /healthz for whoever watches the process."""

import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Protocol

_HEADERS_WITHIN: Final = 10.0
_PLAIN: Final = "text/plain; charset=utf-8"


class Scrape(Protocol):
    """What answers one scrape; several threads may ask at once."""

    def __call__(self, accept: str) -> tuple[bytes, str]:
        """Return the text that a client gets who accepts *accept*, and its type."""

    def failed(self, error: Exception) -> None:
        """Hear of *error*, which a call raised; the client is not told what it was."""


class MetricsServer(ThreadingHTTPServer):
    """Serves each request in a thread of its own; one that hangs keeps nobody from ending."""

    daemon_threads = True

    def __init__(self, host: str, port: int, scrape: Scrape) -> None:
        """Listen; port 0 is any free one.

        Raises:
            OSError: it cannot be listened there.
        """
        self.scrape = scrape
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Handler)

    @property
    def url(self) -> str:
        """Where the metrics are."""
        address, port = str(self.server_address[0]), self.server_address[1]
        host = f"[{address}]" if ":" in address else address
        return f"http://{host}:{port}/metrics"

    def handle_error(self, _request: object, _client: object) -> None:
        """Say nothing of a client that went away."""


class _Handler(BaseHTTPRequestHandler):
    server: MetricsServer
    timeout = _HEADERS_WITHIN
    server_version = "multicloud"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer; an error is told on our side and not to the client."""
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self._metrics()
        elif path == "/healthz":
            self._answer(200, b"It runs.\n")
        else:
            self._answer(404, b"There is /metrics, and /healthz.\n")

    def _metrics(self) -> None:
        try:
            text, content_type = self.server.scrape(self.headers.get("Accept", ""))
        except Exception as error:  # noqa: BLE001 - the last door of this thread
            self.server.scrape.failed(error)
            self._answer(500, b"The metrics could not be made; see what the exporter says.\n")
            return
        self._answer(200, text, content_type)

    def _answer(self, status: int, body: bytes, content_type: str = _PLAIN) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write no line for each scrape."""

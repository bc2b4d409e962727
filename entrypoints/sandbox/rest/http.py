"""The lowest layer: HTTP/1.1 on the loopback interface, with or without TLS."""

import socket
import ssl
import sys
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from entrypoints.sandbox.rest.certificate import Certificate
from entrypoints.sandbox.rest.listening import HOST, listen
from entrypoints.sandbox.rest.wire import Reply

Respond = Callable[[str, str, Mapping[str, str], bytes], Reply | None]
"""Takes method, target, headers as they are spelled, and body; None breaks the connection off."""


class HttpServer:
    """Lets *respond* answer, each connection in a thread; `start` returns when it listens."""

    def __init__(
        self, respond: Respond, *, port: int = 0, certificate: Certificate | None = None
    ) -> None:
        self._respond = respond
        self._port = port
        self._certificate = certificate
        self._server: _Server | None = None
        self._thread: Thread | None = None

    @property
    def endpoint(self) -> str:
        """The address, without a slash at its end.

        Raises:
            RuntimeError: the server was not started.
        """
        if self._server is None:
            raise RuntimeError("The server has no address: it was not started.")
        scheme = "https" if self._certificate else "http"
        return f"{scheme}://{HOST}:{self._server.server_address[1]}"

    def start(self) -> None:
        """Listen and answer.

        Raises:
            CannotListen: another program uses the port, or this machine does not allow it.
        """
        context = self._certificate.server_context() if self._certificate else None
        self._server = _Server(listen(self._port), _handler(self._respond), context)
        serve = self._server.serve_forever
        self._thread = Thread(target=serve, args=(0.05,), name="sandbox-http", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; a server that never started is no error."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(
        self,
        listening: socket.socket,
        handler: type[BaseHTTPRequestHandler],
        context: ssl.SSLContext | None,
    ) -> None:
        super().__init__(listening.getsockname(), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.server_address = listening.getsockname()
        self._context = context

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = self.socket.accept()
        if self._context is not None:  # the handshake comes with the first byte read, in the thread
            connection = self._context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as inherited
        """Stay silent when a client leaves or distrusts the certificate; the rest is ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _handler(respond: Respond) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # head and body in one packet

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reply = respond(self.command, self.path, dict(self.headers), body)
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

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    return Handler

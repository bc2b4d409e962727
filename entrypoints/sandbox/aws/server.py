"""An AWS on this machine: moto and a bill, on the loopback interface."""

import logging
import os
import socket
from threading import Thread
from typing import Any

from entrypoints.sandbox.rest.listening import HOST, listen


class AwsServer:
    """One server; `start` returns when it answers. All those of one process have one account."""

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self._server: Any = None
        self._thread: Thread | None = None

    @property
    def endpoint(self) -> str:
        """The address for any AWS client, once it is started."""
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        """Listen and answer, in a thread.

        Raises:
            CannotListen: another program uses the port, or this machine does not allow it.
        """
        listening = listen(self._port)
        self._port = listening.getsockname()[1]
        self._server = _wsgi_server(listening)
        self._thread = Thread(target=self._server.serve_forever, name="aws-sandbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop answering; a server that never started is no error."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


def forget_aws_settings() -> None:
    """Drop this process's AWS settings: moto would take its own clients' from them."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]


def _wsgi_server(listening: socket.socket) -> Any:  # noqa: ANN401 - werkzeug's own type
    # Imported here: moto takes a second, which `--help` and a taken port need not wait for.
    from moto.moto_server.werkzeug_app import (  # noqa: PLC0415
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server  # noqa: PLC0415

    from entrypoints.sandbox.aws.desk import BillDesk  # noqa: PLC0415

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it logs every request
    host, port = listening.getsockname()
    server = make_server(
        host,
        port,
        BillDesk(DomainDispatcherApplication(create_backend_app)),
        threaded=True,
        request_handler=MotoRequestHandler,
        fd=listening.fileno(),
    )
    listening.close()  # the server has a copy
    return server

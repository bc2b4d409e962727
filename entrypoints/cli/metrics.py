"""`multicloud metrics`: what Prometheus reads."""

import traceback
from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Final

import typer

from entrypoints.cli.failures import CommandFailed, complain, defect, warn
from entrypoints.cli.service import opened
from entrypoints.cli.signals import treat_sigterm_as_interrupt

if TYPE_CHECKING:
    from application.service_report import Part, ServiceReport, Unread
    from entrypoints.bootstrap.metrics_server import MetricsServer

PORT: Final = 9464
STATEMENT_SECONDS: Final = 4
"""No statement of a scrape may take longer; the database stops it."""


def metrics(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65_535, help="Where to listen; 0: any free one.")
    ] = PORT,
    host: Annotated[
        str, typer.Option("--host", help="The address to listen on; 0.0.0.0: every one.")
    ] = "127.0.0.1",
) -> None:
    """Serve the metrics of the whole service to Prometheus, at /metrics, until Ctrl-C.

    One is enough, whatever the number of workers. It reads the database and the broker when it is
    asked, and keeps nothing. /healthz answers as long as it runs. Nothing asks for a password:
    let nobody but Prometheus reach it.
    """
    treat_sigterm_as_interrupt()
    from entrypoints.bootstrap.exposition import measured  # noqa: PLC0415 - slow

    with opened() as service:
        service.statement_seconds.override(STATEMENT_SECONDS)
        scrape = ToldScrape(partial(measured, service.measure_service()))
        try:
            with _listening(host, port, scrape) as server:
                typer.echo(f"Metrics are at {server.url}")
                server.serve_forever()
        except KeyboardInterrupt:
            typer.echo("The metrics have stopped.", err=True)


def _listening(host: str, port: int, scrape: "ToldScrape") -> "MetricsServer":
    from entrypoints.bootstrap.metrics_server import MetricsServer  # noqa: PLC0415 - slow

    try:
        return MetricsServer(host, port, scrape)
    except OSError as exc:
        raise CommandFailed(
            f"{host} port {port} cannot be listened on ({exc.strerror or exc}): choose another "
            "with --host and --port."
        ) from exc


class ToldScrape:
    """Answers one scrape, and tells on stderr when a part can no longer be read, or again."""

    def __init__(self, measured: "Callable[[str], tuple[bytes, str, ServiceReport]]") -> None:
        """*measured* returns the text for what a client accepts, its type, and what is in it."""
        self._measured = measured
        self._lock = Lock()
        self._unread: Mapping[Part, Unread] = {}
        self._defects: set[tuple[type[Exception], str]] = set()

    def __call__(self, accept: str) -> tuple[bytes, str]:
        """Return the text that a client gets who accepts *accept*, and its type."""
        text, content_type, report = self._measured(accept)
        self._tell(report.unread)
        return text, content_type

    def failed(self, error: Exception) -> None:
        """Keep a report of *error*, which nobody expected; one, however often it is met.

        Whoever reaches the port may ask as often as they like.
        """
        *_, place = ("", *traceback.format_tb(error.__traceback__))
        with self._lock:
            known = (type(error), place) in self._defects
            self._defects.add((type(error), place))
        if not known:
            complain(defect(error), kind="Unexpected")

    def _tell(self, unread: "Mapping[Part, Unread]") -> None:
        with self._lock:
            before, self._unread = self._unread, unread
        for reason in dict.fromkeys(why for part, why in unread.items() if part not in before):
            parts = ", ".join(part for part, why in unread.items() if why == reason)
            warn(f"No metrics of {parts}: {reason}")
        if before and not unread:
            typer.echo("All metrics can be read again.", err=True)

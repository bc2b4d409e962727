"""Opening the service for one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from application.ports.sync_observer import SyncObserver

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container


@contextmanager
def opened(*, observer: SyncObserver | None = None) -> Iterator["Container"]:
    """Give the service as the environment describes it, and close it afterwards.

    Raises:
        SettingsError: the environment is not acceptable.
        Unavailable: the `multicloud up` on whose servers the command works has stopped.
    """
    # here, because help and wrong use should not wait for database drivers and SDKs
    from entrypoints.bootstrap.container import build_container  # noqa: PLC0415
    from entrypoints.bootstrap.logging import configure_logging  # noqa: PLC0415
    from entrypoints.bootstrap.running_service import noticing_its_end  # noqa: PLC0415
    from entrypoints.bootstrap.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    # what goes wrong is told in a sentence, so the log speaks only to those who ask for it
    configure_logging(settings, level="critical")
    container = build_container(settings, observer=observer)
    try:
        with noticing_its_end(settings):
            yield container
    finally:
        container.shutdown_resources()

"""The `multicloud up` on whose servers a command works, and what to say when it stops meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from application.ports.errors import Transient, Unavailable
from entrypoints.bootstrap.data_folder import read_connections
from entrypoints.bootstrap.settings import Settings


@contextmanager
def noticing_its_end(settings: Settings) -> Iterator[None]:
    """Say of what fails inside the block because `multicloud up` has stopped that it is that.

    Whoever uses servers of their own is told what those said.

    Raises:
        Unavailable: the service that *settings* lead to has stopped.
    """
    served_by = _addresses(settings)
    try:
        yield
    except Transient as error:
        if not served_by or _addresses(settings) == served_by:
            raise
        raise Unavailable(
            f"The `multicloud up` that ran on {settings.data_dir} has stopped, and this command "
            "works on its servers.",
            remedy="Start it again with `multicloud up`, then try again.",
        ) from error


def _addresses(settings: Settings) -> set[str]:
    """Return the addresses in *settings* that lead to a running service; none if it has ended."""
    configured = (settings.database, settings.broker)
    used = {address.get_secret_value() for address in configured if address is not None}
    return used & set(read_connections(settings.data_dir).values())

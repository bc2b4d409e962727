"""What one worker process has of its own."""

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

from entrypoints.worker.importing import undisturbed
from entrypoints.worker.stopping import StopFlag

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container
    from entrypoints.bootstrap.settings import Settings

LoadSettings: TypeAlias = "Callable[[], Settings]"
BuildContainer: TypeAlias = "Callable[[Settings], Container]"


def settings_from_outside() -> "Settings":
    """Read the settings; the import waits until now because it brings in half the house.

    Raises:
        SettingsError: one is missing or unusable.
    """
    with undisturbed():
        from entrypoints.bootstrap.settings import load_settings  # noqa: PLC0415 - see above

    return load_settings()


def real_container(settings: "Settings") -> "Container":
    """Build the container of the service."""
    from entrypoints.bootstrap.container import build_container  # noqa: PLC0415 - as above

    return build_container(settings)


class ServiceInProcess:
    """The settings and the container of this process, each made once, on first use.

    No container may be made before a worker forks: connections do not survive it.
    """

    def __init__(
        self, load_settings: LoadSettings, build_container: BuildContainer = real_container
    ) -> None:
        self._load_settings = load_settings
        self._build_container = build_container
        self._settings: Settings | None = None
        self._container: Container | None = None
        self._lock = Lock()
        self.stopping = StopFlag()
        """Tells the tasks of this process, and of all that it forks, that they are to stop."""

    def settings(self) -> "Settings":
        """Return the settings.

        Raises:
            SettingsError: one is missing or unusable.
        """
        if self._settings is None:
            self._settings = self._load_settings()
        return self._settings

    def container(self) -> "Container":
        """Return the container; threads of one process share it."""
        with self._lock:
            if self._container is None:
                self._container = self._build_container(self.settings())
                self._container.stopping.override(self.stopping)
            return self._container

    def shut_down(self) -> None:
        """Let go of whatever the container holds; it is made anew if it is asked for again."""
        with self._lock:
            container, self._container = self._container, None
        if container is not None:
            container.shutdown_resources()

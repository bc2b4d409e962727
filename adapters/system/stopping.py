"""Being told to stop where nobody tells."""

from application.ports.stopping import Stopping


class NeverStopping(Stopping):
    """Goes on to the end: whoever asks for more kills the process."""

    def requested(self) -> bool:
        """Say no."""
        return False

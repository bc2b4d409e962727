"""Being told to stop at a chosen moment."""

from application.ports.stopping import Stopping


class FakeStopping(Stopping):
    """Says no until it is told, or has been asked so often."""

    def __init__(self, *, after: int | None = None) -> None:
        """*after* is how often it says no by itself; None: until it is told."""
        self._after = after
        self._requested = False
        self.asked = 0
        """How often somebody asked."""

    def request(self) -> None:
        """Say yes from now on."""
        self._requested = True

    def requested(self) -> bool:
        """Tell whether it was told to, or asked often enough."""
        self.asked += 1
        if self._after is not None and self.asked > self._after:
            self._requested = True
        return self._requested

"""Calling the clouds no faster than they allow."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Final, Protocol

from domain.accounts import Provider
from domain.pacing import ApiCall, CallCounts

LONGEST_WAIT: Final = 30.0
"""For how many seconds a call is held back unless somebody says otherwise."""


class Pacing(Protocol):
    """Lets calls through at the pace that all who share it may go together.

    It is safe to share by threads, and never fails: what shares it with other processes may be
    away, and then each process keeps a pace of its own.
    """

    @abstractmethod
    def wait(self, call: ApiCall, *, at_most: float = LONGEST_WAIT) -> None:
        """Return when *call* may be sent, and count it; each attempt at a question is a call.

        Raises:
            Throttled: that is more than *at_most* seconds away; `retry_after` says how many.
        """

    @abstractmethod
    def throttled(self, call: ApiCall, *, retry_after: float | None = None) -> None:
        """Let nobody make such calls for a while, because the cloud refused *call* as too many.

        *retry_after* is what the cloud asks for, in seconds; None: it does not say.
        """

    @abstractmethod
    def counts(self) -> Mapping[tuple[Provider, str], CallCounts]:
        """Return what was counted so far, by cloud and API; empty where nothing was called.

        Counts begin again when what keeps them is emptied or restarted.

        Raises:
            Unavailable: what keeps them does not answer.
        """

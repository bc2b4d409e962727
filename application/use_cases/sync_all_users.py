"""Sync everything everybody has."""

from datetime import timedelta
from typing import Final

from application.ports.unit_of_work import OpenUnitOfWork
from application.rounds import Round, RoundReport
from domain.jobs import JobKind

SPREAD: Final = timedelta(minutes=8)
"""Below the ten minutes after which the next round begins."""


class SyncAllUsers:
    """Have the resources of every user synced, however many there are.

    The syncs are spread over most of the time until the next round, so that neither the clouds
    nor the workers meet all of them at once; what waits from the round before is not asked for
    again. A credential that was never synced is synced at once.
    """

    def __init__(
        self, *, unit_of_work: OpenUnitOfWork, spread: timedelta = SPREAD, page_size: int = 1000
    ) -> None:
        self._round = Round(
            unit_of_work=unit_of_work,
            kind=JobKind.SYNC_CREDENTIAL,
            window=spread,
            page_size=page_size,
        )

    def __call__(self) -> RoundReport:
        """Queue one sync per active credential.

        Raises:
            Unavailable: the store cannot be reached; some may have been queued already, which
                does no harm.
        """
        return self._round()

"""Read what everybody is charged."""

from datetime import timedelta
from typing import Final

from application.ports.unit_of_work import OpenUnitOfWork
from application.rounds import Round, RoundReport
from domain.jobs import JobKind

SPREAD: Final = timedelta(hours=1)


class UpdateAllCostData:
    """Have the cost of every active credential read, spread over an hour.

    What was never read is read at once; what waits from the day before is not asked for again.
    """

    def __init__(
        self, *, unit_of_work: OpenUnitOfWork, spread: timedelta = SPREAD, page_size: int = 1000
    ) -> None:
        self._round = Round(
            unit_of_work=unit_of_work,
            kind=JobKind.UPDATE_COST_DATA,
            window=spread,
            page_size=page_size,
        )

    def __call__(self) -> RoundReport:
        """Queue one reading per active credential.

        Raises:
            Unavailable: the store cannot be reached; some may have been queued already, which
                does no harm.
        """
        return self._round()

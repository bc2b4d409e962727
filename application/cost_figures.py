"""How much of what was charged is known, in numbers."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from application.ports.figures import CostDaysFigure
from application.ports.unit_of_work import UnitOfWork
from application.service_report import CostFigure
from domain.accounts import CredentialId
from domain.costs import CostReading, CostStatus, Period, SubAccountId

_A_READING: Final = timedelta(days=2)
"""A reading asks each sub account it finds for the day before; it may last beyond midnight."""


def cost_figures(work: UnitOfWork, days: Period) -> Sequence[CostFigure]:
    """Return how much of *days* is known of the cost of each active credential, by id."""
    known = work.figures.credentials()
    readings = work.costs.readings([each.credential_id for each in known])
    read: defaultdict[CredentialId, list[CostDaysFigure]] = defaultdict(list)
    for figure in work.figures.cost_days(days):
        read[figure.credential_id].append(figure)
    return [
        CostFigure(
            credential_id=each.credential_id,
            name=each.name,
            provider=each.provider,
            status=reading.status if (reading := readings.get(each.credential_id)) else None,
            days_lacking=_days_lacking(read[each.credential_id], reading, len([*days.days()])),
        )
        for each in known
    ]


def _days_lacking(read: Sequence[CostDaysFigure], reading: CostReading | None, days: int) -> int:
    """Return how many of the *days* lack; none where no bill is to be read.

    A sub account that is no longer there lacks none; one that was only tried in vain lacks all.
    """
    if reading is not None and reading.status is CostStatus.NOT_CONFIGURED:
        return 0
    lacking = {
        each.sub_account_id: 0 if out_of_sight(each.last_read, reading) else days - each.days
        for each in read
    }
    for trouble in reading.troubles if reading else ():
        if trouble.location is not None:
            lacking.setdefault(SubAccountId(trouble.location), days)
    return max(lacking.values(), default=days)


def out_of_sight(last_read: date, reading: CostReading | None) -> bool:
    """Tell whether *reading* was complete without the sub account that was *last_read* then."""
    if reading is None or reading.status is not CostStatus.COMPLETE:
        return False
    return last_read < reading.attempted_at.date() - _A_READING

"""How far a billing export goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from adapters.gcp.charges import DayPart, Illegible, read_reach
from domain.costs import SETTLING


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The days of which an export tells; both None: it has no row at all."""

    first: date | None
    """A day without charges before this one is not known to have cost nothing."""
    newest: date | None
    """The last day for which there is a row of any project."""

    @classmethod
    def shown_by(cls, part: DayPart) -> Self:
        """Return what a row tells: the export goes back to its day at least."""
        return cls(first=part.day, newest=part.newest)

    @classmethod
    def read(cls, rows: Sequence[object]) -> Self:
        """Return what the export answered to the question how far it goes.

        A row is filed under the day on which it arrived, so what is first is about when the
        export was set up.

        Raises:
            Illegible: it is no answer to that.
        """
        if len(rows) != 1:
            raise Illegible("one row should say how far the export goes")
        first, newest = read_reach(rows[0])
        return cls(first=first, newest=newest)

    def widened_by(self, part: DayPart) -> Self:
        """Return it with what a row tells: Google fills some exports up with the days before."""
        first = part.day if self.first is None else min(self.first, part.day)
        return type(self)(first=first, newest=part.newest)

    def goes_back_to(self, day: date) -> bool:
        """Tell whether *day* was free if there is no row for it."""
        return self.first is not None and day >= self.first

    def may_change(self, day: date) -> bool:
        """Tell whether rows for *day* may still come.

        They do for some days after it, and the time is counted from the newest day and not from
        today: an export that is behind, or still being filled from its beginning, lacks more.
        """
        return self.newest is None or day >= self.newest - SETTLING

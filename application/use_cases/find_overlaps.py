"""Find credentials that reach the same."""

from collections.abc import Sequence

from application.overlaps import FoundOverlap, found_overlaps
from application.owning import user_asking
from application.ports.unit_of_work import OpenUnitOfWork


class FindOverlaps:
    """Say which active credentials of one user reach the same, as far as syncs have shown."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    def __call__(self, user_email: str | None) -> Sequence[FoundOverlap]:
        """Return those of this user; None: an operator asks, and hears of every user's.

        Raises:
            NotFound: nobody has that address.
        """
        with self._unit_of_work() as work:
            return found_overlaps(work, user_asking(work, user_email))

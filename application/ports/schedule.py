"""What comes round by itself, as the store remembers it. Lives inside a `UnitOfWork`."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.schedule import EntryName, Every, Turn


class Schedule(Protocol):
    """Whose turn it was; time is the store's own, so that clocks cannot disagree."""

    @abstractmethod
    def turns(self) -> Sequence[Turn]:
        """Return the latest turn of each entry that was ever taken, by name."""

    @abstractmethod
    def claim(self, entry: EntryName, every: Every, *, by: str) -> Turn | None:
        """Take the turn that it is now, and count those that nobody took.

        A turn that has yet to begin was taken before the store's clock was set back, and is in
        nobody's way. None if somebody has taken this turn already.
        """

    @abstractmethod
    def claim_again(self, turn: Turn, *, by: str) -> Turn | None:
        """Take *turn* once more, as nobody says that it was done.

        None if it was done meanwhile, or somebody else has taken it again, or a later one.
        """

    @abstractmethod
    def give_back(self, turn: Turn, *, before: Turn | None) -> bool:
        """Make it as if *turn* had not been taken, so that whoever comes next can take it.

        *before* is what its entry was at; None where it was at nothing. False, and nothing is
        changed, if the turn was done or somebody else has taken one meanwhile.
        """

    @abstractmethod
    def end(self, entry: EntryName, turn: datetime) -> None:
        """Note that *turn* was done; a turn that is not the latest is no error."""

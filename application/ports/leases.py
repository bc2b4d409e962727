"""Who does which work. Lives inside a `UnitOfWork`."""

from abc import abstractmethod
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Protocol

from domain.leases import Holding, Lease, LeaseName


class Leases(Protocol):
    """Who may do which unit of work; time is the store's own, so that clocks cannot disagree.

    No duration is above `LONGEST_LEASE`. A lease whose end is further away than any may be has run
    out: it was granted before the store's clock was set back.
    """

    @abstractmethod
    def claim(self, name: LeaseName, *, holder: str, duration: timedelta) -> Lease:
        """Return a lease with a token greater than any before for *name*.

        Raises:
            LeaseTaken: another lease of this name has not run out.
        """

    @abstractmethod
    def holding(self, name: LeaseName) -> Holding | None:
        """Return who holds *name* now; None if nobody does, or only somebody whose time is up."""

    @abstractmethod
    def held_on(self, host: str) -> Sequence[LeaseName]:
        """Return by name what the processes of *host* hold now; empty if that is nothing."""

    @abstractmethod
    def lapsed(self, names: Collection[LeaseName]) -> Collection[LeaseName]:
        """Return those of *names* whose last lease ran out before it was given back."""

    @abstractmethod
    def renew(self, lease: Lease, *, duration: timedelta) -> None:
        """Hold *lease* for *duration* from now, and keep others from claiming it until commit.

        Call it in each transaction that writes under the lease: it is what refuses late writers.

        Raises:
            LeaseLost: it was released, or a newer lease of this name was granted.
        """

    @abstractmethod
    def give_back(self, lease: Lease) -> None:
        """Give *lease* back with the last that is written under it: nobody claims it until commit.

        Call it, instead of `renew`, in the transaction that ends the work: it refuses late writers.

        Raises:
            LeaseLost: as `renew` does.
        """

    @abstractmethod
    def release(self, lease: Lease) -> None:
        """Give *lease* back, with nothing written; one that is lost already is no error."""

    @abstractmethod
    def forgive(self, lease: Lease) -> None:
        """Forget how often earlier holders died: the work of *lease* has come further since.

        One that is lost already is no error.
        """

"""Do a unit of work alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Final

from application.ports.errors import PortError
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from domain.leases import Lease, LeaseName

_A_MOMENT: Final = timedelta(minutes=1)


def claim(
    unit_of_work: OpenUnitOfWork, name: LeaseName, *, holder: str, duration: timedelta
) -> Lease:
    """Return a lease on *name*, in a transaction of its own.

    Raises:
        LeaseTaken: somebody else does this work now.
    """
    with unit_of_work() as work:
        lease = work.leases.claim(name, holder=holder, duration=duration)
        work.commit()
    return lease


def renew(unit_of_work: OpenUnitOfWork, lease: Lease, *, duration: timedelta) -> None:
    """Hold *lease* for *duration* from now, in a transaction of its own.

    Raises:
        LeaseLost: somebody else took over.
    """
    with writing_under(unit_of_work, lease, duration=duration):
        pass


@contextmanager
def writing_under(
    unit_of_work: OpenUnitOfWork, lease: Lease, *, duration: timedelta
) -> Iterator[UnitOfWork]:
    """Write in one transaction that holds *lease* for *duration* from now, and commit it.

    Raises:
        LeaseLost: somebody else took over; nothing is written.
    """
    with unit_of_work() as work:
        work.leases.renew(lease, duration=duration)
        yield work
        work.commit()


@contextmanager
def given_back(unit_of_work: OpenUnitOfWork, lease: Lease) -> Iterator[list[Callable[[], None]]]:
    """Give *lease* back at the end of the block; if that fails it simply runs out.

    What the block puts into the list is done just before, while nobody else can take over; it is
    left undone if somebody has.
    """
    last: list[Callable[[], None]] = []
    try:
        yield last
    finally:
        with suppress(PortError), unit_of_work() as work:
            if last:
                work.leases.renew(lease, duration=_A_MOMENT)  # or somebody took over
            for each in last:
                each()
            work.leases.release(lease)
            work.commit()

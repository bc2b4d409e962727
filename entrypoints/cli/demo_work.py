"""Having the demo's work done by the worker, and waiting until it is."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from application.ports.cost_ledger import CostFilter
from application.ports.job_queue import SyncUserJob
from application.use_cases.list_credentials import CredentialChoice, CredentialOverview
from domain.accounts import User
from domain.costs import Period
from domain.syncs import SyncStatus
from entrypoints.cli.failures import CommandFailed

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container

_PATIENCE: Final = 15
"""Seconds to wait before asking again."""
_ATTEMPTS: Final = 6
_LOOK_EVERY: Final = 0.1
_SHOWN: Final = timedelta(days=30)

Result = TypeVar("Result")


def synced_by_the_worker(service: "Container", user: User) -> Sequence[CredentialOverview]:
    """Have every credential synced, and return them with runs that began after this was asked.

    Raises:
        CommandFailed: the worker did not get through in time.
    """
    asked = service.clock().now()
    return _asked_until_done(
        "a sync",
        ask=lambda: service.job_queue().enqueue([SyncUserJob(user_id=user.id)]),
        look=lambda: _finished_since(service, asked),
    )


def cost_read_by_the_worker(service: "Container") -> CostFilter:
    """Have the cost of every credential read, and return the days that are known then.

    Raises:
        CommandFailed: the worker did not get through in time.
    """
    today = service.clock().now().date()
    chosen = CostFilter(period=Period(today - _SHOWN, today - timedelta(days=1)))
    return _asked_until_done(
        "the reading of cost",
        ask=service.update_all_cost_data(),
        look=lambda: None if any(service.list_cost_gaps()(chosen)) else chosen,
    )


def _asked_until_done(
    what: str, *, ask: Callable[[], object], look: Callable[[], Result | None]
) -> Result:
    """Ask again now and then: a request that meets work of beat's own is dropped."""
    started = time.monotonic()
    for attempt in range(_ATTEMPTS):
        ask()
        while time.monotonic() < started + (attempt + 1) * _PATIENCE:
            if result := look():
                return result
            time.sleep(_LOOK_EVERY)
    raise CommandFailed(
        f"The worker did not finish {what} within {_ATTEMPTS * _PATIENCE} seconds. This machine "
        "may be too busy: try again, or see worker.log in the folder that --keep keeps."
    )


def _finished_since(service: "Container", asked: datetime) -> Sequence[CredentialOverview]:
    """Return the credentials once each has a run that began since; nothing until then."""
    overviews = tuple(service.list_credentials()(CredentialChoice()))
    for overview in overviews:
        run = overview.last_run
        if run is None or run.status is SyncStatus.RUNNING or run.started_at < asked:
            return ()
    return overviews

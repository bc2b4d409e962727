"""Having the demo's work done by the worker, and waiting until it is."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from application.ports.cost_ledger import CostFilter
from application.use_cases.list_credentials import CredentialChoice, CredentialOverview
from application.use_cases.request_syncs import RequestSyncsRequest
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


def synced_by_the_worker(service: "Container") -> Sequence[CredentialOverview]:
    """Have every credential synced, and return them with runs that began after this was asked.

    Raises:
        CommandFailed: the worker did not get through in time.
    """
    asked = service.clock().now()

    def look() -> tuple[CredentialOverview, ...]:
        overviews = tuple(service.list_credentials()(CredentialChoice()))
        return overviews if all(_finished_since(asked, each) for each in overviews) else ()

    return _asked_until_done("a sync", ask=lambda: _ask_for_syncs(service, asked), look=look)


def _ask_for_syncs(service: "Container", since: datetime) -> None:
    """Ask for those that have not ended since: what is slow is not done twice."""
    overviews = service.list_credentials()(CredentialChoice())
    lacking = tuple(o.credential.id for o in overviews if not _finished_since(since, o))
    if lacking:
        service.request_syncs()(RequestSyncsRequest(credential_ids=lacking))


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
    """Ask again now and then: what meets work of beat's own is left for after that."""
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


def _finished_since(asked: datetime, overview: CredentialOverview) -> bool:
    """Tell whether the last sync of a credential began then or later, and has ended."""
    run = overview.last_run
    return run is not None and run.status is not SyncStatus.RUNNING and run.started_at >= asked

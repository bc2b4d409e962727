"""Broker and database stand still for a minute; nothing is lost, and nobody has to be restarted.

Each has a service of its own, and both minutes are the same one.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.accounts import Credential
from tests.reliability.outliving import (
    Server,
    Site,
    a_site,
    frozen,
    soon_over,
    survived,
    work_under_way,
)

PAUSE = 60.0
"""Seconds; as long as a lease is by default, and many times that of these workers."""


@dataclass(frozen=True, kw_only=True)
class Pause:
    """What was asked for before the minute, and when it was over."""

    site: Site
    asked: list[Credential]
    worker_process: int
    lasted: float
    over_at: datetime


@pytest.fixture(scope="module")
def pauses(folder: Path) -> Iterator[dict[str, Pause]]:
    with ExitStack() as stack:
        sites = {
            name: stack.enter_context(a_site(folder / name)) for name in ("broker", "database")
        }
        servers: dict[str, Server] = {
            "broker": sites["broker"].broker,
            "database": sites["database"].postgres,
        }
        asked = {name: work_under_way(site) for name, site in sites.items()}
        workers = {name: site.worker.process.pid for name, site in sites.items()}
        began = time.monotonic()
        with frozen(*servers.values()):
            soon_over(PAUSE)
            over_at, lasted = datetime.now(UTC), time.monotonic() - began
        yield {
            name: Pause(
                site=site,
                asked=asked[name],
                worker_process=workers[name],
                lasted=lasted,
                over_at=over_at,
            )
            for name, site in sites.items()
        }


@pytest.mark.timeout(400)
@pytest.mark.parametrize("server", ["broker", "database"])
def test_nothing_is_lost_when_a_server_stands_still_for_a_minute(
    pauses: dict[str, Pause], server: str
) -> None:
    pause = pauses[server]

    survived(pause.site, pause.asked)
    pause.site.ground.ask_for(*pause.asked)  # and the worker takes the next, by itself
    survived(pause.site, pause.asked)

    assert pause.site.worker.process.pid == pause.worker_process


@pytest.mark.timeout(400)
@pytest.mark.parametrize("server", ["broker", "database"])
def test_work_that_was_asked_for_before_is_done_after_the_minute(
    pauses: dict[str, Pause], server: str
) -> None:
    """The control: the accident did keep the worker from what it had to do."""
    pause = pauses[server]
    survived(pause.site, pause.asked)
    ids = ", ".join(str(each.id) for each in pause.asked)
    ((late,),) = pause.site.ground.rows(
        f"SELECT count(*) FROM (SELECT min(finished_at) AS first FROM sync_runs"
        f" WHERE credential_id IN ({ids}) AND status = 'succeeded' GROUP BY credential_id) done"
        f" WHERE first > '{pause.over_at.isoformat()}'"
    )
    assert pause.lasted >= PAUSE
    assert late > 0

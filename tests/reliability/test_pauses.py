"""Broker and database stand still for a minute; nothing is lost, and nobody has to be restarted.

Each has a service of its own, and both minutes are the same one.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg2
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
    """What was asked for before the minute, and what was seen when it was nearly over."""

    site: Site
    asked: list[Credential]
    worker_process: int
    lasted: float
    undone: int
    """So many of the jobs were still not done; all of them, if nobody could look."""


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
            undone = {name: _undone(site, asked[name]) for name, site in sites.items()}
            lasted = time.monotonic() - began
        yield {
            name: Pause(
                site=site,
                asked=asked[name],
                worker_process=workers[name],
                lasted=lasted,
                undone=undone[name],
            )
            for name, site in sites.items()
        }


def _undone(site: Site, asked: list[Credential]) -> int:
    """Return how many of the jobs are not done, as far as the database tells."""
    ids = ", ".join(str(each.id) for each in asked)
    query = f"SELECT 1 FROM jobs WHERE credential_id IN ({ids}) AND ended_at IS NULL"
    try:
        connection = psycopg2.connect(site.ground.database_url, connect_timeout=2)
    except psycopg2.OperationalError:
        return len(asked)
    with connection, connection.cursor() as cursor:
        cursor.execute(query)
        found = len(cursor.fetchall())
    connection.close()
    return found


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
def test_while_it_stands_still_the_work_is_not_done(pauses: dict[str, Pause], server: str) -> None:
    """The control: the accident did keep the worker from what it had to do."""
    assert pauses[server].lasted >= PAUSE
    assert pauses[server].undone > 0

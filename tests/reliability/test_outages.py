"""Broker and database go away and come back; nothing is lost, and nobody has to be restarted."""

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg2
import pytest

from adapters.queue.task_names import TaskName
from tests.reliability.outliving import (
    PROCESSES,
    HalfWritten,
    Server,
    Site,
    a_site,
    lose_everything,
    restart,
    survived,
    work_under_way,
)
from tests.reliability.rig import a_sender
from tests.waiting import soon

CYCLES = 50
POOL = 5
"""How many connections one process keeps."""
OURS = "application_name = 'multi-cloud' AND pid <> pg_backend_pid()"


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    with a_site(folder / "site") as site:
        yield site


@pytest.mark.timeout(300)
@pytest.mark.parametrize("accident", [restart, lose_everything])
def test_nothing_is_lost_when_the_broker_goes_away(
    site: Site, accident: Callable[[Server], None]
) -> None:
    in_the_middle_of_work(site, accident, site.broker)


@pytest.mark.timeout(300)
def test_nothing_is_lost_when_the_database_goes_away(site: Site) -> None:
    in_the_middle_of_work(site, restart, site.postgres)


def in_the_middle_of_work(site: Site, accident: Callable[[Server], None], server: Server) -> None:
    asked = work_under_way(site)

    accident(server)

    survived(site, asked)
    site.ground.ask_for(*asked)  # and the worker takes the next, by itself
    survived(site, asked)


@pytest.mark.timeout(120)
def test_fifty_broken_connections_leave_none_behind(site: Site) -> None:
    ground = site.ground
    with a_sender(ground.environment) as sender:
        for _ in range(CYCLES):
            ground.rows(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS}")
            called = sender.send_task(TaskName.RECOVER_JOBS.value, ignore_result=True)
            soon(partial(has_ended, site, called.id))

    assert connections(site) <= (PROCESSES + 2) * POOL  # the workers', beat's, and this process's
    stuck = f"SELECT 1 FROM pg_stat_activity WHERE {OURS} AND state LIKE 'idle in%'"
    soon(lambda: not ground.rows(stuck))


def has_ended(site: Site, task_id: str) -> bool:
    """Tell whether it was done, or met a broken connection and is to be tried again."""
    return any(f"[{task_id}] {how}" in site.worker.said() for how in ("succeeded", "retry"))


def test_a_connection_that_is_left_open_would_be_counted(site: Site) -> None:
    before = connections(site)

    with closing(psycopg2.connect(site.ground.database_url, application_name="multi-cloud")):
        soon(lambda: connections(site) > before)


def connections(site: Site) -> int:
    [(count,)] = site.ground.rows(f"SELECT count(*) FROM pg_stat_activity WHERE {OURS}")
    return int(count)


@pytest.mark.timeout(60)
def test_a_scope_that_is_half_written_would_be_noticed(site: Site) -> None:
    [credential] = site.ground.credentials(1)
    soon(lambda: site.ground.ended(credential))
    watch = HalfWritten(site.ground)
    watch.look()
    assert watch.found == set()

    site.ground.new_network()
    after = HalfWritten(site.ground)
    after.look()

    assert after.found

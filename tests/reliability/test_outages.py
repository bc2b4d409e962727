"""Broker and database go away and come back; nothing is lost, and nobody has to be restarted."""

import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import rmtree

import psycopg2
import pytest

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.valkey import EmbeddedValkey
from adapters.queue.task_names import TaskName
from domain.accounts import Credential
from domain.jobs import JobStatus
from tests.databases import a_database
from tests.integration.worker.rig import soon
from tests.reliability.ground import Ground, a_ground
from tests.reliability.rig import (
    Worker,
    a_sender,
    a_worker,
    children_of,
    signalled,
)

PAUSE = 10.0
"""Seconds for which a server is frozen; several times the lease of a worker."""
CYCLES = 50
NETWORKS = 12
"""So many in the cloud, that an inventory could be half written."""
POOL = 5
"""How many connections one process keeps."""
PROCESSES = 2
OURS = "application_name = 'multi-cloud' AND pid <> pg_backend_pid()"


Server = EmbeddedPostgres | EmbeddedValkey


@dataclass(frozen=True, kw_only=True)
class Site:
    """A worker, and the two servers that it needs."""

    ground: Ground
    worker: Worker
    broker: EmbeddedValkey
    postgres: EmbeddedPostgres


@pytest.fixture(scope="module")
def site(environment: dict[str, str], broker: EmbeddedValkey, folder: Path) -> Iterator[Site]:
    postgres = EmbeddedPostgres(folder / "postgresql", durable=False)
    postgres.start()
    own = environment | {"DATABASE_URL": a_database(postgres.url)}
    with a_ground(own, folder) as ground:
        for _ in range(NETWORKS):
            ground.new_network()
        with a_worker("outliving", environment=ground.environment, folder=folder) as worker:
            yield Site(ground=ground, worker=worker, broker=broker, postgres=postgres)
    postgres.stop()


def restart(server: Server) -> None:
    """Stop it and start it again, with all it had."""
    server.stop()
    server.start()


def lose_everything(broker: Server) -> None:
    """Kill the broker, and with it all that it kept."""
    signalled(broker.pid, signal.SIGKILL)
    broker.stop()
    rmtree(broker._folder / "appendonlydir")
    broker.start()


def freeze(server: Server) -> None:
    """Let all its processes stand still for a while; nobody is told."""
    pids = [server.pid, *children_of(server.pid)]
    for pid in pids:
        signalled(pid, signal.SIGSTOP)
    soon_over(PAUSE)
    for pid in pids:
        signalled(pid, signal.SIGCONT)


def soon_over(seconds: float) -> None:
    """Let *seconds* go by: the length of an outage cannot be waited for in any other way."""
    signal.sigtimedwait([], seconds)


class HalfWritten:
    """Looks again and again for a scope of which only a part is in the inventory."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._whole = len(ground.cloud())
        self.found: set[tuple[int, int]] = set()

    def look(self) -> None:
        seen = self._ground.rows(
            "SELECT credential_id, count(*) FROM resource_inventory "
            "WHERE kind = 'aws_vpc' AND state = 'active' GROUP BY credential_id"
        )
        self.found |= {(of, count) for of, count in seen if count != self._whole}


def survived(site: Site, asked: list[Credential], worker_process: int) -> None:
    """Wait until everything that was asked for is done, and see that it is done well."""
    ground, watch = site.ground, HalfWritten(site.ground)

    def done() -> bool:
        watch.look()
        ground.two_minutes_later()
        return ground.ended(*asked)

    soon(done, patience=100)
    assert {ground.job(each).status for each in asked} == {JobStatus.SUCCEEDED}
    ground.all_is_well(*asked)
    assert watch.found == set()
    assert site.worker.alive and site.worker.process.pid == worker_process


@pytest.mark.timeout(300)
@pytest.mark.parametrize("accident", [restart, lose_everything, freeze])
def test_nothing_is_lost_when_the_broker_goes_away(
    site: Site, accident: Callable[[Server], None]
) -> None:
    in_the_middle_of_work(site, accident, site.broker)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("accident", [restart, freeze])
def test_nothing_is_lost_when_the_database_goes_away(
    site: Site, accident: Callable[[Server], None]
) -> None:
    in_the_middle_of_work(site, accident, site.postgres)


def in_the_middle_of_work(site: Site, accident: Callable[[Server], None], server: Server) -> None:
    ground, worker_process = site.ground, site.worker.process.pid
    ground.line.delay = 0.5
    asked = ground.credentials(4)
    with ground.reconciled():
        soon(lambda: any("running" in ground.runs(each) for each in asked))

        accident(server)

        ground.line.delay = 0.0
        survived(site, asked, worker_process)
        ground.ask_for(*asked)  # and the worker takes the next, by itself
        survived(site, asked, worker_process)


@pytest.mark.timeout(120)
def test_fifty_broken_connections_leave_none_behind(site: Site) -> None:
    ground = site.ground
    with a_sender(ground.environment) as sender:
        for _ in range(CYCLES):
            ground.rows(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS}")
            called = sender.send_task(TaskName.RECOVER_JOBS.value, ignore_result=True)
            soon(partial(has_ended, site.worker, called.id))

    assert connections(site) <= (PROCESSES + 1) * POOL  # the workers', and this process's
    assert ground.rows(f"SELECT 1 FROM pg_stat_activity WHERE {OURS} AND state <> 'idle'") == []


def has_ended(worker: Worker, task_id: str) -> bool:
    """Tell whether it was done, or met a broken connection and is to be tried again."""
    return any(f"[{task_id}] {how}" in worker.said() for how in ("succeeded", "retry"))


def test_a_connection_that_is_left_open_would_be_counted(site: Site) -> None:
    before = connections(site)

    with closing(psycopg2.connect(site.ground.database_url, application_name="multi-cloud")):
        assert connections(site) == before + 1


def connections(site: Site) -> int:
    [(count,)] = site.ground.rows(f"SELECT count(*) FROM pg_stat_activity WHERE {OURS}")
    return int(count)


@pytest.mark.timeout(60)
def test_a_scope_that_is_half_written_would_be_noticed(site: Site) -> None:
    [credential] = site.ground.credentials(1)
    with site.ground.reconciled():
        soon(lambda: site.ground.ended(credential))
    watch = HalfWritten(site.ground)
    watch.look()
    assert watch.found == set()

    site.ground.new_network()
    after = HalfWritten(site.ground)
    after.look()

    assert after.found

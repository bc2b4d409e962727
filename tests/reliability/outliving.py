"""A worker and a beat with servers of their own, which go away and come back."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.valkey import EmbeddedValkey
from domain.accounts import Credential
from tests.databases import a_database
from tests.reliability.ground import Ground, a_ground
from tests.reliability.hurry import hurried
from tests.reliability.rig import Worker, a_worker, beating, children_of, settings_for, signalled
from tests.waiting import soon

Server = EmbeddedPostgres | EmbeddedValkey
NETWORKS = 12
"""So many in the cloud, that an inventory could be half written."""
PROCESSES = 2


@dataclass(frozen=True, kw_only=True)
class Site:
    """A worker, and the two servers that it needs."""

    ground: Ground
    worker: Worker
    broker: EmbeddedValkey
    postgres: EmbeddedPostgres


@contextmanager
def a_site(folder: Path) -> Iterator[Site]:
    """Run it with a broker, a database and a beat of its own, in time that hurries."""
    folder.mkdir(exist_ok=True)
    postgres = EmbeddedPostgres(folder / "postgresql", durable=False)
    broker = EmbeddedValkey(folder / "broker")
    postgres.start()
    broker.start()
    settings = settings_for(a_database(postgres.url), broker, folder)
    with a_ground(settings, folder) as ground:
        for _ in range(NETWORKS):
            ground.new_network()
        with (
            a_worker("outliving", environment=ground.environment, folder=folder) as worker,
            beating(ground.environment, folder),
            hurried(ground.database_url),
        ):
            yield Site(ground=ground, worker=worker, broker=broker, postgres=postgres)
    broker.stop()
    postgres.stop()


def work_under_way(site: Site) -> list[Credential]:
    """Ask for more than a worker takes from the broker at once; return it when some is begun."""
    site.ground.line.delay = 0.5
    asked = site.ground.credentials(5 * PROCESSES)
    soon(lambda: any("running" in site.ground.runs(each) for each in asked))
    assert not site.ground.ended(*asked)
    return asked


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


@contextmanager
def frozen(*servers: Server) -> Iterator[None]:
    """Let all processes of *servers* stand still during the block; nobody is told."""
    pids = [pid for each in servers for pid in (each.pid, *children_of(each.pid))]
    for pid in pids:
        signalled(pid, signal.SIGSTOP)
    try:
        yield
    finally:
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


def survived(site: Site, asked: list[Credential]) -> None:
    """Wait until everything that was asked for is done, and see that it is done well."""
    ground, watch = site.ground, HalfWritten(site.ground)
    ground.line.delay = 0.0

    def done() -> bool:
        watch.look()
        return ground.ended(*asked)

    soon(done, patience=100)
    ground.all_is_well(*asked)
    assert watch.found == set()
    assert site.worker.alive

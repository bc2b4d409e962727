"""A worker outlives what happens to its broker while it works."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.embedded.valkey import EmbeddedValkey
from adapters.queue.task_names import TaskName
from adapters.secrets.box import new_key
from entrypoints.sandbox.aws.replay import ReplayServer
from tests.broker import redis_client
from tests.integration.aws.rig import running_rig
from tests.integration.worker.rig import WorkerRig, running_worker
from tests.integration.worker.test_worker import a_user_with_aws
from tests.waiting import soon

NODE = "lasting@localhost"
SLOW = 1.0
"""Seconds for every answer of AWS: a sync then takes a good while longer than a restart."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """A worker, its broker, and a line to AWS that can be made slow."""

    worker: WorkerRig
    broker: EmbeddedValkey
    line: ReplayServer
    credential: tuple[int, int]
    """The ids of a user and of a credential, for the account behind the line."""

    def call_sync(self) -> None:
        self.worker.call(TaskName.SYNC_AWS.value, *self.credential)

    def runs(self) -> list[object]:
        """Return how each sync stands, the first one first."""
        return [row[0] for row in self.worker.rows("SELECT status FROM sync_runs ORDER BY id")]

    def process_id(self) -> int:
        sender = self.worker.sender
        with sender.connection_for_write() as connection:
            inspect = sender.control.inspect([NODE], timeout=5.0, limit=1, connection=connection)
            return int(inspect.stats()[NODE]["pid"])

    def messages(self) -> tuple[int, int]:
        """Return how many messages wait, and how many nobody has acknowledged yet."""
        with redis_client(self.broker.broker_url) as client:
            return int(client.llen("sync")), int(client.hlen("unacked"))


@pytest.fixture
def line() -> Iterator[ReplayServer]:
    with running_rig() as aws:
        yield aws.line


@pytest.fixture
def site(
    migrated_database_url: str, broker: EmbeddedValkey, line: ReplayServer, tmp_path: Path
) -> Iterator[Site]:
    environment = {
        "DATABASE_URL": migrated_database_url,
        "CELERY_BROKER_URL": broker.broker_url,
        "CELERY_RESULT_BACKEND": broker.result_backend,
        "MULTICLOUD_DATA_DIR": str(tmp_path / "data"),
        "MULTICLOUD_SECRET_KEY": new_key().reveal(),
        "MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true",
    }
    name = NODE.partition("@")[0]
    user_id = a_user_with_aws(environment, "ann@example.org", endpoint=line.endpoint)
    with running_worker(name, ["-c", "2"], environment=environment, folder=tmp_path) as worker:
        yield Site(worker=worker, broker=broker, line=line, credential=(user_id, 1))


def restart(broker: EmbeddedValkey) -> None:
    """Stop the broker and start it again, with all its messages."""
    broker.stop()
    broker.start()


def drop_every_connection(broker: EmbeddedValkey) -> None:
    """Break all connections of a broker that answers again at once."""
    with redis_client(broker.broker_url) as client:
        client.client_kill_filter(_type="normal", skipme=True)
        client.client_kill_filter(_type="pubsub", skipme=True)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("accident", [restart, drop_every_connection])
def test_a_worker_finishes_its_task_and_takes_the_next_after_its_broker_was_away(
    site: Site, accident: Callable[[EmbeddedValkey], None]
) -> None:
    worker_process = site.process_id()
    site.line.delay = SLOW
    site.call_sync()
    soon(lambda: site.runs() == ["running"])

    accident(site.broker)

    assert site.runs() == ["running"], "the task was to be under way all the time"
    soon(lambda: site.runs() == ["succeeded"])
    assert site.worker.rows("SELECT 1 FROM resource_inventory LIMIT 1") == [(1,)]
    site.line.delay = 0.0
    site.call_sync()
    soon(lambda: site.runs() == ["succeeded", "succeeded"])
    soon(lambda: site.messages() == (0, 0))
    assert site.process_id() == worker_process

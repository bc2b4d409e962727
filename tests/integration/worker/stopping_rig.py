"""What is stopped, and how: a user with a slow cloud, and a worker of a folder of its own."""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import psycopg2

from adapters.queue.task_names import TaskName
from entrypoints.sandbox.terraform.mirror import TROUBLE
from tests.integration.cli.shell import Shell
from tests.integration.embedded.processes import processes_about
from tests.integration.worker.rig import WorkerRig, running_worker

SLACK = 25
"""Seconds that a worker gets beyond its soft shutdown before it is killed."""
REMAPPED = {"REMAP_SIGTERM": "SIGQUIT"}
"""Has Celery take SIGTERM for SIGQUIT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingRig:
    """One user with one key, whose workers come and go."""

    environment: dict[str, str]
    folder: Path
    shell: Shell
    user: str = field(default_factory=lambda: f"{uuid.uuid4().hex[:8]}@example.org")

    def furnish(self, endpoint: str, *, regions: Sequence[str] = ("eu-west-1",)) -> None:
        """Add the user, with a key to *regions* of the account behind *endpoint*."""
        key = {
            "access_key_id": "AKIATESTTESTTESTTEST",
            "secret_access_key": "a/secret/access/key/0123456789",
            "endpoint_url": endpoint,
            "regions": list(regions),
        }
        self.shell.done("users", "add", self.user)
        self.shell.done(
            *("credentials", "add", "--user", self.user, "--provider", "aws", "--name", "main"),
            *("--file", "-"),
            typed=json.dumps(key),
        )

    @contextmanager
    def worker(
        self,
        settings: Mapping[str, str] = MappingProxyType({}),
        *,
        soft: int = 15,
        processes: int = 2,
        options: Sequence[str] = (),
    ) -> Iterator[WorkerRig]:
        """Run a worker that waits *soft* seconds for what it does when it is told to stop."""
        lifecycle = {"MULTICLOUD_SOFT_SHUTDOWN_SECONDS": str(soft), **settings}
        with running_worker(
            f"{uuid.uuid4().hex[:8]}",
            ["-c", str(processes), *options],
            environment=self.environment | lifecycle,
            folder=self.folder,
        ) as rig:
            yield rig

    @contextmanager
    def slow_cloud(self, *, seconds: float) -> Iterator[None]:
        """Let the cloud take its time for each network."""
        trouble = Path(self.environment["MULTICLOUD_TERRAFORM_MIRROR"]) / TROUBLE
        trouble.write_text(json.dumps({"delays": {"aws_vpc.create": seconds}}))
        try:
            yield
        finally:
            trouble.unlink()

    def ask_for_a_network(self) -> str:
        """Ask for a network with one part; return the number of the resource."""
        spec = {
            "kind": "aws_vpc",
            "name": f"net-{uuid.uuid4().hex[:8]}",
            "region": "eu-west-1",
            "cidr_block": "10.1.0.0/16",
            "subnets": ["10.1.1.0/24"],
        }
        asked = self.shell.done(
            *("provision", "--user", self.user, "--credential", "main", "--spec", "-"),
            *("--format", "json"),
            typed=json.dumps(spec),
        )
        return str(asked.json()["id"])

    def statuses(self) -> dict[str, str]:
        """Return the status of each resource, by its number."""
        listed = self.shell.done("resources", "--user", self.user, "--format", "json").json()
        return {str(each["id"]): str(each["status"]) for each in listed}

    def said(self, number: str, words: str) -> int:
        """Return how many lines of the log of a resource have these words."""
        lines = self.shell.done("logs", number, "--format", "json").json()
        return sum(words in line["message"] for line in lines)

    def recover(self, rig: WorkerRig) -> None:
        """Have what beat asks for every minute be asked for, two minutes later."""
        connection = psycopg2.connect(rig.database_url)
        with connection, connection.cursor() as cursor:
            cursor.execute("UPDATE terraform_runs SET queued_at = queued_at - interval '2 minutes'")
        connection.close()
        rig.call(TaskName.RECOVER_RUNS.value)

    def terraforms(self) -> list[int]:
        """Return the processes of Terraform that run for this user."""
        return processes_about(str(self.folder / "data" / "terraform"))

    def ids(self, rig: WorkerRig) -> tuple[object, object]:
        """Return the id of the user, and that of the key."""
        ids = "SELECT users.id, credentials.id FROM users JOIN credentials ON user_id = users.id"
        ((user, credential),) = rig.rows(f"{ids} WHERE email = '{self.user}'")
        return user, credential

    def pool_of(self, rig: WorkerRig) -> list[int]:
        """Return the pool processes of a worker."""
        parent = rig.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        return [int(child) for child in children.split()]

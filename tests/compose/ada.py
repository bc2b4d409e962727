"""A user of the service in containers, and what she has done for her."""

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final, Self

from adapters.queue.task_names import TaskName
from tests.compose.stack import MINUTE, Stack, soon

EMAIL: Final = "ada@example.org"
CLOUDS: Final = ("aws", "azure", "gcp")
_BEAT: Final = 10 * MINUTE
_BUCKETS: Final = """
import boto3, json, sys
keys = json.load(open("/var/lib/multicloud/sandbox.json"))["credentials"]["aws"]
s3 = boto3.client("s3", endpoint_url=keys["endpoint_url"], region_name="eu-central-1",
    aws_access_key_id=keys["access_key_id"], aws_secret_access_key=keys["secret_access_key"])
print(json.dumps([each["Name"] for each in s3.list_buckets()["Buckets"]]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ada:
    """She has one account in each cloud."""

    stack: Stack
    id: int
    first: Counter[str] = field(default_factory=Counter)
    """How many things each cloud had when it was synced for the first time."""

    @classmethod
    def added(cls, stack: Stack) -> Self:
        """Add her and her keys, through the container of a worker."""
        user = stack.multicloud("users", "add", EMAIL)
        announced = json.loads(stack.execute("sandbox", "cat", "/var/lib/multicloud/sandbox.json"))
        for cloud in CLOUDS:
            stack.multicloud(
                *("credentials", "add", "--user", EMAIL, "--provider", cloud, "--name", cloud),
                *("--file", "-"),
                typed=json.dumps(announced["credentials"][cloud]),
            )
        return cls(stack=stack, id=user["id"])

    def wait_for_beat(self) -> float:
        """Wait for the first sync of each account, which beat asks for within ten minutes."""
        return soon(
            lambda: self.synced_since("epoch"),
            patience=_BEAT + 3 * MINUTE,
            what="beat had each account synced",
        )

    def settled(self) -> Self:
        """Return her with what she has now as what she had first."""
        return replace(self, first=self.inventory())

    def inventory(self) -> Counter[str]:
        """Return how many things are known in each cloud."""
        items = self.stack.rows(
            "SELECT c.provider, i.external_id FROM resource_inventory i"
            " JOIN credentials c ON c.id = i.credential_id WHERE i.state = 'active'"
        )
        return Counter(provider for provider, _ in items)

    def synced_since(self, moment: str) -> bool:
        """Whether each account was synced to the end since *moment*, and nothing more is due."""
        ((number,),) = self.stack.rows(
            "SELECT count(DISTINCT credential_id) FROM sync_runs"
            f" WHERE status = 'succeeded' AND finished_at > '{moment}'"
        )
        return int(number) == len(CLOUDS) and set(self.jobs()) <= {"succeeded"}

    def jobs(self) -> list[str]:
        """Return how the syncs stand whose time has come."""
        query = (
            "SELECT status FROM jobs WHERE kind = 'sync_credential'"
            " AND (status <> 'queued' OR due_at <= clock_timestamp())"
        )
        return [status for (status,) in self.stack.rows(query)]

    def ask_for_syncs(self) -> str:
        """Ask for her accounts to be synced now, and return the moment before."""
        ((moment,),) = self.stack.rows("SELECT clock_timestamp()")
        self.stack.execute(
            *("celery_worker", "celery", "-A", "entrypoints.worker", "call"),
            *(TaskName.SYNC_USER.value, f"--args=[{self.id}]"),
        )
        return moment

    def ask_for_bucket(self, name: str) -> int:
        """Ask Terraform for a bucket, and return the number of the resource."""
        spec = {"kind": "aws_s3_bucket", "name": name, "region": "eu-central-1"}
        asked = self.stack.multicloud(
            *("provision", "--user", EMAIL, "--credential", "aws", "--spec", "-"),
            typed=json.dumps(spec),
        )
        return int(asked["id"])

    def runs(self, resource: int) -> list[str]:
        """Return how the runs of the resource stand, oldest first."""
        return [
            status
            for (status,) in self.stack.rows(
                f"SELECT status FROM terraform_runs WHERE resource_id = {resource} ORDER BY id"
            )
        ]

    def busy(self, resource: int) -> bool:
        """Whether both go on: a sync, and Terraform making what was asked for."""
        return self.syncing() and self.building(resource)

    def building(self, resource: int) -> bool:
        """Whether Terraform is making what was asked for."""
        return self.runs(resource) == ["applying"]

    def syncing(self) -> bool:
        """Whether one of her accounts is being synced."""
        return "running" in self.jobs()

    def buckets(self) -> list[str]:
        """Return the names of the buckets in the cloud, asked there."""
        names: list[str] = json.loads(self.stack.execute("sandbox", "python", "-c", _BUCKETS))
        return sorted(names)

    def unfinished(self) -> list[list[str]]:
        """Return the syncs and runs of which nobody can say how they ended."""
        return self.stack.rows(
            "SELECT 'sync', id::text, status FROM sync_runs WHERE status = 'running'"
            " UNION ALL SELECT 'run', id::text, status FROM terraform_runs WHERE ended_at IS NULL"
        )

    def slow_down(self, seconds: float) -> None:
        """Let every answer of the clouds be so late, and a new bucket a good deal later."""
        self.stack.share("latency", str(seconds))
        script = {"delays": {"aws_s3_bucket.create": 80 * seconds}}
        self.stack.share("providers/trouble.json", json.dumps(script))

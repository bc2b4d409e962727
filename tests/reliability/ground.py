"""A service with a cloud, credentials and work, on which accidents can happen."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from adapters.queue.task_names import TaskName
from application.ports.errors import PortError
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.claim_turns import ClaimTurnsRequest
from domain.accounts import Credential
from domain.jobs import JobKind, JobRecord, JobRequest, JobStatus, JobSubject, Urgency
from entrypoints.bootstrap.container import Container
from entrypoints.sandbox.aws.clients import client
from entrypoints.sandbox.aws.replay import Recorded, ReplayServer
from entrypoints.sandbox.aws.server import AwsServer
from entrypoints.worker.schedule import ENTRIES
from tests.integration.aws.rig import post
from tests.reliability.rhythm import again_and_again
from tests.reliability.rig import a_container, rows
from tests.waiting import soon

REGION = "eu-west-1"
BILLS = {
    name: entry.every for name, entry in ENTRIES.items() if entry.task is TaskName.UPDATE_COST_DATA
}
"""What beat need not ask for today: to read what was charged keeps a worker busy for seconds."""
HELD = (
    "SELECT name, holder FROM leases WHERE expires_at > now() "
    "AND (name LIKE 'sync:%' OR name LIKE 'terraform:%')"
)
"""Who is at work on a sync or with Terraform."""
LEASE = "MULTICLOUD_LEASE_SECONDS"
IMPATIENCE: Mapping[str, str] = {LEASE: "4", "MULTICLOUD_SYNC_SPREAD_SECONDS": "0"}
"""A worker that gives no sign of life for four seconds counts as dead, and what comes round is
due at once."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The service as this process sees it, and a line to AWS that can be made slow."""

    environment: Mapping[str, str]
    folder: Path
    service: Container
    line: ReplayServer
    aws: AwsServer

    @property
    def database_url(self) -> str:
        return self.environment["DATABASE_URL"]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return rows(self.database_url, query)

    def credentials(self, count: int, *, endpoint: str | None = None) -> list[Credential]:
        """Add *count* credentials for the account, each of a user of its own."""
        known = self.rows("SELECT count(*) FROM users")[0][0]
        return [
            self._credential(f"user-{known + number}@example.org", endpoint or self.line.endpoint)
            for number in range(count)
        ]

    def _credential(self, email: str, endpoint: str) -> Credential:
        self.service.add_user()(AddUserRequest(email=email))
        document = {
            "access_key_id": "AKIATESTTESTTESTTEST",
            "secret_access_key": "a/secret/access/key/0123456789",
            "endpoint_url": endpoint,
            "regions": [REGION],
        }
        request = AddCredentialRequest(
            user_email=email, provider="aws", name="main", document=document
        )
        return self.service.add_credential()(request)

    def ask_for(self, *credentials: Credential) -> None:
        """Ask for the sync of each, as a person does."""
        with self.service.unit_of_work() as work:
            now = work.now()
            work.jobs.request(
                JobRequest(subject=_subject(each), urgency=Urgency.ASKED, due_at=now)
                for each in credentials
            )
            work.commit()

    def job(self, credential: Credential) -> JobRecord:
        with self.service.unit_of_work() as work:
            found = work.jobs.find(_subject(credential))
        assert found is not None
        return found

    def ended(self, *credentials: Credential) -> bool:
        return all(self.job(each).status.ended for each in credentials)

    def runs(self, credential: Credential) -> list[str]:
        """Return how each sync of *credential* stands, the first one first."""
        found = self.rows(
            f"SELECT status FROM sync_runs WHERE credential_id = {credential.id} ORDER BY id"
        )
        return [row[0] for row in found]

    def inventory(self, credential: Credential) -> set[str]:
        """Return what our record has of *credential*."""
        found = self.rows(
            "SELECT external_id FROM resource_inventory "
            f"WHERE credential_id = {credential.id} AND state = 'active'"
        )
        return {row[0] for row in found}

    def cloud(self) -> set[str]:
        """Return what there is, asked directly."""
        ec2, s3 = (client(self.aws.endpoint, name, REGION) for name in ("ec2", "s3"))
        running = [
            instance["InstanceId"]
            for reservation in ec2.describe_instances()["Reservations"]
            for instance in reservation["Instances"]
        ]
        networks = [network["VpcId"] for network in ec2.describe_vpcs()["Vpcs"]]
        return {*running, *networks, *(each["Name"] for each in s3.list_buckets()["Buckets"])}

    def new_network(self) -> str:
        """Let a network appear in the cloud, and return its id."""
        made = client(self.aws.endpoint, "ec2", REGION).create_vpc(CidrBlock="10.7.0.0/16")
        return str(made["Vpc"]["VpcId"])

    def two_minutes_later(self) -> None:
        """Let the time pass after which messages count as lost, and a next try is due."""
        connection = psycopg2.connect(self.database_url)
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "UPDATE jobs SET sent_at = sent_at - interval '3 minutes', "
                "due_at = least(due_at, now()) WHERE status = 'queued'"
            )
        connection.close()

    @contextmanager
    def reconciled(self, *, often: float = 0.3) -> Iterator[None]:
        """Do what beat has done every ten seconds and every minute, but more often.

        Here and not by a worker, so that it goes on while workers die.
        """

        def reconcile() -> None:
            for use_case in (self.service.recover_jobs, self.service.dispatch_jobs):
                with suppress(PortError):
                    use_case()()

        with again_and_again(reconcile, every=often):
            yield

    def all_is_well(self, *credentials: Credential) -> None:
        """Wait until each was synced and nobody is at work; see that our record equals the cloud.

        It is waited for, as beat may have everybody synced once more at any moment.
        """
        soon(lambda: self._all_succeeded(*credentials) and self._nobody_works(), patience=60)
        there = self.cloud()
        assert {each.id: self.inventory(each) for each in credentials} == {
            each.id: there for each in credentials
        }

    def _all_succeeded(self, *credentials: Credential) -> bool:
        return all(self.job(each).status is JobStatus.SUCCEEDED for each in credentials)

    def _nobody_works(self) -> bool:
        running = "SELECT 1 FROM sync_runs WHERE status = 'running'"
        return self.rows(running) == self.rows(HELD) == []


def _subject(credential: Credential) -> JobSubject:
    return JobSubject.of(credential, JobKind.SYNC_CREDENTIAL)


@contextmanager
def a_ground(environment: Mapping[str, str], folder: Path) -> Iterator[Ground]:
    """The service of *environment* before an empty AWS account."""
    with ExitStack() as stack:
        aws = AwsServer()
        aws.start()
        stack.callback(aws.stop)
        post(f"{aws.endpoint}/moto-api/reset", b"")
        line = ReplayServer(Recorded(aws.endpoint, remember=False))
        line.start()
        stack.callback(line.stop)
        impatient = {**environment, **IMPATIENCE}
        service = stack.enter_context(a_container(impatient))
        service.claim_turns()(ClaimTurnsRequest(entries=BILLS))
        yield Ground(environment=impatient, folder=folder, service=service, line=line, aws=aws)

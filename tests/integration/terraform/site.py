"""The whole service around a sandbox AWS, with workers that can be killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

from adapters.secrets.box import new_key
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.request_resource import RequestResourceRequest
from domain.accounts import Provider
from domain.provisioning import Resource, ResourceId, Run, RunAction
from domain.terraform import StepId
from entrypoints.bootstrap.container import Container
from entrypoints.sandbox.aws.clients import client
from entrypoints.sandbox.terraform.mirror import TROUBLE
from tests.integration.terraform.kept_logs import keeping_logs
from tests.integration.terraform.lone_workers import ATTACHED, impatient_container
from tests.integration.terraform.provider_rig import tags_of
from tests.integration.terraform.runners import no_process_left
from tests.waiting import soon

VPC: Mapping[str, Any] = {
    "kind": "aws_vpc",
    "name": "shop",
    "region": "eu-west-1",
    "cidr_block": "10.0.0.0/16",
    "subnets": ["10.0.1.0/24", "10.0.2.0/24"],
}
ADDRESSES = ['aws_subnet.this["10.0.1.0/24"]', 'aws_subnet.this["10.0.2.0/24"]', "aws_vpc.this"]
"""What it is made of."""
EMAIL = "ada@example.org"
SECRET = f"canary/of/a/secret/{uuid4().hex}"
"""Not to be found in any other test's processes."""


@dataclass(kw_only=True)
class Site:
    """One user with one AWS credential, and everything it takes to build something."""

    container: Container
    endpoint: str
    data_dir: Path
    mirror: Path
    workers: "subprocess.Popen[str] | None" = field(default=None, repr=False)
    """Started when the first worker is asked for: most tests do without."""
    _turn: Lock = field(default_factory=Lock, repr=False)

    def request(self, spec: Mapping[str, Any]) -> ResourceId:
        request = RequestResourceRequest(user_email=EMAIL, credential_name="main", spec=spec)
        return self.container.request_resource()(request).resource.id

    def trouble(self, **script: Mapping[str, Any]) -> None:
        """Script delays and failures for every operation from now on."""
        new = self.mirror / f"{TROUBLE}.new"
        new.write_text(json.dumps(script))
        new.replace(self.mirror / TROUBLE)

    def worker(self, action: RunAction, resource_id: ResourceId) -> int:
        """Let a worker process begin, and return its id."""
        with self._turn:
            self.workers = self.workers or _lone_workers()
            assert self.workers.stdin is not None and self.workers.stdout is not None
            self.workers.stdin.write(f"{action} {resource_id}\n")
            self.workers.stdin.flush()
            return int(self.workers.stdout.readline())

    def go_on(self, action: RunAction, resource_id: ResourceId) -> Resource:
        """Let workers of this process take over until the run has ended."""
        soon(lambda: not self._worked_on(action, resource_id), patience=90)
        return self.resource(resource_id)

    def _worked_on(self, action: RunAction, resource_id: ResourceId) -> bool:
        report = self.container.terraform_work()(resource_id, action)
        return report.busy

    def resource(self, resource_id: ResourceId) -> Resource:
        with self.container.unit_of_work() as work:
            return work.resources.get(resource_id)

    def run(self, resource_id: ResourceId) -> Run:
        with self.container.unit_of_work() as work:
            return work.runs.latest([resource_id])[resource_id]

    def log(self, resource_id: ResourceId) -> list[tuple[StepId, int, int]]:
        """The step, the offset and the length of each line of the last run."""
        with self.container.unit_of_work() as work:
            run = work.runs.latest([resource_id])[resource_id]
            lines = work.run_log.read(run.id, limit=10_000)
        return [(step, line.offset, line.length) for step, line in lines]

    def said(self, resource_id: ResourceId) -> str:
        with self.container.unit_of_work() as work:
            run = work.runs.latest([resource_id])[resource_id]
            return "\n".join(line.message for _, line in work.run_log.read(run.id, limit=10_000))

    @property
    def kept_logs(self) -> Path:
        """Where what Terraform wrote is kept, as below the folder of all resources."""
        return self.data_dir.parent / "kept"

    def folder(self, resource_id: ResourceId) -> Path:
        return self.data_dir / "terraform" / str(resource_id)

    def known(self, resource_id: ResourceId) -> dict[str, str]:
        """What the state in the database knows, by address."""
        with self.container.unit_of_work() as work:
            return {str(each.address): each.cloud_id for each in work.states.objects(resource_id)}

    def no_process_left(self, resource_id: ResourceId) -> bool:
        return no_process_left(self.folder(resource_id))

    def cloud(self, resource_id: ResourceId) -> list[str]:
        """The addresses that the VPCs and subnets of the resource carry, doubles twice."""
        ec2 = client(self.endpoint, "ec2", "eu-west-1")
        ours = [{"Name": "tag:multi-cloud-resource-id", "Values": [str(resource_id)]}]
        found = [
            *ec2.describe_vpcs(Filters=ours)["Vpcs"],
            *ec2.describe_subnets(Filters=ours)["Subnets"],
        ]
        return [tags_of(each)["multi-cloud-address"] for each in found]


def kill(pid: int) -> None:
    """Kill a worker as the kernel does when memory runs out."""
    os.kill(pid, signal.SIGKILL)


@contextmanager
def a_site(
    database_url: str,
    endpoint: str,
    mirror: Path,
    folder: Path,
    *,
    setenv: Callable[[str, str], None],
    attached: str = "",
) -> Iterator[Site]:
    """Run it; *setenv* sets what this process and its workers find in their environment.

    *attached* is a provider that runs already; without one, Terraform starts those in *mirror*.
    """
    settings = {
        "DATABASE_URL": database_url,
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
        "MULTICLOUD_SECRET_KEY": new_key().reveal(),
        "MULTICLOUD_DATA_DIR": str(folder),
        "MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true",
        "MULTICLOUD_TERRAFORM_MIRROR": str(mirror),
        "MULTICLOUD_LOG_LEVEL": "error",
        ATTACHED: attached,
    }
    for name, value in settings.items():
        setenv(name, value)
    container = impatient_container()
    _furnish(container, endpoint)
    site = Site(container=container, endpoint=endpoint, data_dir=folder, mirror=mirror)
    site.trouble()
    try:
        with keeping_logs(folder / "terraform", site.kept_logs):
            yield site
    finally:
        if site.workers is not None:
            site.workers.communicate()
        container.shutdown_resources()


def _lone_workers() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.integration.terraform.lone_workers"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _furnish(container: Container, endpoint: str) -> None:
    container.add_user()(AddUserRequest(email=EMAIL))
    document = {
        "access_key_id": "AKIATESTTESTTESTTEST",
        "secret_access_key": SECRET,
        "endpoint_url": endpoint,
        "regions": ["eu-west-1"],
    }
    container.add_credential()(
        AddCredentialRequest(
            user_email=EMAIL, provider=Provider.AWS, name="main", document=document
        )
    )

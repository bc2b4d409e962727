"""A small world in which things are built: real rules, honest fakes."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from adapters.fakes.owned_objects import FakeOwnedObjects
from adapters.fakes.secret_box import FakeSecretBox
from adapters.fakes.stopping import FakeStopping
from adapters.fakes.terraform import FakeWorkspace, FakeWorkspaces
from adapters.fakes.terraform_world import World as TerraformWorld
from application.ports.provisioning import TerraformOutput
from application.ports.stopping import OnStop
from application.ports.unit_of_work import UnitOfWork
from application.run_requests import RequestedRun, RunRequests
from application.terraform_runs import TerraformRuns, Waits
from application.terraform_work import RunReport, TerraformWork
from application.use_cases.cancel_run import CancelRun, CancelRunRequest
from application.use_cases.destroy_resource import DestroyResource, DestroyResourceRequest
from application.use_cases.provision_resource import ProvisionResource, ProvisionResourceRequest
from application.use_cases.recover_runs import RecoverRuns
from application.use_cases.request_destruction import (
    RequestDestruction,
    RequestDestructionRequest,
)
from application.use_cases.request_resource import RequestResource, RequestResourceRequest
from application.use_cases.retry_resource import RetryResource, RetryResourceRequest
from domain.accounts import Credential
from domain.provisioning import Resource, ResourceId, Run
from domain.terraform import Address, LogRecord
from domain.terraform_state import read_state
from tests.unit.application.world import World

VPC = Address("aws_vpc.this")
SUBNETS = tuple(Address(f'aws_subnet.this["10.0.{number}.0/24"]') for number in (1, 2))
MODULE = (VPC, *SUBNETS)
LEASE = timedelta(minutes=1)


class WorkerKilled(BaseException):
    """The worker is killed at this very point: nothing of it runs any more."""


def a_vpc(name: str = "shop", **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """A spec that three objects are made of."""
    cidrs = {"cidr_block": "10.0.0.0/16", "subnets": ["10.0.1.0/24", "10.0.2.0/24"]}
    return {"kind": "aws_vpc", "name": name, "region": "eu-west-1"} | cidrs | fields


@dataclass(slots=True)
class Building:
    """One user with one credential, Terraform in memory, and whoever works on what is asked."""

    world: World = field(default_factory=World)
    workspaces: FakeWorkspaces = field(default_factory=FakeWorkspaces)
    secret_box: FakeSecretBox = field(default_factory=lambda: FakeSecretBox("key-1"))
    owned: FakeOwnedObjects = field(default_factory=FakeOwnedObjects)
    credential: Credential = field(init=False)
    email: str = field(init=False)
    lives: int | None = None
    """How often the store may be opened before the worker is killed; None: it lives."""
    most_deaths: int = 1000
    """So that a run can be killed at each of its points, one after the other."""
    stopping: FakeStopping = field(default_factory=FakeStopping)
    on_stop: OnStop = OnStop.LEAVE
    settling: timedelta = timedelta(0)
    """How old an answer of the cloud to a search may be."""
    lease_duration: timedelta = LEASE

    def __post_init__(self) -> None:
        user = self.world.a_user()
        self.email = user.email.text
        self.credential = self.world.a_credential(user)
        self.world.clouds.tag(self.credential.id, self.owned)

    def mortal_unit_of_work(self) -> UnitOfWork:
        if self.lives is not None:
            if self.lives == 0:
                raise WorkerKilled
            self.lives -= 1
        return self.world.unit_of_work()

    def work(self, holder: str = "worker-1") -> TerraformWork:
        return TerraformWork(
            unit_of_work=self.mortal_unit_of_work,
            runs=TerraformRuns(
                unit_of_work=self.mortal_unit_of_work,
                workspaces=self.workspaces,
                clouds=self.world.clouds,
                secret_box=self.secret_box,
                clock=self.world.clock,
                stopping=self.stopping,
                on_stop=self.on_stop,
                waits=Waits(grace=timedelta(seconds=30), settling=self.settling),
            ),
            secret_box=self.secret_box,
            clock=self.world.clock,
            holder=holder,
            lease_duration=self.lease_duration,
            most_deaths=self.most_deaths,
        )

    def request(self, spec: dict[str, Any] | None = None, *, email: str = "") -> RequestedRun:
        requested = RequestResource(unit_of_work=self.world.unit_of_work, jobs=self.world.jobs)(
            RequestResourceRequest(
                user_email=email or self.email,
                credential_name=self.credential.name.text,
                spec=spec or a_vpc(),
            )
        )
        self.terraform(requested.resource.id).module = MODULE
        return requested

    def _requests(self) -> RunRequests:
        return RunRequests(unit_of_work=self.world.unit_of_work, jobs=self.world.jobs)

    def request_destruction(self, resource_id: ResourceId) -> RequestedRun:
        request = RequestDestructionRequest(resource_id=resource_id)
        return RequestDestruction(requests=self._requests())(request)

    def retry(self, resource_id: ResourceId) -> RequestedRun:
        request = RetryResourceRequest(resource_id=resource_id)
        return RetryResource(requests=self._requests())(request)

    def cancel(self, resource_id: ResourceId) -> Run:
        return CancelRun(unit_of_work=self.world.unit_of_work, jobs=self.world.jobs)(
            CancelRunRequest(resource_id=resource_id)
        )

    def recover(self) -> int:
        return RecoverRuns(unit_of_work=self.world.unit_of_work, jobs=self.world.jobs)().runs

    def provision(self, resource_id: ResourceId, holder: str = "worker-1") -> RunReport:
        request = ProvisionResourceRequest(resource_id=resource_id)
        return ProvisionResource(work=self.work(holder))(request)

    def destroy(self, resource_id: ResourceId, holder: str = "worker-1") -> RunReport:
        request = DestroyResourceRequest(resource_id=resource_id)
        return DestroyResource(work=self.work(holder))(request)

    def built(self) -> Resource:
        """Something that was asked for and built."""
        requested = self.request()
        self.provision(requested.resource.id)
        return self.resource(requested.resource.id)

    def workspace(self, resource_id: ResourceId) -> FakeWorkspace:
        return self.workspaces.of(resource_id)

    def terraform(self, resource_id: ResourceId) -> TerraformWorld:
        return self.workspaces.of(resource_id).world

    def known(self, resource_id: ResourceId) -> dict[Address, str]:
        """What the newest state in the database knows; nothing if there is none."""
        with self.world.unit_of_work() as work:
            stored = work.states.latest(resource_id)
        if stored is None:
            return {}
        state = read_state(self.secret_box.open(stored.sealed).reveal())
        return {each.address: each.cloud_id for each in state.objects}

    def cloud(self, resource_id: ResourceId) -> list[Address]:
        """What exists of the resource in the order in which it was made, doubles twice."""
        return [address for address, _ in self.terraform(resource_id).cloud]

    def resource(self, resource_id: ResourceId) -> Resource:
        with self.world.unit_of_work() as work:
            return work.resources.get(resource_id)

    def run(self, resource_id: ResourceId) -> Run:
        with self.world.unit_of_work() as work:
            return work.runs.latest([resource_id])[resource_id]

    def output(self, resource_id: ResourceId) -> TerraformOutput:
        with self.world.unit_of_work() as work:
            return work.resources.output(resource_id)

    def log(self, resource_id: ResourceId) -> list[LogRecord]:
        with self.world.unit_of_work() as work:
            run = work.runs.latest([resource_id])[resource_id]
            return [line for _, line in work.run_log.read(run.id, limit=10_000)]

"""Networks that somebody has built and taken down by Terraform, again and again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from application.use_cases.request_destruction import RequestDestructionRequest
from application.use_cases.request_resource import RequestResourceRequest
from application.use_cases.retry_resource import RetryResourceRequest
from domain.accounts import Credential
from domain.provisioning import ResourceId, ResourceStatus, Run, RunAction, RunStatus
from entrypoints.sandbox.aws.clients import client
from entrypoints.sandbox.terraform.mirror import TROUBLE, write_mirror
from tests.integration.terraform.provider_rig import tags_of
from tests.integration.terraform.runners import no_process_left
from tests.integration.terraform.site import ADDRESSES, VPC
from tests.reliability.ground import REGION, Ground

MIRROR: Final = "MULTICLOUD_TERRAFORM_MIRROR"
AT_ONCE: Final = 2
"""So many are being built or taken down all the time."""
KEPT: Final = 3
"""Of so many that were built one after the other, the last is taken down again."""


def with_providers(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return *environment* for workers that build with the providers of the sandbox."""
    return {**environment, MIRROR: str(write_mirror(folder / "mirror"))}


@dataclass(kw_only=True)
class Builder:
    """One user who wants networks, keeps some, and tries again what failed."""

    ground: Ground
    credential: Credential
    asked: dict[ResourceId, RunAction] = field(default_factory=dict)
    """What was wanted last of each resource."""

    @property
    def _email(self) -> str:
        [(email,)] = self.ground.rows(
            f"SELECT email FROM users WHERE id = {self.credential.user_id}"
        )
        return str(email)

    def slow_down(self, delays: Mapping[str, float]) -> None:
        """Let each of these operations of the cloud take so many seconds from now on."""
        trouble = Path(self.ground.environment[MIRROR]) / TROUBLE
        new = trouble.with_suffix(".new")
        new.write_text(json.dumps({"delays": dict(delays)}))
        new.replace(trouble)

    def ask(self) -> ResourceId:
        """Ask for one more network."""
        request = RequestResourceRequest(
            user_email=self._email,
            credential_name="main",
            spec={**VPC, "name": f"shop-{len(self.asked)}"},
        )
        made = self.ground.service.request_resource()(request).resource.id
        self.asked[made] = RunAction.PROVISION
        return made

    def go_on(self) -> None:
        """See to it that something is under way, as long as it is wanted."""
        for resource_id, run in self.last_runs().items():
            if run.status is RunStatus.ERRORED:
                self._again(resource_id)
            elif not run.status.active and self._is_not_wanted(resource_id):
                self._take_down(resource_id)
        while self._under_way() < AT_ONCE:
            self.ask()

    def _is_not_wanted(self, resource_id: ResourceId) -> bool:
        place = list(self.asked).index(resource_id)
        return place % KEPT == KEPT - 1 and self.asked[resource_id] is RunAction.PROVISION

    def _take_down(self, resource_id: ResourceId) -> None:
        request = RequestDestructionRequest(resource_id=resource_id)
        self.ground.service.request_destruction()(request)
        self.asked[resource_id] = RunAction.DESTROY

    def _again(self, resource_id: ResourceId) -> None:
        if self.asked[resource_id] is RunAction.DESTROY:
            self._take_down(resource_id)
            return
        self.ground.service.retry_resource()(RetryResourceRequest(resource_id=resource_id))

    def _under_way(self) -> int:
        return sum(run.status.active for run in self.last_runs().values())

    def last_runs(self) -> Mapping[ResourceId, Run]:
        with self.ground.service.unit_of_work() as work:
            return work.runs.latest(list(self.asked))

    def runs(self) -> Iterator[Run]:
        """Yield every run there ever was."""
        with self.ground.service.unit_of_work() as work:
            for resource_id in self.asked:
                yield from work.runs.of_resource(resource_id)

    def statuses(self) -> dict[ResourceId, ResourceStatus]:
        """Return how each resource stands."""
        with self.ground.service.unit_of_work() as work:
            return {each: work.resources.get(each).status for each in self.asked}

    def satisfied(self) -> bool:
        """Tell whether nothing is under way; what failed is tried again."""
        for resource_id, run in self.last_runs().items():
            if run.status is RunStatus.ERRORED:
                self._again(resource_id)
        return all(run.status is RunStatus.APPLIED for run in self.last_runs().values())

    def all_is_well(self) -> None:
        """See that the cloud has what is wanted once, and no more, and that nobody is at it."""
        assert {each: self._there(each) for each in self.asked} == {
            each: sorted(ADDRESSES) if action is RunAction.PROVISION else []
            for each, action in self.asked.items()
        }
        assert self.statuses() == {each: action.done for each, action in self.asked.items()}
        assert no_process_left(Path(self.ground.environment["MULTICLOUD_DATA_DIR"]) / "terraform")
        for run in self.runs():
            assert [each.status.active for each in run.history].count(False) == 1, run
            assert run.status is RunStatus.APPLIED or run.error, run

    def _there(self, resource_id: ResourceId) -> list[str]:
        """Return the addresses that the objects of a resource carry; doubles are there twice."""
        ec2 = client(self.ground.aws.endpoint, "ec2", REGION)
        ours = [{"Name": "tag:multi-cloud-resource-id", "Values": [str(resource_id)]}]
        found = [
            *ec2.describe_vpcs(Filters=ours)["Vpcs"],
            *ec2.describe_subnets(Filters=ours)["Subnets"],
        ]
        return sorted(tags_of(each)["multi-cloud-address"] for each in found)

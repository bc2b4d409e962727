"""Take up the work on one resource alone, and give it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from application.adoption import Adoption
from application.cloud_door import CloudDoor
from application.leasing import given_back
from application.module_variables import module_variables
from application.patience import PAUSES, Patience
from application.planning import PLAN, Planner
from application.ports.clock import Clock
from application.ports.clouds import Clouds
from application.ports.errors import LeaseTaken
from application.ports.owned_objects import Ownership
from application.ports.secret_box import SecretBox
from application.ports.terraform import Workspaces
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from application.run_ending import RunEnding
from application.run_journal import RunJournal
from application.state_keeping import StateKeeper
from application.steps import Steps
from application.terraform_run import TerraformRun
from domain.accounts import Credential, SealedSecret, SubAccountId
from domain.adoption import ownership_tags
from domain.leases import Lease, terraform_lease
from domain.provisioning import InstallationId, Resource, ResourceId, ResourceStatus, Run, RunAction

LEASE: Final = timedelta(minutes=1)
GRACE: Final = timedelta(minutes=10)
SETTLING: Final = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """How far a resource is after somebody worked on it."""

    resource_id: ResourceId
    resource_status: ResourceStatus
    run: Run | None
    """The run that was worked on; None where there was nothing to do."""
    busy: bool = False
    """Whether somebody else works on it already."""

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        outcome = "already_running" if self.busy else "nothing_to_do"
        return {
            "resource_id": self.resource_id,
            "status": self.resource_status.value,
            "run_id": None if self.run is None else self.run.id,
            "outcome": outcome if self.run is None else self.run.status.value,
        }


class TerraformWork:
    """Works on one resource at a time, alone, and goes on with what somebody else left."""

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        workspaces: Workspaces,
        clouds: Clouds,
        secret_box: SecretBox,
        clock: Clock,
        holder: str,
        lease_duration: timedelta = LEASE,
        grace: timedelta = GRACE,
        settling: timedelta = SETTLING,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """*grace* is for a step that was asked to end; *settling* how old a cloud's answers are.

        *pauses* are the seconds before a cloud that could not answer is asked again.
        """
        self._unit_of_work = unit_of_work
        self._workspaces = workspaces
        self._clouds = clouds
        self._secret_box = secret_box
        self._clock = clock
        self._holder = holder
        self._lease_duration = lease_duration
        self._grace = grace
        self._settling = settling
        self._pauses = pauses

    def __call__(self, resource_id: ResourceId, action: RunAction) -> RunReport:
        """Bring the resource's active run, if it is for *action*, to its end; report it.

        Raises:
            NotFound: there is no such resource.
            LeaseLost: another worker took over; what it writes counts.
            Transient: the store is away; whoever asks again goes on from there.
        """
        with self._unit_of_work() as work:
            try:
                lease = self._claim(work, resource_id)
            except LeaseTaken:
                return _nothing_done(work.resources.get(resource_id), busy=True)
            order = self._order(work, resource_id)
            work.commit()
        with given_back(self._unit_of_work, lease):
            if order.run is None or order.run.action is not action:
                return _nothing_done(order.resource)
            return self._alone(order, order.run, lease)

    def _claim(self, work: UnitOfWork, resource_id: ResourceId) -> Lease:
        return work.leases.claim(
            terraform_lease(resource_id), holder=self._holder, duration=self._lease_duration
        )

    def _order(self, work: UnitOfWork, resource_id: ResourceId) -> "_Order":
        """Read what there is to do, now that nobody else changes it."""
        resource = work.resources.get(resource_id)
        return _Order(
            resource=resource,
            built_in=_built_in(work, resource),
            run=work.runs.active(resource_id),
            installation=work.resources.installation(),
            credential=work.credentials.get(resource.credential_id),
            secret=work.credentials.secret(resource.credential_id),
        )

    def _alone(self, order: "_Order", run: Run, lease: Lease) -> RunReport:
        journal = RunJournal(
            unit_of_work=self._unit_of_work,
            clock=self._clock,
            secret_box=self._secret_box,
            lease=lease,
            lease_duration=self._lease_duration,
            resource=order.resource,
            run=run,
        )
        ended = self._terraform(journal, order)()
        return RunReport(
            resource_id=order.resource.id, resource_status=journal.resource.status, run=ended
        )

    def _terraform(self, journal: RunJournal, order: "_Order") -> TerraformRun:
        resource, installation = order.resource, order.installation
        workspace = self._workspaces.of(resource.id)
        door = self._door(order, journal)
        patience = Patience(journal=journal, clock=self._clock, pauses=self._pauses)
        environment = partial(patience, door.environment)
        owner = Ownership(installation=installation, resource_id=resource.id)
        states = StateKeeper(journal=journal, workspace=workspace, secret_box=self._secret_box)
        steps = Steps(
            journal=journal,
            workspace=workspace,
            environment=environment,
            clock=self._clock,
            grace=self._grace,
            object_finished=states.keep_what_is_whole,
        )
        adoption = Adoption(
            workspace=workspace,
            environment=environment,
            search=lambda: patience(partial(door.search, owner, region=_region(resource))),
            ownership=ownership_tags(installation=installation, resource_id=resource.id),
            plan=partial(steps.run, PLAN),
            hold=journal.beat,
        )
        planner = Planner(
            journal=journal,
            steps=steps,
            states=states,
            workspace=workspace,
            adoption=adoption,
            variables=partial(
                module_variables, resource, installation, for_action=journal.run.action
            ),
        )
        ending = RunEnding(journal=journal, states=states, workspace=workspace, adoption=adoption)
        return TerraformRun(
            journal=journal, steps=steps, states=states, plan=planner, ending=ending
        )

    def _door(self, order: "_Order", journal: RunJournal) -> CloudDoor:
        def settle_in(place: SubAccountId) -> None:
            """Remember the place with the step that is begun next, and so before it is started."""
            journal.owe(lambda work: work.resources.bind(order.resource.id, place))

        return CloudDoor(
            unit_of_work=self._unit_of_work,
            clouds=self._clouds,
            clock=self._clock,
            credential=order.credential,
            secret=order.secret,
            settling=self._settling,
            built_in=order.built_in,
            settle_in=settle_in,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What is to be done, and with what."""

    resource: Resource
    built_in: SubAccountId | None
    run: Run | None
    installation: InstallationId
    credential: Credential
    secret: SealedSecret


def _nothing_done(resource: Resource, *, busy: bool = False) -> RunReport:
    return RunReport(resource_id=resource.id, resource_status=resource.status, run=None, busy=busy)


def _built_in(work: UnitOfWork, resource: Resource) -> SubAccountId | None:
    """Return where something of it may exist; None while nothing was ever applied."""
    begun = work.run_log.last_apply(resource.id, RunAction.PROVISION)
    return resource.sub_account_id if begun or work.states.latest(resource.id) else None


def _region(resource: Resource) -> str:
    """Return where to search by tags; nowhere for what is asked for by another place."""
    return str(resource.spec.get("region", ""))

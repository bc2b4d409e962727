"""Ask the cloud itself whether a resource is still as Terraform left it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from application.cloud_door import CloudDoor
from application.module_variables import module_variables
from application.owning import resource_for, user_asking
from application.ports.clock import Clock
from application.ports.clouds import Clouds
from application.ports.errors import Conflict, Rejected, TimedOut
from application.ports.provisioning import StoredState
from application.ports.secret_box import SecretBox
from application.ports.terraform import (
    Ended,
    ProviderEnvironment,
    TerraformCommand,
    TerraformProcess,
    Workspace,
    Workspaces,
)
from application.ports.unit_of_work import OpenUnitOfWork
from domain.adoption import complaint
from domain.inventory import Json
from domain.plan_drift import DriftedObject, drifted
from domain.provisioning import Resource, ResourceId, RunAction, RunId
from domain.terraform import CHANGES, UNCHANGED, Command, LogRecord, StepId

_LIMIT: Final = timedelta(minutes=10)
"""For looking at one resource: a provider that waits for its cloud would wait for hours."""
_UNEXPLAINED: Final = (
    "Terraform could not compare, and did not say why. See whether this machine has enough memory "
    "and disk space, then try again."
)
_NO_RUN: Final = RunId(0)
"""It is not a run: it changes nothing, and nobody needs to go on with it."""
_STEPS: Final = (
    TerraformCommand(command=Command.INIT),
    TerraformCommand(command=Command.PLAN, refresh_only=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmDriftRequest:
    """Which resource to look at."""

    resource_id: ResourceId
    user_email: str | None = None
    """Whose it must be; None: an operator asks, who may have everybody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmDriftReport:
    """What Terraform found."""

    resource: Resource
    objects: tuple[DriftedObject, ...]
    """Empty if everything is as it was left."""


class ConfirmDrift:
    """Compare what the cloud has with the stored state, object by object, and change nothing.

    It works on a copy of the state in a folder of its own, so it disturbs no run.
    """

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        workspaces: Workspaces,
        clouds: Clouds,
        secret_box: SecretBox,
        clock: Clock,
        limit: timedelta = _LIMIT,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._workspaces = workspaces
        self._clouds = clouds
        self._secret_box = secret_box
        self._clock = clock
        self._limit = limit

    def __call__(self, request: ConfirmDriftRequest) -> ConfirmDriftReport:
        """Return what drifted.

        Raises:
            NotFound: this user has no such resource, or there is no such user.
            Conflict: nothing of it was built, so that nothing can have drifted.
            Rejected: Terraform could not compare; the text says why.
            TimedOut: it did not come to an end within the limit, and was stopped.
            PortError: the cloud, or Terraform, cannot be used.
        """
        with self._unit_of_work() as work:
            user = user_asking(work, request.user_email)
            resource = resource_for(work, user, request.resource_id)
            state = work.states.latest(resource.id)
            variables = module_variables(
                resource, work.resources.installation(), for_action=RunAction.DESTROY
            )
        if state is None:
            raise Conflict(
                f"Nothing of {resource} was built, so nothing of it can have changed.",
                remedy=f"See what became of it with `multicloud resources show {resource.id}`.",
            )
        environment = self._door(resource).environment()
        with self._furnished(resource, state, variables) as workspace:
            found = self._compared(workspace, environment)
        return ConfirmDriftReport(resource=resource, objects=found)

    def _door(self, resource: Resource) -> CloudDoor:
        with self._unit_of_work() as work:
            credential = work.credentials.get(resource.credential_id)
            secret = work.credentials.secret(resource.credential_id)
        return CloudDoor(
            unit_of_work=self._unit_of_work,
            clouds=self._clouds,
            credential=credential,
            secret=secret,
            built_in=resource.sub_account_id,
        )

    @contextmanager
    def _furnished(
        self, resource: Resource, state: StoredState, variables: Mapping[str, Json]
    ) -> Iterator[Workspace]:
        workspace = self._workspaces.apart()
        try:
            workspace.configure(resource.kind, variables, lock_file=state.lock_file)
            workspace.put_state(self._secret_box.open(state.sealed).reveal())
            yield workspace
        finally:
            workspace.remove()

    def _compared(
        self, workspace: Workspace, environment: ProviderEnvironment
    ) -> tuple[DriftedObject, ...]:
        deadline = self._clock.now() + self._limit
        for number, command in enumerate(_STEPS, 1):
            step = StepId(run_id=_NO_RUN, number=number)
            process = workspace.start(step, command, environment)
            self._wait_for(process, until=deadline)
            exit_code, records = _end_of(process)
            if exit_code not in {UNCHANGED, CHANGES}:
                raise Rejected(complaint(records) or _UNEXPLAINED)
        if exit_code == UNCHANGED:
            return ()
        return drifted(workspace.plan_document(environment))

    def _wait_for(self, process: TerraformProcess, *, until: datetime) -> None:
        try:
            left = until - self._clock.now()
            if not process.wait(left.total_seconds()):
                minutes = self._limit / timedelta(minutes=1)
                raise TimedOut(
                    f"Terraform was still comparing after {minutes:g} minutes, so it was stopped.",
                    remedy="See with `multicloud health --check` whether the cloud answers, then "
                    "try again.",
                )
        except BaseException:
            process.kill()  # it changes nothing, so nothing is lost
            raise


def _end_of(process: TerraformProcess) -> tuple[int | None, list[LogRecord]]:
    records: list[LogRecord] = []
    while lines := process.read(records[-1].end if records else 0):
        records.extend(lines)
    outcome = process.outcome()
    return outcome.exit_code if isinstance(outcome, Ended) else None, records

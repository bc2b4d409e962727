"""Put together what brings one run of Terraform to its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from application.adoption import Adoption
from application.cloud_door import CloudDoor
from application.module_variables import module_variables
from application.patience import PAUSES, Patience
from application.planning import PLAN, Planner
from application.ports.clock import Clock
from application.ports.clouds import Clouds
from application.ports.owned_objects import OwnedObject, Ownership
from application.ports.secret_box import SecretBox
from application.ports.stopping import OnStop, Stopping
from application.ports.terraform import Workspace, Workspaces
from application.ports.unit_of_work import OpenUnitOfWork
from application.run_ending import RunEnding
from application.run_journal import RunJournal
from application.run_orders import RunOrder
from application.state_keeping import StateKeeper
from application.steps import Steps
from application.terraform_run import TerraformRun
from domain.accounts import SubAccountId
from domain.adoption import ownership_tags
from domain.inventory import Json

GRACE: Final = timedelta(minutes=10)
SETTLING: Final = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long a run waits, and for what."""

    grace: timedelta = GRACE
    """For a step that was asked to end."""
    settling: timedelta = SETTLING
    """Before a search: how old the answers of a cloud may be."""
    pauses: Sequence[float] = PAUSES
    """Before a cloud that could not answer is asked again, in seconds."""


class TerraformRuns:
    """Knows what a run needs of the outside."""

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        workspaces: Workspaces,
        clouds: Clouds,
        secret_box: SecretBox,
        clock: Clock,
        stopping: Stopping,
        on_stop: OnStop = OnStop.LEAVE,
        waits: Waits | None = None,
    ) -> None:
        """*on_stop* is what becomes of Terraform once *stopping* says that it is time."""
        self._unit_of_work = unit_of_work
        self._workspaces = workspaces
        self._clouds = clouds
        self._secret_box = secret_box
        self._clock = clock
        self._stopping = stopping
        self._on_stop = on_stop
        self._waits = waits or Waits()

    def of(self, order: RunOrder, journal: RunJournal) -> TerraformRun:
        """Return the run of *order*, to be gone on with and written into *journal*."""
        workspace = self._workspaces.of(order.resource.id)
        patience = Patience(journal=journal, pauses=self._waits.pauses)
        door = self._door(order, journal)
        states = StateKeeper(
            journal=journal, workspace=workspace, secret_box=self._secret_box, stored=order.state
        )
        steps = Steps(
            journal=journal,
            workspace=workspace,
            environment=partial(patience, door.environment),
            unseal=door.unseal,
            clock=self._clock,
            grace=self._waits.grace,
            object_finished=states.keep_what_is_whole,
            stopping=self._stopping,
            on_stop=self._on_stop,
        )
        adoption = self._adoption(
            order, journal, workspace=workspace, door=door, patience=patience, steps=steps
        )
        return TerraformRun(
            journal=journal,
            steps=steps,
            states=states,
            plan=Planner(
                journal=journal,
                steps=steps,
                states=states,
                workspace=workspace,
                adoption=adoption,
                variables=partial(_variables, order, journal),
                last_apply=order.last_apply,
            ),
            ending=RunEnding(
                journal=journal, states=states, workspace=workspace, adoption=adoption
            ),
        )

    def _adoption(
        self,
        order: RunOrder,
        journal: RunJournal,
        *,
        workspace: Workspace,
        door: CloudDoor,
        patience: Patience,
        steps: Steps,
    ) -> Adoption:
        installation, resource_id = order.installation, order.resource.id
        return Adoption(
            workspace=workspace,
            environment=partial(patience, door.environment),
            search=partial(self._search, order, journal, door=door, patience=patience),
            journal=journal,
            ownership=ownership_tags(installation=installation, resource_id=resource_id),
            plan=partial(steps.run, PLAN),
        )

    def _search(
        self, order: RunOrder, journal: RunJournal, *, door: CloudDoor, patience: Patience
    ) -> Sequence[OwnedObject]:
        """Return what exists with the tags of *order* and cannot be found by its name.

        It is searched for where the resource says; nowhere for what is asked for by another place.
        """
        objects = patience(door.owned_objects)
        if objects is None:
            return ()
        journal.wait(self._waits.settling)
        owner = Ownership(installation=order.installation, resource_id=order.resource.id)
        region = str(order.resource.spec.get("region", ""))
        return patience(partial(objects.find, owner, region=region))

    def _door(self, order: RunOrder, journal: RunJournal) -> CloudDoor:
        def settle_in(place: SubAccountId) -> None:
            """Remember the place with the step that is begun next, and so before it is started."""
            journal.owe(lambda work: work.resources.bind(order.resource.id, place))

        return CloudDoor(
            unit_of_work=self._unit_of_work,
            clouds=self._clouds,
            credential=order.credential,
            secret=order.secret,
            built_in=order.built_in,
            settle_in=settle_in,
        )


def _variables(order: RunOrder, journal: RunJournal) -> Mapping[str, Json]:
    return module_variables(order.resource, order.installation, for_action=journal.run.action)

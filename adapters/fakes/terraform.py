"""Terraform in memory: starts each step once, forgets nothing, and breaks when told to."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from itertools import count

from adapters.fakes.terraform_folder import Configured, Disk, Folder
from adapters.fakes.terraform_process import FakeProcess
from adapters.fakes.terraform_world import World
from application.ports.errors import Conflict, NotFound, PortError
from application.ports.terraform import (
    ProviderEnvironment,
    TerraformCommand,
    TerraformProcess,
    Workspace,
    Workspaces,
)
from domain.inventory import Json, ResourceKind
from domain.ownership import INSTALLATION_TAG, RESOURCE_TAG
from domain.provisioning import ResourceId
from domain.terraform import Address, Command, StepId

_MARKS = {"resource_id": RESOURCE_TAG, "installation": INSTALLATION_TAG}


@dataclass(slots=True, kw_only=True)
class Course:
    """What is to become of the next step of one command."""

    pauses_after: int | None = None
    """It waits when it has written so many lines, until `go_on`, `die`, `kill` or `interrupt`."""
    dies_after: int | None = None
    """It is gone when it has written so many lines, and nobody learns how it ended."""
    every_time: bool = False
    """Whether later steps of the command take it too."""
    deaf: bool = False
    """It goes on when it is asked to end."""
    out_of_reach: bool = False
    """It can be followed, but neither be asked to end nor be killed."""


class FakeWorkspace(Workspace):
    """One workspace in memory; `world` is what it works on."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self._folder = Folder()
        self._courses: dict[Command, Course] = {}
        self._disk = Disk()
        self.before: dict[Command, Callable[[], object]] = {}
        """What somebody else does to the folder just before the next step of a command."""
        self.stuck: PortError | None = None
        """What keeps anything from being removed; None: nothing does."""
        self.started: list[tuple[StepId, TerraformCommand]] = []
        """Every command that was started, in order; it outlives the folder."""

    def direct(self, command: Command, course: Course) -> None:
        """Let the next step that runs *command* take this *course*."""
        self._courses[command] = course

    def fail(self, error: PortError, *, times: int | None = None) -> None:
        """Let everything that needs the disk raise *error*, for good or so many *times*."""
        self._disk.fail(error, times=times)

    def heal(self) -> None:
        """Let nothing fail any more."""
        self._disk.heal()

    def lose_folder(self) -> None:
        """Lose all that was in the folder; the cloud keeps what it has."""
        for process in self._folder.steps.values():
            process.vanish()
        self._folder = Folder()
        self.world.state, self.world.plan, self.world.adopting = None, None, {}

    @property
    def configured(self) -> Configured | None:
        """What it was last configured with; None if it was not, or is no longer there."""
        return self._folder.configured

    def process(self, step: StepId) -> FakeProcess:
        """Return the process of a step that was started.

        Raises:
            KeyError: it was not, or its folder is gone.
        """
        return self._folder.steps[step]

    def configure(
        self, kind: ResourceKind, variables: Mapping[str, Json], *, lock_file: str | None
    ) -> None:
        """Remember it."""
        self._disk.use()
        self._folder.configured = Configured(kind=kind, variables=dict(variables))
        self.world.marks = {
            tag: str(variables[name]) for name, tag in _MARKS.items() if name in variables
        }
        self._folder.lock_file = lock_file or self._folder.lock_file

    def adopt(self, found: Mapping[Address, str]) -> None:
        """Remember it for the next plans."""
        self._disk.use()
        self.world.adopting = dict(found)

    def state(self) -> str | None:
        """Return what the world's state is."""
        self._disk.use()
        return self.world.state or None

    def put_state(self, text: str) -> None:
        """Let *text* be the world's state."""
        self._disk.use()
        self.world.state = text

    def lock_file(self) -> str | None:
        """Return what was laid down, or made by the first init."""
        self._disk.use()
        return self._folder.lock_file

    def start(
        self, step: StepId, command: TerraformCommand, environment: ProviderEnvironment
    ) -> TerraformProcess:
        """Do it at once, as far as its course goes."""
        self._disk.use()
        if self._folder.last(step.run_id) >= step.number:
            raise Conflict(f"{step} was started, forbidden or passed over.")
        self.before.pop(command.command, bool)()
        self.started.append((step, command))
        if self._folder.configured is not None:
            self._folder.configured.environment = environment
        if command.command is Command.INIT:
            self._folder.fix_providers()
        course = self._courses.get(command.command, Course())
        if not course.every_time:
            self._courses.pop(command.command, None)
        process = FakeProcess.started(
            lambda: self.world.perform(command),
            pauses_after=course.pauses_after,
            dies_after=course.dies_after,
            deaf=course.deaf,
            out_of_reach=course.out_of_reach,
        )
        self._folder.steps[step] = process
        return process

    def forbid(self, step: StepId) -> None:
        """Remember it as it stands now."""
        if step not in self._folder.steps:
            self._folder.forbidden.setdefault(step, self.find(step))

    def find(self, step: StepId) -> FakeProcess:
        """Return what was started, or one that stands for what was not."""
        self._disk.use()
        return self._folder.find(step)

    def plan_document(
        self,
        environment: ProviderEnvironment,  # noqa: ARG002 - no provider is asked
    ) -> Mapping[str, Json]:
        """Tell the world's plan."""
        self._disk.use()
        document = self.world.plan_document()
        if document is None:
            raise NotFound("There is no plan.", remedy="Make one first.")
        return document

    def import_id(
        self,
        planned: Mapping[str, Json],
        environment: ProviderEnvironment,  # noqa: ARG002 - no provider is asked
    ) -> str | None:
        """Return the id that the world is certain of."""
        return self.world.certain_ids.get(Address(str(planned["address"])))

    def tidy(self, *, keep_state: bool) -> None:
        """Forget the plan and all that belongs to it, unless a step runs."""
        self._disk.use()
        if self.stuck is not None:
            raise copy(self.stuck)
        if self._folder.busy():
            return
        self.world.plan, self.world.adopting = None, {}
        self._folder.forget_lines()
        if not keep_state:
            self.world.state = ""

    @property
    def untidy(self) -> bool:
        """Whether there is something that `tidy` would forget."""
        kept = (self.world.plan, self.world.adopting, self.world.state)
        return any(kept) or self._folder.has_lines()

    def remove(self) -> None:
        """Forget everything but the cloud."""
        self._disk.use()
        self.lose_folder()


class FakeWorkspaces(Workspaces):
    """Workspaces in memory; each is made when it is first asked for."""

    def __init__(self) -> None:
        self._known: dict[ResourceId, FakeWorkspace] = {}
        self._numbers = count(1)
        self.aside: dict[int, FakeWorkspace] = {}
        """Those apart, in the order in which they were asked for, from 1 on."""

    def of(self, resource_id: ResourceId) -> FakeWorkspace:
        """Return the one of the resource, the same each time."""
        return self._known.setdefault(resource_id, FakeWorkspace())

    def untidy(self) -> list[ResourceId]:
        """Return those of which something is left."""
        return sorted(each for each, workspace in self._known.items() if workspace.untidy)

    def put(self, resource_id: ResourceId, workspace: FakeWorkspace) -> None:
        """Let the resource have this workspace."""
        self._known[resource_id] = workspace

    def apart(self) -> FakeWorkspace:
        """Return a fresh one."""
        return self.aside.setdefault(next(self._numbers), FakeWorkspace())

"""The folder of a workspace in memory, and the disk that it is on."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field

from adapters.fakes.terraform_process import FakeProcess
from application.ports.errors import PortError
from application.ports.terraform import ProviderEnvironment, Unended
from domain.inventory import Json, ResourceKind
from domain.provisioning import RunId
from domain.terraform import StepId

_LOCK_FILE = "# which providers\n"


@dataclass(slots=True, kw_only=True)
class Configured:
    """What a workspace was last configured with."""

    kind: ResourceKind
    variables: Mapping[str, Json]
    environment: ProviderEnvironment | None = None
    """With what its last command was run."""


@dataclass(slots=True)
class Folder:
    """What is gone when a folder is gone."""

    configured: Configured | None = None
    lock_file: str | None = None
    steps: dict[StepId, FakeProcess] = field(default_factory=dict)
    forbidden: dict[StepId, FakeProcess] = field(default_factory=dict)
    """What stands for the steps that must never be started."""

    def fix_providers(self) -> None:
        """Make a lock file, unless there is one."""
        self.lock_file = self.lock_file or _LOCK_FILE

    def last(self, run_id: RunId) -> int:
        """Return the number of the last step of a run that was started or forbidden; 0: none."""
        settled = (*self.steps, *self.forbidden)
        return max((step.number for step in settled if step.run_id == run_id), default=0)

    def busy(self) -> bool:
        """Tell whether a step runs."""
        return any(each.outcome() is Unended.RUNNING for each in self.steps.values())

    def has_lines(self) -> bool:
        """Tell whether anything is left of what a step wrote."""
        return any(each.read(0) for each in self.steps.values())

    def forget_lines(self) -> None:
        """Forget what the steps wrote."""
        for each in self.steps.values():
            each.forget_lines()

    def find(self, step: StepId) -> FakeProcess:
        """Return what was started, or one that stands for what was not.

        Where nothing of the run is left, or a later step passed it over, nobody knows.
        """
        if found := self.steps.get(step) or self.forbidden.get(step):
            return found
        if 0 < self.last(step.run_id) < step.number:
            return FakeProcess.never_started()
        return FakeProcess.lost()


class Disk:
    """A disk that can fail."""

    def __init__(self) -> None:
        self._error: PortError | None = None
        self._left: int | None = None

    def fail(self, error: PortError, *, times: int | None) -> None:
        """Let each use raise *error*, for good or so many *times*."""
        self._error, self._left = error, times

    def heal(self) -> None:
        """Let no use fail any more."""
        self._error = None

    def use(self) -> None:
        """Raise what was asked for, if anything was."""
        if self._error is None or self._left == 0:
            return
        if self._left is not None:
            self._left -= 1
        raise copy(self._error)

"""Running Terraform for one resource, in a folder that outlives whoever started it."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeAlias

from domain.accounts import SubAccountId
from domain.inventory import Json, ResourceKind
from domain.provisioning import ResourceId
from domain.terraform import Address, Command, LogRecord, StepId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEnvironment:
    """What opens a cloud to Terraform's provider; its secrets never show themselves."""

    sub_account_id: SubAccountId
    """Where the provider builds: the AWS account, Azure subscription or Google Cloud project."""
    variables: Mapping[str, str] = field(repr=False)
    """Environment variables, by name."""
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Texts that the provider wants in a file, by the variable that is to hold the file's path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TerraformCommand:
    """One Terraform command, apart from where and with which keys it runs."""

    command: Command
    destroy: bool = False
    """Of a plan: to take everything down."""
    refresh_only: bool = False
    """Of a plan: to change nothing but what the state says."""
    targets: tuple[Address, ...] = ()
    """Of a plan: these objects and what they need; empty for all."""


class Unended(Enum):
    """How a step stands that has not ended in a way we know of."""

    NEVER_STARTED = "never started"
    """The folder of its run is whole, and this step was not started in it."""
    RUNNING = "running"
    LOST = "lost"
    """Its process is gone and nobody knows how it ended, or its folder is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A step whose command ended."""

    exit_code: int
    """As a shell gives it: 128 and the number of the signal that killed it."""


Outcome: TypeAlias = Unended | Ended


class TerraformProcess(Protocol):
    """One step, whoever started it: it goes on when its starter dies."""

    @abstractmethod
    def outcome(self) -> Outcome:
        """Return how it stands now."""

    @abstractmethod
    def wait(self, seconds: float) -> bool:
        """Wait until no process of the step is left, at most so long; tell whether that is so."""

    @abstractmethod
    def read(self, offset: int) -> Sequence[LogRecord]:
        """Return what it wrote from *offset* bytes on, line by line, as far as it is whole.

        A last line without an end is given once nothing can be added to it. One answer holds
        some hundred lines at most: ask again from the end of the last one. Empty: nothing new.
        """

    @abstractmethod
    def interrupt(self) -> None:
        """Ask Terraform to end in an orderly way: call it once, for the second time it panics.

        A step that has ended is left alone.

        Raises:
            Unavailable: it runs where it cannot be reached from here, as in another container
                on the same volume; it goes on, and can still be followed.
        """

    @abstractmethod
    def interrupted(self) -> bool:
        """Tell whether somebody asked Terraform to end; it may have been done before it heard."""

    @abstractmethod
    def kill(self) -> None:
        """End every process of the step at once; the cloud may then have what no state knows.

        Raises:
            Unavailable: some of them run where they cannot be reached from here; they go on.
        """


class Workspace(Protocol):
    """The folder in which Terraform works on one resource; only its owner may read it.

    Any method may raise `Unavailable` when the disk is full or not to be written, and `Rejected`
    when there is no Terraform that can be used.
    """

    @abstractmethod
    def configure(
        self, kind: ResourceKind, variables: Mapping[str, Json], *, lock_file: str | None
    ) -> None:
        """Lay down the module of *kind* and its *variables*.

        *lock_file* fixes the versions of the providers; None leaves the one that is there.
        """

    @abstractmethod
    def adopt(self, found: Mapping[Address, str]) -> None:
        """Have the next plan take over the objects *found*, by their ids; none: nothing."""

    @abstractmethod
    def state(self) -> str | None:
        """Return the state as it is now; None if there is no file, or an empty one.

        What Terraform could not store and left beside it comes first if it is whole and newer,
        and is put in its place, unless Terraform is at work in the folder.
        """

    @abstractmethod
    def put_state(self, text: str) -> None:
        """Put *text* in the place of the state; an empty one means that there is none."""

    @abstractmethod
    def lock_file(self) -> str | None:
        """Return what fixes the versions of the providers; None before the first init."""

    @abstractmethod
    def start(
        self, step: StepId, command: TerraformCommand, environment: ProviderEnvironment
    ) -> TerraformProcess:
        """Start *command* as *step* of its run; a step is started once and never again.

        Raises:
            Conflict: this step was started or forbidden before, or a later one of its run was.
            Unavailable: the disk is full, or the folder cannot be written.
            Rejected: there is no Terraform, or it is too old.
        """

    @abstractmethod
    def forbid(self, step: StepId) -> None:
        """See to it that *step* can never be started any more.

        No error if it was started or forbidden before. Somebody may have started it just now:
        ask for its outcome afterwards. One that was never started stays so for good.
        """

    @abstractmethod
    def find(self, step: StepId) -> TerraformProcess:
        """Return *step* as it was left by whoever started it, or never started."""

    @abstractmethod
    def plan_document(self, environment: ProviderEnvironment) -> Mapping[str, Json]:
        """Return the plan that was made last, as `terraform show -json` tells it.

        It holds secrets: look at it and keep nothing of it.

        Raises:
            NotFound: there is no plan.
            TimedOut: Terraform did not answer.
        """

    @abstractmethod
    def import_id(
        self, planned: Mapping[str, Json], environment: ProviderEnvironment
    ) -> str | None:
        """Return the id under which an object that is *planned* would exist, if that is certain.

        *planned* is one of `resource_changes` of a plan document. None where the cloud chooses
        the id.
        """

    @abstractmethod
    def tidy(self, *, keep_state: bool) -> None:
        """Remove what only a run under way needs, and what may hold secrets.

        That is the plan, what the next one was to take over, keys, what the steps wrote, and the
        state, unless *keep_state*. While a step runs, nothing is removed. How each step stands
        is still known afterwards.
        """

    @abstractmethod
    def remove(self) -> None:
        """Remove the folder and all that is in it; no error if there is none."""


class Workspaces(Protocol):
    """Where Terraform works."""

    @abstractmethod
    def of(self, resource_id: ResourceId) -> Workspace:
        """Return the workspace of the resource; nothing is made before it is configured."""

    @abstractmethod
    def untidy(self) -> Sequence[ResourceId]:
        """Return the resources of which something is left that `tidy` would remove, in order."""

    @abstractmethod
    def apart(self) -> Workspace:
        """Return a fresh workspace that nobody else knows; remove it after use."""

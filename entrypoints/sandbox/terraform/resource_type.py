"""What the engine asks of a resource type, and what a provider is made of."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, Protocol, TypeVar

from entrypoints.sandbox.terraform.schema import Block, Values


class Cloud(Protocol):
    """What a resource type needs to reach its cloud: clients, a region, a project.

    One class per cloud, built from the environment and the provider block. Building one reaches
    nothing: clients are made when they are asked for.
    """


C = TypeVar("C", bound=Cloud)


class CloudRefused(Exception):
    """The cloud, or the provider before it, said no: becomes an error diagnostic."""

    def __init__(self, summary: str, detail: str = "") -> None:
        super().__init__(summary, detail)
        self.summary = summary
        self.detail = detail


class ResourceType(ABC, Generic[C]):
    """One kind of object: how it looks, and how it is made, read, changed and destroyed.

    What is returned may leave names of the schema out (they become null, or no block) and may not
    add any. Every method may raise CloudRefused. Whatever else is raised ends up as a diagnostic
    that says the sandbox broke, so a real mistake is seen and not hidden.
    """

    name: ClassVar[str]
    schema: ClassVar[Block]

    @abstractmethod
    def create(self, cloud: C, planned: Values) -> Values:
        """Make it and return all of it; what *planned* holds as UNKNOWN is filled in.

        To say that it exists although something later failed, raise HalfMade.
        """

    @abstractmethod
    def read(self, cloud: C, state: Values) -> Values | None:
        """Return it as it is now; None if it is gone. *state* is what it was, never changed."""

    @abstractmethod
    def update(self, cloud: C, prior: Values, planned: Values) -> Values:
        """Change it in place to *planned*, and return all of it."""

    @abstractmethod
    def delete(self, cloud: C, state: Values) -> None:
        """Destroy it; what is gone already is no error."""

    @abstractmethod
    def find(self, cloud: C, import_id: str) -> Values | None:
        """Return the object that *import_id* names, as the real provider takes it; None if none.

        What cannot be read back is left out; `read` is called with the result right after.
        """

    def check(self, config: Values) -> None:
        """Refuse a configuration that the schema allows and the provider does not.

        Called by validate and plan, so any value may be UNKNOWN.

        Raises:
            CloudRefused: what is wrong and how to mend it.
        """

    def foresee(self, prior: Values | None, proposed: Values) -> Values:
        """Return *proposed*, improved by what can be known before the cloud is asked.

        *prior* is None when it will be made. Computed values come as UNKNOWN when it will be made,
        as they were otherwise; set those to UNKNOWN here that an update will change. The answer
        must hold every name that *proposed* does.
        """
        del prior
        return proposed


class HalfMade(CloudRefused):
    """It exists, and is not as asked: Terraform records it as tainted, or as far as it came."""

    def __init__(self, summary: str, detail: str = "", *, state: Values) -> None:
        super().__init__(summary, detail)
        self.state = state


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider(Generic[C]):
    """One cloud's provider: its block, how to reach the cloud, and what can be made there."""

    name: str
    config: Block
    """What may stand in `provider "name" {}`."""
    connect: Callable[[Values], C]
    """From the provider block's values; reads the environment, reaches nothing.

    Raises:
        CloudRefused: a credential or a place is missing; says which.
    """
    resources: Sequence[ResourceType[C]]

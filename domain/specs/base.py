"""What every spec has."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from domain.accounts import Provider
from domain.drift import Expectation
from domain.inventory import Json, ResourceKind


class Spec(BaseModel):
    """One thing that a user asks for: a kind, a name, and what the kind leaves open.

    Made by `domain.specs.reading.read_spec`, which says everything that is wrong.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        hide_input_in_errors=True,
    )

    kind: str
    name: str
    tags: Mapping[str, str] = Field(default_factory=dict)

    @property
    def resource_kind(self) -> ResourceKind:
        """The kind by which the inventory knows the main object."""
        return ResourceKind(self.kind)

    @property
    def provider(self) -> Provider:
        """The cloud that it is asked of."""
        return self.resource_kind.provider

    def document(self) -> dict[str, Json]:
        """Return the spec as it is stored: every field, defaults too; `read_spec` takes it back."""
        return self.model_dump(mode="json")

    def variables(self) -> dict[str, Json]:
        """Return what the kind's Terraform module is told: every field but the kind."""
        return self.model_dump(mode="json", exclude={"kind"})

    def expectation(self) -> Expectation:
        """Return what the inventory should see of the main object."""
        return Expectation(tags=self.tags)

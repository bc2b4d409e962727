"""One resource type's life: values in, values out; nothing here knows of messages."""

from dataclasses import dataclass
from typing import Any

from entrypoints.sandbox.terraform.planning import (
    Path,
    completed,
    replaced,
    settled,
    with_write_only,
)
from entrypoints.sandbox.terraform.resource_type import HalfMade, ResourceType
from entrypoints.sandbox.terraform.schema import Values
from entrypoints.sandbox.terraform.trouble import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What Terraform wants: from *prior* to *wanted*, None being nothing; *config* as written."""

    prior: Values | None
    wanted: Values | None
    config: Values | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What there is afterwards, None if nothing; it may be there although *trouble* struck."""

    state: Values | None
    trouble: Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A resource type, with the trouble that is scripted for it."""

    kind: ResourceType[Any]
    trouble: Trouble

    def plan(self, change: Change) -> tuple[Values | None, tuple[Path, ...]]:
        """Return what will be, and the differences that only a new object can make."""
        if change.wanted is None:
            return None, ()
        schema, prior = self.kind.schema, change.prior
        planned = self.kind.foresee(prior, completed(schema, prior=prior, proposed=change.wanted))
        if prior is None:
            return planned, ()
        return planned, tuple(replaced(schema, prior=prior, planned=planned))

    def read(self, cloud: Any, state: Values) -> Values | None:  # noqa: ANN401 - each its own
        """Return what there is now; None if it is gone."""
        with self.trouble.around(self.kind.name, "read"):
            found = self.kind.read(cloud, state)
        return None if found is None else settled(self.kind.schema, found)

    def apply(self, cloud: Any, change: Change) -> Applied:  # noqa: ANN401 - each its own
        """Make, change or destroy it; never raises, since what exists must be reported."""
        try:
            return Applied(state=self._applied(cloud, change))
        except HalfMade as trouble:
            return Applied(state=settled(self.kind.schema, trouble.state), trouble=trouble)
        except Exception as trouble:  # noqa: BLE001 - what was there before is not to be forgotten
            return Applied(state=change.prior, trouble=trouble)

    def _applied(self, cloud: Any, change: Change) -> Values | None:  # noqa: ANN401 - each its own
        kind, around = self.kind, self.trouble.around
        if change.wanted is None:
            with around(kind.name, "delete"):
                kind.delete(cloud, change.prior or {})
            return None
        wanted = with_write_only(kind.schema, change.wanted, change.config or change.wanted)
        if change.prior is None:
            with around(kind.name, "create"):
                state = kind.create(cloud, wanted)
        else:
            with around(kind.name, "update"):
                state = kind.update(cloud, change.prior, wanted)
        return settled(kind.schema, state)

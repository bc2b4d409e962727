"""Small things that happen in a sandbox while nobody looks, whatever its cloud."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What was changed, so that whoever looks later knows what to look for."""

    change: str
    kind: str
    region: str
    id: str
    name: str
    field: str
    before: str | None
    after: str | None

    def as_dict(self) -> dict[str, str | None]:
        """Return it as it is printed."""
        return asdict(self)


class NothingToChange(Exception):
    """The account has not, or no longer, what the change is about; the text says what."""


class Change(Protocol):
    """Makes something happen."""

    def __call__(self, *, name: str | None = None) -> Happening:
        """Let it happen to the resource *name*; None: to the one of the demo.

        Raises:
            NothingToChange: there is no such resource, or it happened to it before.
        """


def to_no_resource(happen: Callable[[], Happening]) -> Change:
    """Return the change that *happen* is, which takes no name as it is about no resource."""

    def change(*, name: str | None = None) -> Happening:
        if name is not None:
            raise NothingToChange(f"This change is about no resource: leave out the name {name!r}.")
        return happen()

    return change

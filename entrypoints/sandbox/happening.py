"""Small things that happen in a sandbox while nobody looks, whatever its cloud."""

from dataclasses import asdict, dataclass


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

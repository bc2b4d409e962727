"""What a cloud's error means to us, as tables say it."""

from dataclasses import dataclass

from application.ports.errors import PortError


@dataclass(frozen=True, slots=True)
class Meaning:
    """Which error of ours it is, and what to say; each table names the places in its sentences."""

    error: type[PortError]
    summary: str
    remedy: str


def each(meaning: Meaning, names: str) -> dict[str, Meaning]:
    """Return a table in which every one of *names*, parted by spaces, has this meaning."""
    return dict.fromkeys(names.split(), meaning)

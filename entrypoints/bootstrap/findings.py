"""What is found of the parts of the service by those who look whether they work."""

from collections.abc import Callable
from dataclasses import dataclass

from application.ports.errors import PortError, Rejected
from application.ports.secret_box import SecretBox, SecretText
from domain.errors import DomainError
from entrypoints.bootstrap.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was found of one part, and what to do if it is not as it should be."""

    part: str
    ok: bool
    found: str
    remedy: str = ""


def attempt(part: str, look: Callable[[], str]) -> Check:
    """Return what *look* finds of *part*, or what it raises."""
    try:
        return Check(part=part, ok=True, found=look())
    except (PortError, SettingsError) as error:
        return Check(part=part, ok=False, found=error.summary, remedy=error.remedy)
    except DomainError as error:
        return Check(part=part, ok=False, found=str(error))


def tables_at(revision: str | None, *, newest: str) -> str:
    """Say that the tables are at *revision*.

    Raises:
        Rejected: that is not the *newest* one that this version of the service knows.
    """
    if revision is not None and revision > newest:
        raise Rejected(
            f"The tables are at revision {revision}, newer than {newest}, the newest known here.",
            remedy="Use the version of the service that migrated them, or a newer one.",
        )
    if revision != newest:
        raise Rejected(
            f"The tables are at revision {revision or 'none'}, not at {newest}.",
            remedy="Run `multicloud db upgrade`.",
        )
    return f"reachable, tables at revision {revision}"


def opens_what_it_seals(box: SecretBox) -> str:
    """Say that *box* can be used.

    Raises:
        Rejected: it has no key, or one that is none.
    """
    box.open(box.seal(SecretText("sealed and opened")))
    return "seals and opens"

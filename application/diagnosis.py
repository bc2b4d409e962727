"""Turn what a cloud answered, or did not, into trouble that a person can act on."""

from datetime import datetime

from application.listing import Listing
from application.ports import errors
from application.ports.unit_of_work import UnitOfWork
from domain.accounts import CredentialId
from domain.errors import DomainError
from domain.health import HealthCheck, HealthStatus, ProviderHealth, Trouble
from domain.inventory import Location, ResourceKind, Scope
from domain.reconciliation import Changes
from domain.sentences import counted
from domain.syncs import ScopeRecord, ScopeStatus

_CAUSES: dict[type, HealthStatus] = {
    errors.AccessDenied: HealthStatus.DENIED,
    errors.CredentialsExpired: HealthStatus.EXPIRED,
    errors.Throttled: HealthStatus.THROTTLED,
    errors.Unavailable: HealthStatus.UNREACHABLE,
    errors.TimedOut: HealthStatus.UNREACHABLE,
}


_CUT_OFF = "SoftTimeLimitExceeded"
"""What ends a task that takes too long, by name: only the worker may know the queue's errors."""


def trouble_from(
    error: Exception, *, kind: ResourceKind | None = None, location: Location | None = None
) -> Trouble:
    """Describe *error*; whatever is not a known cloud failure is an `error`.

    Of an error that nobody expected only the type is told: its text may hold anything.
    """
    cause = next((_CAUSES[kin] for kin in type(error).__mro__ if kin in _CAUSES), None)
    detail, remedy = _in_words(error)
    return Trouble(
        cause=cause or HealthStatus.ERROR,
        detail=detail,
        remedy=remedy,
        kind=kind,
        location=location,
        permission=error.permission if isinstance(error, errors.PortError) else None,
    )


def _in_words(error: Exception) -> tuple[str, str]:
    """Return what happened and what to do about it."""
    match error:
        case errors.PortError():
            return error.summary, error.remedy
        case DomainError():
            return str(error), ""
        case _ if type(error).__name__ == _CUT_OFF:
            return "It took too long and was cut off.", "What was written by then is kept."
        case _:
            return (
                f"Something unexpected went wrong ({type(error).__name__}).",
                "This is a defect of the service: report it with the log of that moment.",
            )


def scope_status(listing: Listing, changes: Changes) -> ScopeStatus:
    """Say what became of a scope that was listed to its end."""
    if listing.unreadable:
        return ScopeStatus.INCOMPLETE
    return ScopeStatus.SUSPECT if changes.suspect else ScopeStatus.COMPLETE


def scope_trouble(scope: Scope, listing: Listing, changes: Changes) -> Trouble | None:
    """Say what was not right with a scope that was listed to its end; None if all was."""
    odd = listing.resources.odd
    if listing.unreadable:
        detail = (
            f"{counted(len(listing.unreadable), 'record')} of {scope} could not be read"
            f" ({listing.unreadable[0].reason}); nothing was removed there."
        )
        remedy = "Report this with the cloud's answer; the rest of the inventory is up to date."
    elif changes.suspect:
        detail = (
            f"{len(changes.held)} resources of {scope} vanished at once;"
            " nothing was removed until a second sync agrees."
        )
        remedy = "Check that they are really gone; the next sync that agrees believes it."
    elif odd:
        detail = (
            f"{counted(len(odd), 'resource')} of {scope} could not be read in full,"
            f" {odd[0].external_id} for one: {odd[0].oddities[0]}."
        )
        remedy = "They are kept all the same; grant the permission if one is named, or report it."
    else:
        return None
    return _degradation(scope, detail, remedy)


def out_of_reach_trouble(record: ScopeRecord) -> Trouble:
    """Say that a scope which held items is no longer offered to the credential."""
    kind, location = record.scope.kind, record.scope.location
    return _degradation(
        record.scope,
        f"{location} is no longer open to this credential;"
        f" its {counted(record.items, f'{kind} item stays', f'{kind} items stay')} as last seen.",
        "Open it to the credential again: enable it, grant the role there, or name it in the "
        "credential.",
    )


def _degradation(scope: Scope, detail: str, remedy: str) -> Trouble:
    return Trouble(
        cause=HealthStatus.DEGRADED,
        detail=detail,
        remedy=remedy,
        kind=scope.kind,
        location=scope.location,
    )


def record_health(
    work: UnitOfWork, credential_id: CredentialId, check: HealthCheck, *, at: datetime
) -> ProviderHealth:
    """Save and return the health of a credential once *check* is taken into account."""
    before = work.health.get(credential_id, for_update=True)
    if before is None:
        health = ProviderHealth.first(credential_id, check, at=at)
    else:
        health = before.after(check, at=at)
    work.health.save(health)
    return health

"""How well a credential works, what is missing, and the rule that moves the verdict."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from domain.accounts import CredentialId
from domain.inventory import Location, ResourceKind

ROUTINE_INTERVAL = timedelta(minutes=5)
LONGEST_INTERVAL = timedelta(hours=1)
EARLINESS = timedelta(seconds=30)
"""A check falls due so much before its interval ends, or the round of that moment misses it."""


class HealthStatus(StrEnum):
    """The verdict on a credential. The value is public and stored."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    """It works, but not for everything."""
    THROTTLED = "throttled"
    DENIED = "denied"
    """The cloud knows the key and refuses it: grant a role."""
    EXPIRED = "expired"
    """The cloud does not accept the key, be it unknown, wrong or run out: enter a current one."""
    UNREACHABLE = "unreachable"
    ERROR = "error"


class Witness(StrEnum):
    """Who found out: the cheap periodic probe, or a sync that listed everything."""

    PROBE = "probe"
    SYNC = "sync"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that does not work, and what would mend it."""

    cause: HealthStatus
    detail: str
    """What happened, to what: one sentence."""
    remedy: str
    """What to do: one sentence."""
    kind: ResourceKind | None = None
    """None: everything this credential reaches."""
    location: Location | None = None
    """None: every location."""
    permission: str | None = None
    """The permission to grant, in the cloud's own notation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """What one witness saw of one credential at one time."""

    witness: Witness
    failure: Trouble | None = None
    """Set when the credential as a whole could not be used."""
    troubles: tuple[Trouble, ...] = ()
    """What did not work although the credential as a whole did."""
    latency: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderHealth:
    """The health of one credential: the verdict, since when, and what is missing."""

    credential_id: CredentialId
    status: HealthStatus
    since: datetime
    checked_at: datetime
    next_check_at: datetime
    last_success_at: datetime | None = None
    latency: timedelta | None = None
    consecutive_failures: int = 0
    failure: Trouble | None = None
    probe_troubles: tuple[Trouble, ...] = ()
    sync_troubles: tuple[Trouble, ...] = ()

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """Everything that does not work, the gravest first, each once."""
        found = (*((self.failure,) if self.failure else ()), *self.probe_troubles)
        return tuple(dict.fromkeys((*found, *self.sync_troubles)))

    @classmethod
    def first(cls, credential_id: CredentialId, check: HealthCheck, *, at: datetime) -> Self:
        """Return the health after the very first check of a credential."""
        blank = cls(
            credential_id=credential_id,
            status=HealthStatus.HEALTHY,
            since=at,
            checked_at=at,
            next_check_at=at,
        )
        return blank.after(check, at=at)

    def after(self, check: HealthCheck, *, at: datetime) -> Self:
        """Return the health once *check* is taken into account.

        A probe sees less than a sync, so neither wipes out what the other found; a failure of
        the credential as a whole is settled by whoever looked last.
        """
        troubles = self._merged(check)
        status = _verdict(check.failure, troubles.probe_troubles + troubles.sync_troubles)
        failures = self.consecutive_failures + 1 if check.failure else 0
        return replace(
            troubles,
            status=status,
            since=self.since if status is self.status else at,
            checked_at=at,
            next_check_at=at + check_interval(failures) - EARLINESS,
            last_success_at=self.last_success_at if check.failure else at,
            latency=check.latency if check.latency is not None else self.latency,
            consecutive_failures=failures,
            failure=check.failure,
        )

    def due_at(self, moment: datetime) -> Self:
        """Return the same health, to be checked again at *moment*."""
        return replace(self, next_check_at=moment)

    def _merged(self, check: HealthCheck) -> Self:
        if check.failure is not None and not check.troubles:
            return self
        if check.witness is Witness.PROBE:
            return replace(self, probe_troubles=check.troubles)
        return replace(self, sync_troubles=check.troubles)


def check_interval(consecutive_failures: int) -> timedelta:
    """Return how long to wait before the next probe: doubled by each failure, one hour at most."""
    doublings = min(consecutive_failures, 10)
    return min(ROUTINE_INTERVAL * (1 << doublings), LONGEST_INTERVAL)


def _verdict(failure: Trouble | None, troubles: tuple[Trouble, ...]) -> HealthStatus:
    if failure is not None:
        return failure.cause
    return HealthStatus.DEGRADED if troubles else HealthStatus.HEALTHY


def common_cause(troubles: Collection[Trouble]) -> HealthStatus:
    """Return the cause that most of *troubles* share; the first named wins a tie.

    Raises:
        IndexError: *troubles* is empty.
    """
    causes = Counter(trouble.cause for trouble in troubles)
    return causes.most_common(1)[0][0]


def gravest(troubles: Iterable[Trouble]) -> Trouble:
    """Return the first of *troubles* that has their common cause.

    Raises:
        IndexError: *troubles* is empty.
    """
    every = tuple(troubles)
    cause = common_cause(every)
    return next(trouble for trouble in every if trouble.cause is cause)

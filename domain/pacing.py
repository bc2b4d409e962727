"""How fast a cloud's API may be called, and what follows when the cloud says: slower."""

from dataclasses import dataclass, replace
from typing import Final, Self

from domain.accounts import Provider
from domain.errors import InvalidValue

GLOBAL: Final = "global"
"""The region of an API that has none."""

SHORTEST_PAUSE: Final = 1.0
"""Seconds for which nobody calls after a first refusal that does not say how long to wait."""
LONGEST_UNASKED_PAUSE: Final = 20.0
"""Seconds; each further refusal doubles the pause up to this."""
LONGEST_PAUSE: Final = 3600.0
"""Seconds; no answer can keep us away for longer, whatever it asks."""
FORGOTTEN_AFTER: Final = 60.0
"""Seconds without a refusal, after which the next one counts as the first again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """One request that is about to be sent to a cloud."""

    provider: Provider
    account_id: str
    """Whose limit it counts against, as the cloud counts: an account, subscription or project."""
    api: str
    """What is asked, as the metrics name it: `ec2.DescribeInstances`."""
    region: str = GLOBAL

    def __str__(self) -> str:
        return f"{self.api} in {self.region} of {self.account_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A token bucket: *burst* calls at once, and *per_second* more as time passes."""

    name: str
    """Calls whose limits have one name, in one region of one account, share one bucket."""
    per_second: float
    burst: int

    def __post_init__(self) -> None:
        if not self.per_second > 0:
            raise InvalidValue("calls per second", str(self.per_second), "it must be above 0")
        if self.burst < 1:
            raise InvalidValue("burst", str(self.burst), "it must be 1 at least")

    @property
    def interval(self) -> float:
        """Seconds from one call to the next once the bucket is empty."""
        return 1 / self.per_second

    @property
    def tolerance(self) -> float:
        """Seconds by which a full bucket is ahead of an empty one."""
        return (self.burst - 1) * self.interval

    def part(self, share: float) -> Self:
        """Return *share* of the limit, a number up to 1; at least one call can always be sent."""
        burst = max(1, int(self.burst * share))
        return replace(self, per_second=self.per_second * share, burst=burst)

    def bucket_of(self, call: ApiCall) -> str:
        """Name the bucket from which *call* takes its token."""
        return f"{call.provider}:{call.account_id}:{call.region}:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """How full a bucket is, told by moments: seconds on one clock, whichever.

    Each call books the next free moment. A pause moves all moments that are booked already, so
    that nobody loses the place in the line, and nobody calls during the pause.
    """

    due: float = 0.0
    """When the bucket, with all that is booked, is full again."""
    delay: float = 0.0
    """By how much pauses have moved booked moments so far; it only grows."""
    opens: float = 0.0
    """When the latest pause ends."""
    refusals: int = 0
    """How many pauses in a row the cloud did not tell the length of."""

    def wait(self, limit: Limit, *, now: float) -> float:
        """Return for how many seconds the next call has to wait; 0: it may go at once."""
        return max(0.0, self.due - limit.tolerance - now)

    def idle(self, *, now: float) -> bool:
        """Tell whether the bucket is full, and no refusal is remembered."""
        return max(self.due, self.opens + FORGOTTEN_AFTER) < now

    def booked(self, limit: Limit, *, now: float) -> Self:
        """Return the bucket with one token less."""
        return replace(self, due=max(self.due, now) + limit.interval)

    def paused(self, limit: Limit, *, now: float, retry_after: float | None) -> Self:
        """Return the bucket empty, and closed for as long as the cloud asks.

        Where it does not say (None), the pause is twice as long as the last. Whatever was sent
        before a pause began, and is refused during it, makes it no longer.
        """
        refusals = self.refusals
        if retry_after is None:
            refusals = 0 if now - self.opens > FORGOTTEN_AFTER else refusals
            unasked = min(SHORTEST_PAUSE * 2.0 ** min(refusals, 16), LONGEST_UNASKED_PAUSE)
            pause = unasked if now >= self.opens else 0.0
            refusals += now >= self.opens
        else:
            pause = min(max(retry_after, 0.0), LONGEST_PAUSE)
        opens = max(self.opens, now + pause)
        longer = opens - max(self.opens, now)
        return replace(
            self,
            due=max(max(self.due, now) + longer, opens + limit.tolerance),
            delay=self.delay + longer,
            opens=opens,
            refusals=refusals,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCounts:
    """What was counted of one API."""

    calls: int = 0
    throttles: int = 0
    """How many of the calls the cloud refused as too many."""

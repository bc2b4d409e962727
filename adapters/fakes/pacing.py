"""A pacing whose time passes only while somebody waits."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from threading import Lock

from application.pacing import held_back
from application.ports.pacing import LONGEST_WAIT, Pacing
from domain.accounts import Provider
from domain.api_limits import limits_of
from domain.pacing import ApiCall, Bucket, CallCounts, Limit


class FakePacing(Pacing):
    """Keeps every limit without ever sleeping, and remembers the calls."""

    def __init__(self, *, limits: Callable[[ApiCall], Sequence[Limit]] = limits_of) -> None:
        """*limits* tells what to keep to; by default what the clouds document."""
        self._limits = limits
        self._lock = Lock()
        self._buckets: defaultdict[str, Bucket] = defaultdict(Bucket)
        self.now = 0.0
        """Seconds that were waited so far."""
        self.sent: list[ApiCall] = []
        """Every call that was let through, in order."""
        self.refused: list[tuple[ApiCall, float | None]] = []
        """Every call that the cloud refused as too many, and for how long it asked to wait."""

    def wait(self, call: ApiCall, *, at_most: float = LONGEST_WAIT) -> None:
        """Let time go on until *call* may be sent."""
        with self._lock:
            limits = {limit.bucket_of(call): limit for limit in self._limits(call)}
            waits = [self._buckets[name].wait(each, now=self.now) for name, each in limits.items()]
            if max(waits) > at_most:
                raise held_back(call, seconds=max(waits))
            for name, limit in limits.items():
                self._buckets[name] = self._buckets[name].booked(limit, now=self.now)
            self.now += max(waits)
            self.sent.append(call)

    def throttled(self, call: ApiCall, *, retry_after: float | None = None) -> None:
        """Close the bucket of *call* for as long as the cloud asks."""
        with self._lock:
            limit = self._limits(call)[0]
            name = limit.bucket_of(call)
            paused = self._buckets[name].paused(limit, now=self.now, retry_after=retry_after)
            self._buckets[name] = paused
            self.refused.append((call, retry_after))

    def counts(self) -> Mapping[tuple[Provider, str], CallCounts]:
        """Return what was remembered."""
        with self._lock:
            calls = Counter((call.provider, call.api) for call in self.sent)
            throttles = Counter((call.provider, call.api) for call, _ in self.refused)
        return {
            api: CallCounts(calls=calls[api], throttles=throttles[api])
            for api in {*calls, *throttles}
        }

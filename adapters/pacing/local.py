"""Pacing within one process."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from threading import Lock

from adapters.pacing.turns import Limits, Sleep, TakingTurns, Turn
from domain.accounts import Provider
from domain.api_limits import limits_of
from domain.pacing import ApiCall, Bucket, CallCounts, Limit

_MANY = 1000
"""So many buckets are looked through for such as are full again, and need not be kept; if most
have to be, that is done again when there are twice as many."""


class LocalPacing(TakingTurns):
    """Keeps the buckets in memory, for the threads of this process."""

    def __init__(
        self,
        *,
        limits: Limits = limits_of,
        share: float = 1.0,
        now: Callable[[], float] = time.monotonic,
        sleep: Sleep = time.sleep,
    ) -> None:
        """*share* is the part of each limit that this process may use, a number up to 1."""
        super().__init__(
            limits=lambda call: [limit.part(share) for limit in limits(call)], sleep=sleep
        )
        self._now = now
        self._lock = Lock()
        self._buckets: dict[str, Bucket] = {}
        self._many = _MANY
        self._calls: Counter[tuple[Provider, str]] = Counter()
        self._throttles: Counter[tuple[Provider, str]] = Counter()

    def throttled(self, call: ApiCall, *, retry_after: float | None = None) -> None:
        """Close the narrowest bucket of *call* for a while."""
        limit = self._limits(call)[0]
        with self._lock:
            name = limit.bucket_of(call)
            self._buckets[name] = self._bucket(name).paused(
                limit, now=self._now(), retry_after=retry_after
            )
            self._throttles[call.provider, call.api] += 1

    def counts(self) -> Mapping[tuple[Provider, str], CallCounts]:
        """Return what this process counted."""
        with self._lock:
            return {
                api: CallCounts(calls=self._calls[api], throttles=self._throttles[api])
                for api in {*self._calls, *self._throttles}
            }

    def close(self) -> None:
        """Do nothing: there is nothing open."""

    def _book(self, call: ApiCall, limits: Sequence[Limit], *, at_most: float) -> Turn:
        with self._lock:
            now = self._now()
            buckets = {limit.bucket_of(call): limit for limit in limits}
            known = [self._bucket(name) for name in buckets]
            waits = [
                bucket.wait(limit, now=now) for bucket, limit in zip(known, limits, strict=True)
            ]
            if max(waits) <= at_most:
                self._forget_full_ones(now)
                for name, limit in buckets.items():
                    self._buckets[name] = self._bucket(name).booked(limit, now=now)
                self._calls[call.provider, call.api] += 1
            return Turn(wait=max(waits), delays=[bucket.delay for bucket in known])

    def _delays(self, call: ApiCall, limits: Sequence[Limit]) -> Sequence[float]:
        with self._lock:
            return [self._bucket(limit.bucket_of(call)).delay for limit in limits]

    def _bucket(self, name: str) -> Bucket:
        return self._buckets.get(name) or Bucket()

    def _forget_full_ones(self, now: float) -> None:
        if len(self._buckets) >= self._many:
            kept = {name: each for name, each in self._buckets.items() if not each.idle(now=now)}
            self._buckets, self._many = kept, max(_MANY, 2 * len(kept))

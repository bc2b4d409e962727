"""Pacing of all workers together, in Redis."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from itertools import chain
from typing import Any, Final, TypeVar

import redis
from redis.exceptions import RedisError

from adapters.pacing.local import LocalPacing
from adapters.pacing.outage import TRIED_AGAIN_AFTER, Outage
from adapters.pacing.scripts import BOOK, PAUSE
from adapters.pacing.turns import Limits, Sleep, TakingTurns, Turn
from application.ports.errors import Throttled, Unavailable
from application.ports.pacing import LONGEST_WAIT, Pacing
from domain.accounts import Provider
from domain.api_limits import limits_of
from domain.pacing import (
    FORGOTTEN_AFTER,
    LONGEST_PAUSE,
    LONGEST_UNASKED_PAUSE,
    SHORTEST_PAUSE,
    ApiCall,
    CallCounts,
    Limit,
)

KEY_PREFIX: Final = "multicloud:pacing:"
COUNTS_KEY: Final = "multicloud:api_calls"
"""A hash: `<provider>|<api>|calls` and `<provider>|<api>|throttles`."""

_ALONE: Final = 0.25
"""The part of each limit for one process that cannot ask the others: a worker has four."""
_ERRORS: Final = (RedisError, OSError)
_FURTHEST: Final = 120.0
"""Seconds; nobody may book further ahead, so whatever is further ahead was not booked."""
_BOUNDS: Final = (LONGEST_PAUSE, _FURTHEST)
_COUNTED: Final = frozenset(field.name for field in fields(CallCounts))
_LONGEST_NUMBER: Final = 19
"""Digits: Redis counts in 64 bits."""

T = TypeVar("T")


class RedisPacing(Pacing):
    """Keeps the buckets in Redis, and while that does not answer, some of its own."""

    def __init__(
        self,
        client: redis.Redis,
        *,
        limits: Limits = limits_of,
        sleep: Sleep = time.sleep,
        tried_again_after: float = TRIED_AGAIN_AFTER,
    ) -> None:
        """*tried_again_after* is for how many seconds Redis is left alone if it is away."""
        self._client = client
        self._outage = Outage(tried_again_after=tried_again_after)
        self._shared = _RedisTurns(client, limits=limits, sleep=sleep)
        self._alone = LocalPacing(limits=limits, share=_ALONE, sleep=sleep)

    def wait(self, call: ApiCall, *, at_most: float = LONGEST_WAIT) -> None:
        """Return when *call* may be sent."""
        if not self._reached(lambda: self._shared.wait(call, at_most=at_most)):
            self._alone.wait(call, at_most=at_most)

    def throttled(self, call: ApiCall, *, retry_after: float | None = None) -> None:
        """Let no process make such calls for a while."""
        if not self._reached(lambda: self._shared.throttled(call, retry_after=retry_after)):
            self._alone.throttled(call, retry_after=retry_after)

    def counts(self) -> Mapping[tuple[Provider, str], CallCounts]:
        """Return what all processes counted, but for what was called during outages."""
        try:
            return self._shared.counts()
        except _ERRORS as exc:
            raise Unavailable(
                "Redis does not tell how often the clouds were called.",
                remedy="See that Redis runs and that MULTICLOUD_PACING_URL leads to it.",
            ) from exc

    def close(self) -> None:
        """Close the connections; they come back by themselves when they are needed."""
        self._client.close()

    def _reached(self, act: Callable[[], None]) -> bool:
        """Tell whether Redis did its part of *act*."""
        if not self._outage.worth_a_try():
            return False
        try:
            act()
        except _ERRORS as exc:
            self._outage.begins(exc)
            return False
        except Throttled:
            self._outage.ends()
            raise
        self._outage.ends()
        return True


class _RedisTurns(TakingTurns):
    """Raises `RedisError` or `OSError` where Redis does not answer."""

    def __init__(self, client: redis.Redis, *, limits: Limits, sleep: Sleep) -> None:
        super().__init__(limits=limits, sleep=sleep)
        self._client = client
        self._book_script = client.register_script(BOOK)
        self._pause_script = client.register_script(PAUSE)

    def wait(self, call: ApiCall, *, at_most: float = LONGEST_WAIT) -> None:
        super().wait(call, at_most=min(at_most, _FURTHEST))

    def throttled(self, call: ApiCall, *, retry_after: float | None = None) -> None:
        limit = self._limits(call)[0]
        asked = -1 if retry_after is None else _whole(min(max(retry_after, 0.0), LONGEST_PAUSE))
        unasked = map(_whole, (SHORTEST_PAUSE, LONGEST_UNASKED_PAUSE, FORGOTTEN_AFTER))
        self._pause_script(
            keys=[_key(call, limit), COUNTS_KEY],
            args=[*map(_whole, _BOUNDS), asked, _field(call, "throttles"), *_pace(limit), *unasked],
        )

    def counts(self) -> Mapping[tuple[Provider, str], CallCounts]:
        known: dict[tuple[Provider, str], dict[str, int]] = defaultdict(dict)
        answer: Any = self._client.hgetall(COUNTS_KEY)
        for field, count in answer.items():
            with suppress(ValueError):  # nobody of us wrote it
                provider, api, what = _counted(field)
                known[provider, api][what] = _number(count)
        return {api: CallCounts(**counts) for api, counts in known.items()}

    def _book(self, call: ApiCall, limits: Sequence[Limit], *, at_most: float) -> Turn:
        paces = chain.from_iterable(_pace(limit) for limit in limits)
        answer: Any = self._book_script(
            keys=[*(_key(call, limit) for limit in limits), COUNTS_KEY],
            args=[*map(_whole, _BOUNDS), _whole(at_most), _field(call, "calls"), *paces],
        )
        wait, *delays = (each / 1e6 for each in answer)
        return Turn(wait=wait, delays=delays)

    def _delays(self, call: ApiCall, limits: Sequence[Limit]) -> Sequence[float]:
        with self._client.pipeline(transaction=False) as pipe:
            for limit in limits:
                pipe.hget(_key(call, limit), "delay")
            return [_delay(each) for each in pipe.execute()]


def _pace(limit: Limit) -> tuple[int, int]:
    return _whole(limit.interval), _whole(limit.tolerance)


def _key(call: ApiCall, limit: Limit) -> str:
    return KEY_PREFIX + limit.bucket_of(call)


def _field(call: ApiCall, what: str) -> str:
    return f"{call.provider}|{call.api}|{what}"


def _counted(field: bytes) -> tuple[Provider, str, str]:
    """Return which cloud, which API, and what of it is counted in *field*.

    Raises:
        ValueError: it is none of our fields.
    """
    provider, api, what = field.decode().split("|")
    if what not in _COUNTED:
        raise ValueError(what)
    return Provider(provider), api, what


def _number(text: bytes) -> int:
    """Return the number that *text* is.

    Raises:
        ValueError: it is none that a script of ours writes.
    """
    if not (text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise ValueError("no number")
    return int(text)


def _delay(text: bytes | None) -> float:
    """Return the seconds that *text* says; what says none moves nobody."""
    try:
        return _number(text or b"0") / 1e6
    except ValueError:
        return 0.0


def _whole(seconds: float) -> int:
    """Return *seconds* in microseconds, as the scripts count."""
    return round(seconds * 1_000_000)

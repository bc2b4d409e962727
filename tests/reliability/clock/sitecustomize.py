"""Sets the clock of this process forward; Python loads it before anything else.

It works for whoever has this folder on PYTHONPATH, by as many seconds as `TEST_CLOCK_AHEAD` says;
fewer than none sets it back. What `datetime.now` and `time.time` return is wrong by that; classes
and all else are as always.
"""

import datetime as dt
import os
import time
from typing import Any

_AHEAD = float(os.environ["TEST_CLOCK_AHEAD"])
_true_time = time.time
_True = dt.datetime


class _Kind(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _True)

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, _True)


class _Wrong(_True, metaclass=_Kind):
    def __new__(cls, *parts: Any, **named: Any) -> Any:  # noqa: ANN401 - as of datetime
        return _True(*parts, **named)

    @classmethod
    def now(cls, tz: Any = None) -> Any:  # noqa: ANN401
        return _True.now(tz) + dt.timedelta(seconds=_AHEAD)

    @classmethod
    def utcnow(cls) -> Any:  # noqa: ANN401
        return _True.now(dt.UTC).replace(tzinfo=None) + dt.timedelta(seconds=_AHEAD)


dt.datetime = _Wrong  # type: ignore[misc]
time.time = lambda: _true_time() + _AHEAD

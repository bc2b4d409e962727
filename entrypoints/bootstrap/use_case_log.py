"""One log line per use case, from outside, so that use cases themselves log nothing routine."""

import time
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Final, TypeVar, cast

import structlog

from application.ports.errors import PortError
from application.subject import piece_of_work
from domain.errors import DomainError
from entrypoints.bootstrap.logging import printable
from entrypoints.bootstrap.tracing import span

UseCase = TypeVar("UseCase", bound=Callable[..., object])

_CUT_OFF: Final = "SoftTimeLimitExceeded"
"""What ends a task that takes too long, by name: only the worker may know the queue's errors."""


def logged(use_case: UseCase, *, first: Callable[[], object] = lambda: None) -> UseCase:
    """Return *use_case* so wrapped that each call leaves one line: name, outcome, seconds.

    It is begun only once *first* has returned; what that raises is how the call ends.

    The line carries the plain fields of the request and the report, and the ids of what the use
    case said that it was about. Errors that are part of the business are told in one sentence,
    others with their traceback; all are raised on.
    """
    name = type(use_case).__name__

    def call(*requests: object) -> object:
        def allowed() -> object:
            first()
            return use_case(*requests)

        told = {key: value for request in requests for key, value in _plain(request).items()}
        log = structlog.get_logger("use_case").bind(use_case=name, **told)
        with piece_of_work(**_ids(told)), span(name):
            return _told(allowed, log)

    return cast("UseCase", call)


def _told(use_case: Callable[[], object], log: structlog.stdlib.BoundLogger) -> object:
    started = time.monotonic()
    try:
        report = use_case()
    except (PortError, DomainError) as error:
        seconds = time.monotonic() - started
        outcome = type(error).__name__
        told = printable(str(error))
        log.warning("use case", outcome=outcome, seconds=round(seconds, 3), error=told)
        raise
    except Exception as error:
        if type(error).__name__ == _CUT_OFF:
            log.warning("use case", outcome="cut_off")
        else:
            log.exception("use case", outcome="unexpected")
        raise
    seconds = round(time.monotonic() - started, 3)
    log.info("use case", **{"outcome": "ok", "seconds": seconds, **_plain(report)})
    return report


def _ids(told: Mapping[str, object]) -> dict[str, int | str]:
    """Return those of the fields that are ids of something, for every line written meanwhile."""
    return {
        name: value
        for name, value in told.items()
        if name.endswith("_id") and isinstance(value, int | str)
    }


def _plain(thing: object) -> dict[str, object]:
    """Return what *thing* tells of itself in plain values; what its repr hides stays hidden."""
    tell: Callable[[object], Mapping[str, object]] | None = getattr(type(thing), "as_dict", None)
    if tell is not None:  # a protocol that is checked at run time takes ten times as long
        return dict(tell(thing))
    if not is_dataclass(thing):
        return {}
    values = {field.name: getattr(thing, field.name) for field in fields(thing) if field.repr}
    # whoever embeds the service may log in a way that fails on text which is no Unicode
    return {
        name: printable(value) if isinstance(value, str) else value
        for name, value in values.items()
        if isinstance(value, str | int)
    }

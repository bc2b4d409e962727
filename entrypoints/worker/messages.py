"""What a message must look like before Celery may see it.

Celery and kombu trust whoever can write to the broker. Measured with celery 5.7.0 and kombu 5.7.0:
one message that is no JSON or lacks a proper body ends the whole worker; one without an id is taken
for a broken connection and handed out again at once, for ever, while nothing else is done. Headers
choose a task's time limits and overwrite methods of its context, a compressed body may grow a
thousandfold, and two hundred messages for next year keep a worker from ever taking work again.
"""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from celery.app.task import Context
from celery.utils.time import maybe_iso8601, maybe_make_aware

from entrypoints.worker.retries import MAX_RETRIES

LARGEST: Final = 64 * 1024
"""Bytes; ours have about a thousand."""
LATEST: Final = timedelta(hours=1)
"""How far off the moment may lie at which a task is to begin; our own waits are half of it."""

_LONGEST_TEXT: Final = 255
_LONGEST_LIMIT: Final = 86_400
_PARTS_OF_A_BODY: Final = 3
_HARD_AND_SOFT: Final = 2
_BUILT_IN: Final = "celery."
"""Celery's own tasks start others from what is in their arguments; none of ours needs them."""

_Check = Callable[[Any], bool]


def objection(raw: bytes) -> str | None:
    """Return why a message is not for us, in words that repeat nothing of it; None if it is."""
    if len(raw) > LARGEST:
        return "it is too large"
    try:
        message = json.loads(raw)
    except (ValueError, RecursionError):
        return "it is not JSON"
    if not isinstance(message, dict) or "__type__" in message:
        return "it is not a message of Celery"
    for what, parts, checks in (
        ("", message, _MESSAGE),
        ("header ", message.get("headers"), _HEADERS),
        ("property ", message.get("properties"), _PROPERTIES),
    ):
        if odd := _odd(parts, checks):
            return f"its {what}{odd} cannot be accepted"
    if any(name not in _HEADERS and hasattr(Context, name) for name in message["headers"]):
        return "a header of it would overwrite what a task knows of itself"
    return _objection_to_body(message["body"])


def _odd(parts: Any, checks: Mapping[str, _Check]) -> str | None:  # noqa: ANN401 - any JSON
    """Return the first name in *checks* whose value among *parts* is not acceptable, or None."""
    if not isinstance(parts, dict):
        return next(iter(checks))
    return next((name for name, is_fine in checks.items() if not is_fine(parts.get(name))), None)


def _objection_to_body(encoded: str) -> str | None:
    try:
        body = json.loads(base64.b64decode(encoded, validate=True))
    except (ValueError, RecursionError):
        return "its body is not JSON"
    if not isinstance(body, list) or len(body) != _PARTS_OF_A_BODY:
        return "its body does not have three parts"
    args, kwargs, following = body
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        return "its arguments are not a list and names"
    if not all(name.isidentifier() and _is_text(name) for name in kwargs):
        return "a name of an argument is not a name"
    if not isinstance(following, dict) or not all(map(_is_what_follows, following.values())):
        return "it says in no known way what is to be done after it"
    return None


def _is_text(value: Any) -> bool:  # noqa: ANN401 - as are the others, whatever JSON can hold
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT and value.isprintable()


def _is_text_or_nothing(value: Any) -> bool:  # noqa: ANN401
    return value is None or _is_text(value)


def _is_any_text(value: Any) -> bool:  # noqa: ANN401
    return value is None or isinstance(value, str)


def _is_task(value: Any) -> bool:  # noqa: ANN401
    return _is_text(value) and not value.startswith(_BUILT_IN)


def _is_number(value: Any, most: int) -> bool:  # noqa: ANN401
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _is_limit(value: Any) -> bool:  # noqa: ANN401
    return value is None or (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 < value <= _LONGEST_LIMIT
    )


def _are_limits(value: Any) -> bool:  # noqa: ANN401
    return value is None or (
        isinstance(value, list) and len(value) == _HARD_AND_SOFT and all(map(_is_limit, value))
    )


def _moment(value: Any) -> datetime | None:  # noqa: ANN401
    if not isinstance(value, str):
        return None
    try:
        moment: datetime = maybe_make_aware(maybe_iso8601(value), UTC)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None
    return moment


def _is_soon(value: Any) -> bool:  # noqa: ANN401
    moment = _moment(value)
    return value is None or (moment is not None and moment <= datetime.now(UTC) + LATEST)


def _is_route(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, dict) and all(
        isinstance(value.get(name), str) for name in ("exchange", "routing_key")
    )


def _is_what_follows(value: Any) -> bool:  # noqa: ANN401
    wishes = value if isinstance(value, list) else [value]
    return value is None or all(
        isinstance(wish, dict) and _is_task(wish.get("task")) for wish in wishes
    )


_MESSAGE: Final[Mapping[str, _Check]] = {
    "headers": lambda value: isinstance(value, dict),
    "properties": lambda value: isinstance(value, dict),
    "body": lambda value: isinstance(value, str),
    "content-type": lambda value: value == "application/json",
    "content-encoding": lambda value: value == "utf-8",
}
_HEADERS: Final[Mapping[str, _Check]] = {
    "id": _is_text,
    "task": _is_task,
    "eta": _is_soon,
    "expires": lambda value: value is None or _moment(value) is not None,
    "retries": lambda value: _is_number(value, MAX_RETRIES),
    "timelimit": _are_limits,
    "compression": lambda value: value is None,
    "ignore_result": lambda value: value is None or isinstance(value, bool),
    "group_index": lambda value: value is None or _is_number(value, LARGEST),
    "replaced_task_nesting": lambda value: value is None or _is_number(value, LARGEST),
    "stamps": lambda value: value is None or isinstance(value, dict),
    "stamped_headers": lambda value: value is None or isinstance(value, list),
    **dict.fromkeys(("shadow", "root_id", "parent_id", "group"), _is_text_or_nothing),
    **dict.fromkeys(("lang", "origin", "argsrepr", "kwargsrepr"), _is_any_text),
}
_PROPERTIES: Final[Mapping[str, _Check]] = {
    "delivery_tag": _is_text,
    "delivery_info": _is_route,
    "body_encoding": lambda value: value == "base64",
    "priority": lambda value: value is None or _is_number(value, _LONGEST_TEXT),
    **dict.fromkeys(("correlation_id", "reply_to"), _is_any_text),
}

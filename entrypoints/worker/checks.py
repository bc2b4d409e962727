"""What may stand in a message, piece by piece: each check takes whatever JSON can hold.

What may stand there and would still do harm is made harmless by `with_low_clocks`.
"""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from celery.utils.time import maybe_iso8601, maybe_make_aware

AnyJson: TypeAlias = Any
"""Whatever JSON can hold, at any depth; nothing is known of it before it is looked at."""
Check: TypeAlias = Callable[[AnyJson], bool]
NOT_JSON: Final = object()
"""What is read where there is no JSON, or JSON from which kombu would make objects."""
LARGEST_OF_CONTROL: Final = 8 * 1024 * 1024
"""Bytes of remote control: workers tell each other all revoked ids, fifty thousand at most."""
HIGHEST_CLOCK: Final = 2**62
"""The highest count of messages that may be told."""
HIGHEST_TAKEN_OVER: Final = 2**53
"""The highest that gets to Celery, which takes over whatever is above its own, and adds to it.

It lies so far below what may be told that no worker counts from here to there: whatever somebody
tells one, its neighbours go on hearing it. Were it told as it is, or refused from the same height
on at which it may be told, one message would make every worker that hears it too high for others.
"""

_LONGEST_TEXT: Final = 255
_SHORTEST_LIMIT: Final = 1
_LONGEST_LIMIT: Final = 86_400
_HARD_AND_SOFT: Final = 2
_OBJECT: Final = "__type__"
"""What kombu makes an object from, at any depth; it ends the worker where it cannot."""


def read(raw: bytes) -> AnyJson:
    """Return what *raw* says, or `NOT_JSON`; kombu reads nothing but UTF-8, so neither do we."""
    try:
        return json.loads(raw.decode(), object_hook=_plain)
    except (ValueError, RecursionError):
        return NOT_JSON


def _plain(read_object: dict[str, AnyJson]) -> dict[str, AnyJson]:
    if _OBJECT in read_object:
        raise ValueError(_OBJECT)
    return read_object


def read_body(encoded: str) -> AnyJson:
    """Return what the body of a message says, or `NOT_JSON`."""
    try:
        return read(base64.b64decode(encoded, validate=True))
    except ValueError:
        return NOT_JSON


def odd(parts: AnyJson, checks: Mapping[str, Check]) -> str | None:
    """Return the first name in *checks* whose value among *parts* is not acceptable, or None."""
    if not isinstance(parts, dict):
        return next(iter(checks))
    return next((name for name, is_fine in checks.items() if not is_fine(parts.get(name))), None)


def is_nothing(value: AnyJson) -> bool:
    """Nothing at all."""
    return value is None


def is_text(value: AnyJson) -> bool:
    """A short text that can stand in a line of a log."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT and value.isprintable()


def is_text_or_nothing(value: AnyJson) -> bool:
    """The same, or nothing."""
    return value is None or is_text(value)


def is_any_text(value: AnyJson) -> bool:
    """Any text, or nothing."""
    return value is None or isinstance(value, str)


def are_texts(value: AnyJson) -> bool:
    """A list of short texts, or nothing."""
    return value is None or (isinstance(value, list) and all(map(is_text, value)))


def are_stamps(value: AnyJson) -> bool:
    """Short texts by name, or lists of them, or nothing; Celery looks each up in a dictionary."""
    return value is None or (
        isinstance(value, dict)
        and all(map(is_text, value))
        and all(is_text(stamp) or are_texts(stamp) for stamp in value.values())
    )


def is_yes_or_no(value: AnyJson) -> bool:
    """A truth value, or nothing."""
    return value is None or isinstance(value, bool)


def is_number(value: AnyJson, most: int) -> bool:
    """A whole number from 0 to *most*."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def is_number_or_nothing(value: AnyJson, most: int) -> bool:
    """The same, or nothing."""
    return value is None or is_number(value, most)


def is_clock(value: AnyJson) -> bool:
    """A count of messages, or nothing."""
    return is_number_or_nothing(value, HIGHEST_CLOCK)


def is_clock_or_no_number(value: AnyJson) -> bool:
    """The same, or what Celery cannot take for a count: statistics tell it as a word."""
    return is_clock(value) or not isinstance(value, int | float)


def is_figure(value: AnyJson) -> bool:
    """A number that is no truth value, or nothing."""
    return value is None or (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) <= HIGHEST_CLOCK  # which is never so for what is not a number
    )


def is_limit(value: AnyJson) -> bool:
    """Seconds that a task may be given, or nothing."""
    return value is None or (is_figure(value) and _SHORTEST_LIMIT <= value <= _LONGEST_LIMIT)


def are_limits(value: AnyJson) -> bool:
    """A hard and a soft limit, or nothing."""
    return value is None or (
        isinstance(value, list) and len(value) == _HARD_AND_SOFT and all(map(is_limit, value))
    )


def is_route(value: AnyJson) -> bool:
    """Where a message was sent."""
    return isinstance(value, dict) and all(
        isinstance(value.get(name), str) for name in ("exchange", "routing_key")
    )


def moment(value: AnyJson) -> datetime | None:
    """Return the moment that *value* tells as Celery understands it, or None if it tells none."""
    if not isinstance(value, str):
        return None
    try:
        told: datetime = maybe_make_aware(maybe_iso8601(value), UTC)
        return told.astimezone(UTC)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None


_MESSAGE: Final[Mapping[str, Check]] = {
    "headers": lambda value: isinstance(value, dict),
    "properties": lambda value: isinstance(value, dict),
    "body": lambda value: isinstance(value, str),
    "content-type": lambda value: value == "application/json",
    "content-encoding": lambda value: value == "utf-8",
}
_PROPERTIES: Final[Mapping[str, Check]] = {
    "delivery_tag": is_text,
    "delivery_info": is_route,
    "body_encoding": lambda value: value == "base64",
    "priority": lambda value: is_number_or_nothing(value, _LONGEST_TEXT),
    **dict.fromkeys(("correlation_id", "reply_to"), is_any_text),
}


def objection_to_parts(message: AnyJson, headers: Mapping[str, Check]) -> str | None:
    """Return what is wrong with *message* around its body, for one with such *headers*."""
    if message is NOT_JSON:
        return "it is not plain JSON"
    if not isinstance(message, dict):
        return "it is not a message of Celery"
    for what, parts, checks in (
        ("", message, _MESSAGE),
        ("header ", message.get("headers"), headers),
        ("property ", message.get("properties"), _PROPERTIES),
    ):
        if name := odd(parts, checks):
            return f"its {what}{name} cannot be accepted"
    return None


def with_low_clocks(raw: bytes) -> bytes:
    """Return what workers tell each other with no clock in it above `HIGHEST_TAKEN_OVER`.

    *raw* is a command, news or a reply that nothing was objected to; it is returned as it is if its
    clocks are low, as they are unless somebody meddled with them.
    """
    message = read(raw)
    body = read_body(message["body"])
    events = body if isinstance(body, list) else [body, *body.values()]
    high = [part for part in (message["headers"], *events) if _counts_high(part)]
    if not high:
        return raw
    for part in high:
        part["clock"] = HIGHEST_TAKEN_OVER
    message["body"] = base64.b64encode(json.dumps(body).encode()).decode()
    return json.dumps(message).encode()


def _counts_high(part: AnyJson) -> bool:
    clock = part.get("clock") if isinstance(part, dict) else None
    return isinstance(clock, int | float) and clock > HIGHEST_TAKEN_OVER

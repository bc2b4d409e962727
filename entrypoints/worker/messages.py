"""What a message must look like before Celery may see it.

Celery and kombu trust whoever can write to the broker. Measured with celery 5.7.0 and kombu 5.7.0:
one message that is no JSON or lacks a proper body ends the whole worker; one without an id is taken
for a broken connection and handed out again at once, for ever, while nothing else is done; one with
an odd stamp ends each worker that gets it. Headers choose a task's time limits and overwrite what
it knows of itself, a compressed body may grow a thousandfold, and some hundred messages for later
keep a worker from taking any work until then.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Final

from celery.app.task import Context

from entrypoints.worker.checks import (
    LARGEST_OF_CONTROL,
    NOT_JSON,
    AnyJson,
    Check,
    are_limits,
    are_stamps,
    are_texts,
    is_any_text,
    is_clock,
    is_clock_or_no_number,
    is_figure,
    is_nothing,
    is_number,
    is_number_or_nothing,
    is_text,
    is_text_or_nothing,
    is_yes_or_no,
    moment,
    objection_to_parts,
    read,
    read_body,
)
from entrypoints.worker.retries import MAX_RETRIES

LARGEST: Final = 64 * 1024
"""Bytes; ours have about a thousand."""
LATEST: Final = timedelta(hours=1)
"""How far off the moment may lie at which a task is to begin; our own waits are half of it."""
MOST_WAITING: Final = 100
"""How many messages may wait in a worker for their moment, but for those that are tried again."""
MOST_RETRIES_WAITING: Final = 90
"""How many of those may.

Together fewer than Celery's `worker_eta_task_limit`, at which a worker takes nothing any more until
the first of them begins. Ours are few: what waits for long is a row of the database.
"""

_PARTS_OF_A_BODY: Final = 3
_BUILT_IN: Final = "celery."
"""Celery's own tasks start others from what is in their arguments; none of ours needs them."""
_OWN_FACTS: Final = frozenset({"known_ids"})
"""What a task of ours notes in its context for the log."""


class Waiting:
    """The messages that a worker holds until the moment at which they are to begin.

    Those that are tried again have room of their own: they are ours, and nobody else's messages
    for later may crowd them out. Whoever forges some fills that room and no more.
    """

    def __init__(self) -> None:
        self._new = _Room(MOST_WAITING)
        self._tried_again = _Room(MOST_RETRIES_WAITING)

    def place(self, raw: bytes) -> bytes | None:
        """Return *raw*, that nothing was objected to, as it may come, or None if there is no room.

        What is tried again and has no room begins at once. That is sooner than it should, but the
        message cannot stay in the broker, and refused it would be gone.
        """
        message = read(raw)
        headers = message["headers"]
        begins = moment(headers.get("eta"))
        if not headers["retries"]:
            return raw if self._new.takes(begins) else None
        if self._tried_again.takes(begins):
            return raw
        return json.dumps(message | {"headers": headers | {"eta": None}}).encode()


class _Room:
    """Counts what waits for its moment."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._moments: list[datetime] = []

    def takes(self, begins: datetime | None) -> bool:
        """Tell whether one more that *begins* then may wait, and count it if so; None is now."""
        now = datetime.now(UTC)
        if begins is None or begins <= now:
            return True
        while self._moments and self._moments[0] <= now:
            heappop(self._moments)
        if len(self._moments) >= self._most:
            return False
        heappush(self._moments, begins)
        return True


def objection(raw: bytes) -> str | None:
    """Return why a message is not for us, in words that repeat nothing of it; None if it is."""
    if len(raw) > LARGEST:
        return "it is too large"
    message = read(raw)
    if reason := objection_to_parts(message, _HEADERS):
        return reason
    headers = message["headers"]
    if any(name not in _HEADERS and _is_taken(name) for name in headers):
        return "a header of it would overwrite what a task knows of itself"
    return _objection_to_body(message["body"])


def objection_to_reply(raw: bytes) -> str | None:
    """Return why *raw* is no reply of a worker to a question over remote control; None if it is.

    What passes does no harm either where somebody made Celery look for tasks.
    """
    if len(raw) > LARGEST_OF_CONTROL:
        return "it is too large"
    message = read(raw)
    if reason := objection_to_parts(message, _HEADERS_OF_A_REPLY):
        return reason
    body = read_body(message["body"])
    if not isinstance(body, dict) or len(body) != 1 or "@" not in next(iter(body)):
        return "its body is not the answer of one worker"
    (answer,) = body.values()
    if isinstance(answer, dict) and not is_clock_or_no_number(answer.get("clock")):
        return "the clock in its body cannot be accepted"
    return None


def _objection_to_body(encoded: str) -> str | None:
    body = read_body(encoded)
    if body is NOT_JSON:
        return "its body is not plain JSON"
    if not isinstance(body, list) or len(body) != _PARTS_OF_A_BODY:
        return "its body does not have three parts"
    args, kwargs, following = body
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        return "its arguments are not a list and names"
    if not all(name.isidentifier() and is_text(name) for name in kwargs):
        return "a name of an argument is not a name"
    if not isinstance(following, dict) or any(following.values()):
        return "something else is to be done after it"
    return None


def _is_taken(name: str) -> bool:
    return name in _OWN_FACTS or hasattr(Context, name)


def _is_task(value: AnyJson) -> bool:
    return is_text(value) and not value.startswith(_BUILT_IN)


def _is_soon(value: AnyJson) -> bool:
    begins = moment(value)
    return value is None or (begins is not None and begins <= datetime.now(UTC) + LATEST)


_HEADERS: Final[Mapping[str, Check]] = {
    "id": is_text,
    "task": _is_task,
    "eta": _is_soon,
    "expires": lambda value: value is None or moment(value) is not None,
    "retries": lambda value: is_number(value, MAX_RETRIES),
    "timelimit": are_limits,
    "compression": is_nothing,
    "ignore_result": is_yes_or_no,
    "group_index": lambda value: is_number_or_nothing(value, LARGEST),
    "replaced_task_nesting": lambda value: is_number_or_nothing(value, LARGEST),
    "stamps": are_stamps,
    "stamped_headers": are_texts,
    **dict.fromkeys(("shadow", "root_id", "parent_id", "group"), is_text_or_nothing),
    **dict.fromkeys(("lang", "origin", "argsrepr", "kwargsrepr"), is_any_text),
}
_HEADERS_OF_A_REPLY: Final[Mapping[str, Check]] = {
    "clock": is_clock,
    "ticket": is_text_or_nothing,
    "expires": is_figure,
    **dict.fromkeys(("task", "compression"), is_nothing),
}

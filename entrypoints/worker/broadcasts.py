"""What may be said to all workers at once: commands of remote control, and news of other workers.

Measured with celery 5.7.0 and kombu 5.7.0: a number said on the channel of commands ends every
worker, and so does the command to take messages from a queue whose name is one; what is no JSON is
written into the log as it is. A command that passes here is one that Celery knows, with arguments
that it can take.
"""

import inspect
import re
import signal
from collections.abc import Mapping
from typing import Final

from celery.worker.control import Panel

from adapters.queue.routes import QUEUES
from adapters.queue.task_names import TaskName
from entrypoints.worker.checks import (
    LARGEST_OF_CONTROL,
    AnyJson,
    Check,
    are_stamps,
    are_texts,
    is_clock,
    is_figure,
    is_limit,
    is_nothing,
    is_number_or_nothing,
    is_text,
    is_text_or_nothing,
    is_yes_or_no,
    objection_to_parts,
    odd,
    read,
    read_body,
)

_COMMANDS: Final = "celery.pidbox"
_REPLIES: Final = "reply.celery.pidbox"
_MOST_PROCESSES: Final = 100
_SIGNALS: Final = frozenset({*signal.Signals.__members__, *map(int, signal.Signals)})
_RATE: Final = re.compile(r"\d{1,9}(\.\d{1,9})?(/[smh])?", re.ASCII)
_ELECTION: Final = "worker-elect"
"""Workers that elect one to start a task, whichever the news names; ours never do."""


def objection_to_broadcast(channel: str, raw: bytes) -> str | None:
    """Return why what was said on *channel* is not for us, repeating nothing of it, or None."""
    if len(raw) > LARGEST_OF_CONTROL:
        return "it is too large"
    message = read(raw)
    if reason := objection_to_parts(message, _HEADERS):
        return reason
    body = read_body(message["body"])
    if channel.partition(".")[2] == _COMMANDS:
        return _objection_to_command(body)
    return _objection_to_news(body, message["properties"]["delivery_info"]["routing_key"])


def _objection_to_command(body: AnyJson) -> str | None:
    if not isinstance(body, dict) or not body.keys() <= _COMMAND.keys():
        return "it is not a command"
    if name := odd(body, _COMMAND):
        return f"its {name} cannot be accepted"
    arguments = body.get("arguments") or {}
    for name, value in arguments.items():
        if name not in _ARGUMENTS or not _ARGUMENTS[name](value):
            return "an argument of the command cannot be accepted"
    try:
        inspect.signature(Panel.data[body["method"]]).bind(None, **arguments)
    except TypeError:
        return "its arguments do not fit the command"
    return None


def _objection_to_news(body: AnyJson, route: str) -> str | None:
    for event in body if isinstance(body, list) else [body]:
        if name := odd(event, _EVENT):
            return f"its {name} cannot be accepted"
        kind = event["type"]
        if kind.startswith("worker-") and not event.keys() <= _NEWS_OF_A_WORKER:
            return "it tells what is not told of a worker"
        if isinstance(body, dict) and route != kind.replace("-", "."):
            return "it is on a way of other news"
    return None


def _is_task(value: AnyJson) -> bool:
    return isinstance(value, str) and value in set(TaskName)  # the log would repeat any other


def _is_queue(value: AnyJson) -> bool:
    # Of others nobody knows what they hold: to take messages from a key that is no list of
    # messages breaks the connection, again and again.
    return value in QUEUES


def _is_own_queue_or_nothing(value: AnyJson) -> bool:
    return value is None or _is_queue(value)


def _is_few(value: AnyJson) -> bool:
    return is_number_or_nothing(value, _MOST_PROCESSES)


def _is_rate(value: AnyJson) -> bool:
    return is_number_or_nothing(value, 10**9) or (
        isinstance(value, str) and _RATE.fullmatch(value) is not None
    )


def _is_signal(value: AnyJson) -> bool:
    return value is None or (
        isinstance(value, str | int) and (value in _SIGNALS or f"SIG{value}" in _SIGNALS)
    )


def _is_one_or_many(value: AnyJson) -> bool:
    return is_text(value) or (isinstance(value, list) and are_texts(value))


def _is_way_back(value: AnyJson) -> bool:
    return value is None or (
        isinstance(value, dict)
        and value.get("exchange") == _REPLIES
        and is_text(value.get("routing_key"))
    )


_HEADERS: Final[Mapping[str, Check]] = {
    "clock": is_clock,
    "expires": is_figure,
    "hostname": is_text_or_nothing,
    **dict.fromkeys(("task", "compression"), is_nothing),
}
_COMMAND: Final[Mapping[str, Check]] = {
    "method": lambda value: isinstance(value, str) and value in Panel.data,
    "arguments": lambda value: value is None or isinstance(value, dict),
    "destination": are_texts,
    "pattern": is_text_or_nothing,
    "matcher": lambda value: value in (None, "glob"),  # the other one may take for ever
    "ticket": is_text_or_nothing,
    "reply_to": _is_way_back,
}
_ARGUMENTS: Final[Mapping[str, Check]] = {
    "queue": _is_queue,
    "exchange": _is_own_queue_or_nothing,
    "exchange_type": lambda value: value in (None, "direct"),
    "routing_key": _is_own_queue_or_nothing,
    "task_name": _is_task,
    "rate_limit": _is_rate,
    "signal": _is_signal,
    "headers": lambda value: isinstance(value, dict) and are_stamps(value),
    "from_node": is_text,
    **dict.fromkeys(("task_id", "ids"), _is_one_or_many),
    **dict.fromkeys(("revoked", "taskinfoitems"), are_texts),
    **dict.fromkeys(("soft", "hard"), is_limit),
    **dict.fromkeys(("n", "max", "min"), _is_few),
    **dict.fromkeys(("terminate", "safe", "with_defaults", "builtins"), is_yes_or_no),
}
"""By their names, which mean the same in every command; one that is not here is refused."""
_EVENT: Final[Mapping[str, Check]] = {
    "type": lambda value: is_text(value) and not value.startswith(_ELECTION),
    "hostname": is_text,
    "clock": is_clock,
    **dict.fromkeys(("timestamp", "pid", "utcoffset", "freq", "active", "processed"), is_figure),
    **dict.fromkeys(("sw_ident", "sw_ver", "sw_sys"), is_text_or_nothing),
    "loadavg": lambda value: (
        value is None or (isinstance(value, list) and all(map(is_figure, value)))
    ),
}
_NEWS_OF_A_WORKER: Final = _EVENT.keys()

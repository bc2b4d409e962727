"""What no program of ours ever says to all workers at once, as somebody would say it."""

import json
import pickle
from collections.abc import Iterator
from typing import Any, Final
from uuid import uuid4

from adapters.queue.task_names import TaskName
from tests.reliability.on_the_wire import CANARY, encoded

COMMANDS: Final = "/0.celery.pidbox"
"""Where commands are said to all workers."""

_TASK: Final = TaskName.SYNC_AWS.value


def command(
    method: object, arguments: object = None, *, headers: object = None, **parts: object
) -> dict[str, Any]:
    """Return what is said to all workers over remote control."""
    body = {"method": method, "arguments": arguments, "destination": None, **parts}
    return {
        "body": encoded(body),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {"clock": 1, "expires": None} if headers is None else headers,
        "properties": {
            "delivery_mode": 2,
            "delivery_info": {"exchange": "celery.pidbox", "routing_key": ""},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": str(uuid4()),
        },
    }


def broken_commands() -> Iterator[object]:
    """Yield what is no command at all."""
    yield from ("7", "[1]", "{}", '"a"', CANARY, b"\xff\xfe" + CANARY.encode())
    yield "[" * 100_000 + "]" * 100_000
    yield pickle.dumps({"method": CANARY})
    yield json.dumps(command("ping")).encode("utf-16")
    yield command("ping") | {"__type__": CANARY, "__value__": 1}
    for part in ("body", "headers", "properties"):
        yield from (command("ping") | {part: odd} for odd in (None, 7, [CANARY]))
    yield command("ping") | {"content-type": "application/x-python-serialize"}
    yield from (command("ping") | {"body": encoded(odd)} for odd in (7, None, [CANARY], CANARY))
    yield from (command("ping", headers={"clock": odd}) for odd in (CANARY, [1], 10**400, -1))


def forged_commands() -> Iterator[object]:
    """Yield commands that no worker knows, or can take."""
    yield from (command(odd) for odd in (None, 7, [CANARY], CANARY, "__init__"))
    yield from (command("ping", odd) for odd in (7, [CANARY], CANARY, {"self": 1}, {CANARY: 1}))
    yield command("ping", self=CANARY)
    yield from (command("ping", destination=odd) for odd in (7, CANARY, [7], {"a": 1}))
    yield command("ping", pattern="(.+)+#", matcher="pcre")
    yield from (command("ping", reply_to=odd) for odd in ({}, 7, {"exchange": CANARY}))
    yield command("ping", reply_to={"exchange": "", "routing_key": "sync"})
    astray: dict[str, tuple[object, ...]] = {
        "add_consumer": (
            {"queue": 7},
            {"queue": [CANARY]},
            {"queue": "unacked"},
            {"queue": "sync", "exchange_type": CANARY},
            {"queue": "sync", CANARY: 1},
            {},
        ),
        "cancel_consumer": ({"queue": {"a": CANARY}},),
        "pool_grow": ({"n": 10**9}, {"n": -1}, {"n": CANARY}, {"n": 1.5}, {"n": True}),
        "pool_shrink": ({"n": -1},),
        "shutdown": ({"msg": CANARY},),
        "election": ({"id": "1", "topic": "task", "action": {"task": _TASK}},),
        "revoke": ({"task_id": {"a": 1}}, {"task_id": [[CANARY]]}, {}),
        "terminate": ({"task_id": "1", "signal": CANARY},),
        "rate_limit": (
            {"task_name": CANARY, "rate_limit": "1/m"},
            {"task_name": [_TASK], "rate_limit": "1/m"},
            {"task_name": _TASK, "rate_limit": "x/y"},
        ),
        "time_limit": ({"task_name": _TASK, "soft": CANARY}, {"task_name": _TASK, "hard": 1e-9}),
        "hello": ({"from_node": [CANARY]}, {"from_node": "a@b", "revoked": [[1]]}),
        "revoke_by_stamped_headers": ({"headers": {"a": [{}]}},),
    }
    for method, choices in astray.items():
        yield from (command(method, arguments) for arguments in choices)

"""Messages that no program of ours ever sends, as somebody would put them into the broker."""

import base64
import json
import pickle
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any, Final
from uuid import uuid4

from adapters.queue.task_names import TaskName
from tests.reliability.hostile_commands import COMMANDS, broken_commands, forged_commands
from tests.reliability.on_the_wire import CANARY, encoded, raw

SYNC: Final = TaskName.SYNC_AWS.value
AT_THE_DOOR: Final = "message refused"
"""What the log says of a message that is not looked at any further."""
BY_THE_TASK: Final = "raised expected"
"""What it says of a message whose arguments are not acceptable."""
UNKNOWN: Final = "its message was dropped"
"""What it says of a message for a task that does not exist."""


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """One message, the list or channel of Redis it is put into, and how it is turned away."""

    attack: str
    key: str
    raw: bytes
    told: str


_USUAL_HEADERS: Final[Mapping[str, object]] = {
    "lang": "py",
    "parent_id": None,
    "shadow": None,
    "eta": None,
    "expires": None,
    "group": None,
    "group_index": None,
    "retries": 0,
    "timelimit": [None, None],
    "argsrepr": CANARY,
    "kwargsrepr": "{}",
    "origin": "gen1@here",
    "ignore_result": True,
    "replaced_task_nesting": 0,
    "stamped_headers": None,
    "stamps": {},
}


def message(
    task: object = SYNC,
    args: object = (1, 1),
    kwargs: object = None,
    *,
    headers: Mapping[str, object] | None = None,
    properties: Mapping[str, object] | None = None,
    **parts: Any,  # noqa: ANN401 - whatever JSON can hold
) -> dict[str, Any]:
    """Return a message as Celery sends it, with the parts that are given in place of its own."""
    number = str(uuid4())
    return {
        "body": encoded([args, kwargs or {}, NOTHING_FOLLOWS]),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {
            **_USUAL_HEADERS,
            "task": task,
            "id": number,
            "root_id": number,
            **(headers or {}),
        },
        "properties": {
            "correlation_id": number,
            "reply_to": str(uuid4()),
            "delivery_mode": 2,
            "delivery_info": {"exchange": "", "routing_key": "sync"},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": str(uuid4()),
            **(properties or {}),
        },
        **parts,
    }


NOTHING_FOLLOWS: Final = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}


def without(part: str, name: str) -> dict[str, Any]:
    """Return a message that lacks *name* in its *part*."""
    whole = message()
    del whole[part][name]
    return whole


def _broken() -> Iterator[object]:
    """Yield what is no message at all, or one that lacks what every message has."""
    yield from (CANARY, b"\xff\xfe" + CANARY.encode(), "", "{", "[1", "NaN")
    yield from ([], 7, None, CANARY, {}, {"body": CANARY})
    yield '{"a":' * 100_000 + "1" + "}" * 100_000
    yield "[" * 100_000 + "]" * 100_000
    yield pickle.dumps({"task": CANARY})
    for encoding in ("utf-16", "utf-16-le", "utf-8-sig"):
        yield json.dumps(message()).encode(encoding)
    for part in ("headers", "properties"):
        whole = message()
        del whole[part]
        yield whole
        yield from (message() | {part: odd} for odd in (None, CANARY, [CANARY], 7))
    yield from (without("headers", name) for name in ("id", "task"))
    yield from (without("properties", name) for name in ("delivery_tag", "delivery_info"))


def _odd_bodies() -> Iterator[object]:
    """Yield whole messages about something else than a task and its arguments."""
    huge = encoded([[CANARY * 260_000], {}, NOTHING_FOLLOWS])
    yield message(body=huge)
    yield message(headers={"argsrepr": CANARY * 260_000})
    bodies: tuple[object, ...] = (CANARY, "===", None, 7, [], {"a": CANARY})
    yield from (message(body=body) for body in bodies)
    lists: tuple[object, ...] = ([], [[1]], [[1], {}], [[1, 1], [], {}], [1, {}, {}])
    yield from (message(body=encoded(odd)) for odd in (*lists, {}, None, 7, CANARY))
    for following in ([CANARY], {"callbacks": CANARY}, {"chain": [CANARY]}, {"chord": 7}):
        yield message(body=encoded([[1, 1], {}, following]))
    deep = base64.b64encode(b"[" * 30_000 + b"]" * 30_000).decode()
    yield message(body=deep)
    pickled = base64.b64encode(pickle.dumps([[CANARY], {}, {}])).decode()
    for kind in ("application/x-python-serialize", "application/x-yaml", "text/plain", CANARY):
        yield message(body=pickled) | {"content-type": kind}
    yield from (message() | {"content-type": odd} for odd in (None, 7, [CANARY]))
    yield from (message() | {"content-encoding": odd} for odd in (CANARY, "utf-7", "rot13", 7))
    yield from (message(properties={"body_encoding": odd}) for odd in (CANARY, 7, None))
    bomb = base64.b64encode(zlib.compress(b"[" + b" " * 5_000_000 + b"]")).decode()
    yield message(body=bomb, headers={"compression": "application/x-gzip"})


def _objects() -> Iterator[object]:
    """Yield messages from which kombu would make objects, at some depth."""
    for made in ({"__type__": CANARY, "__value__": 1}, {"__type__": "uuid", "__value__": {"a": 1}}):
        yield message() | made
        yield message(headers={"x-any": made})
        yield message(headers={"stamps": {"a": made}})
        yield message(properties={"delivery_info": {"exchange": "", "routing_key": "", "a": made}})
        yield message(args=(made, 1))
        yield message(args=([[{"a": made}]], 1))
        yield message(kwargs={"user_id": made})
        yield encoded([7]).join(('{"body": "', '", "a": {"__type__": 7}}'))


def _followed() -> Iterator[object]:
    """Yield messages with something to do when the task has ended, which no task of ours has."""
    wish = {"task": TaskName.RECOVER_JOBS.value, "args": [], "kwargs": {}, "options": {}}
    hidden = {"tasks": [{"task": "celery.backend_cleanup", "args": [], "kwargs": {}}]}
    wishes: tuple[object, ...] = (
        wish,
        wish | {"args": 7, "kwargs": CANARY, "options": 7},
        wish | {"subtask_type": CANARY},
        wish | {"subtask_type": "group", "kwargs": hidden},
        wish | {"options": {"serializer": "pickle", "connection": CANARY}},
    )
    for when in ("callbacks", "errbacks", "chain", "chord"):
        for each in wishes:
            follows = NOTHING_FOLLOWS | {when: each if when == "chord" else [each]}
            yield message(body=encoded([[1, -1], {}, follows]))
    yield message(body=encoded([[1, -1], {}, {CANARY: wish}]))


_FORGED: Final[Mapping[str, tuple[object, ...]]] = {
    "task": ("celery.map", "celery.chord_unlock", None, 7, ["a"], {"a": 1}, "", "a\nb", "a" * 300),
    "id": (None, 7, [CANARY], "", "a\nforged line", "a" * 300),
    "eta": (CANARY, 7, [CANARY], "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00"),
    "expires": (CANARY, [CANARY], {"a": 1}, "9999-12-31T23:59:59-14:00"),
    "retries": (-1, 10**9, 10**400, 1.5, "0", None, [1], True),
    "timelimit": (CANARY, [], [1], ["a", "b"], [10**400, None], [-1, -1], [1e-9, None], {"a": 1}),
    "shadow": (7, [CANARY], "a\nforged line", "a" * 300),
    "root_id": (7, [CANARY]),
    "group": (7, [CANARY]),
    "stamps": (CANARY, 7, {"a": 7}, {"a": [{}]}, {"a": {"b": CANARY}}, {"a": [[1]]}, {"": "a"}),
    "stamped_headers": (CANARY, 7, [[1]], [{}], [CANARY, 7], [None]),
    "known_ids": (7, CANARY, {"msg": CANARY, "levelname": "CRITICAL"}),
    "ignore_result": (CANARY, 7),
    "get": (CANARY, None),
    "as_execution_options": (CANARY,),
    "called_directly": (True,),
    "chord": (CANARY,),
    "hostname": (CANARY,),
}


def _forged_headers() -> Iterator[object]:
    """Yield messages whose headers would lead Celery astray."""
    for name, values in _FORGED.items():
        yield from (message(headers={name: value}) for value in values)
    late = (datetime.now(UTC) + timedelta(days=3650)).isoformat()
    yield message(headers={"eta": late})


def _forged_properties() -> Iterator[object]:
    """Yield messages that say astray where they come from, or how they are to be answered."""
    routes: dict[str, tuple[object, ...]] = {
        "delivery_tag": (None, 7, [CANARY], "", "a" * 300),
        "delivery_info": (None, CANARY, {}, {"exchange": "", "routing_key": 7}),
        "priority": (CANARY, 10**400, -1, [1]),
        "correlation_id": ([CANARY], 7),
        "reply_to": ([CANARY], 7),
    }
    for name, values in routes.items():
        yield from (message(properties={name: value}) for value in values)


def _forged_arguments() -> Iterator[object]:
    """Yield proper messages that ask for what nobody may ask for."""
    someone_elses, nobodys = (2, 1), (10**9, 10**9)
    for args in (someone_elses, nobodys, (-1, -1), (0, 0), (1.5, 1), (True, 1), (10**30, 1)):
        yield message(args=args)
    for odd in (CANARY, [CANARY], {"a": CANARY}, None, "1; DROP TABLE users"):
        yield message(args=(1, odd))
        yield message(args=(odd, 1))
    yield from (message(args=()), message(args=(1,)), message(args=(1, 1, 1)))
    yield message(args=(), kwargs={"container": CANARY})
    yield message(args=(1, 1), kwargs={"user_id": 2})
    yield message(TaskName.SYNC_ALL_USERS.value, args=(CANARY,))
    yield message(TaskName.PROVISION_RESOURCE.value, args=(10**9,))


def _unknown_tasks() -> Iterator[object]:
    names = ("app.tasks.nope", "posix.system", "os.system", "__import__", "builtins.eval")
    yield from (message(name) for name in names)


_ATTACKS: Final[Mapping[str, tuple[Callable[[], Iterator[object]], str]]] = {
    "broken": (_broken, AT_THE_DOOR),
    "odd body": (_odd_bodies, AT_THE_DOOR),
    "objects": (_objects, AT_THE_DOOR),
    "followed by others": (_followed, AT_THE_DOOR),
    "forged headers": (_forged_headers, AT_THE_DOOR),
    "forged properties": (_forged_properties, AT_THE_DOOR),
    "forged arguments": (_forged_arguments, BY_THE_TASK),
    "unknown task": (_unknown_tasks, UNKNOWN),
    "broken command": (broken_commands, AT_THE_DOOR),
    "forged command": (forged_commands, AT_THE_DOOR),
}
_SAID_TO_ALL: Final = ("broken command", "forged command")
_KEYS: Final = ("sync", "celery", "terraform", "sync\x06\x163", "celery\x06\x169")


def hostile_messages(count: int) -> list[Hostile]:
    """Return *count* messages: each kind at least once, the cheaper ones over and over."""
    every = list(_each_kind_once())
    cheap = cycle([each for each in every if len(each[1]) < 20_000])
    chosen = [*every, *islice(cheap, count - len(every))]
    keys = cycle(_KEYS)
    return [
        Hostile(
            attack=attack,
            key=COMMANDS if attack in _SAID_TO_ALL else next(keys),
            raw=raw,
            told=told,
        )
        for attack, raw, told in chosen
    ]


def _each_kind_once() -> Iterator[tuple[str, bytes, str]]:
    for attack, (contents, told) in _ATTACKS.items():
        for content in contents():
            yield attack, raw(content), told

"""Nobody can make a worker count so high that its neighbours do not hear it any more."""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from kombu.clocks import LamportClock

from entrypoints.worker.broadcasts import objection_to_broadcast
from entrypoints.worker.checks import HIGHEST_CLOCK
from entrypoints.worker.messages import Waiting, objection_to_reply
from entrypoints.worker.transport import as_heard, through_the_door
from tests.reliability.hostile_commands import COMMANDS, command
from tests.reliability.on_the_wire import encoded, raw

NEWS = "/0.celeryev/worker.heartbeat"
REPLIES = b"1.reply.celery.pidbox"
MANY = 10**15
"""More messages than any worker sees."""


def hello(clock: object) -> bytes:
    headers = {"clock": clock, "expires": None}
    return raw(command("hello", {"from_node": "a@b", "revoked": ["1"]}, headers=headers))


def beat(clock: object) -> dict[str, object]:
    return {"type": "worker-heartbeat", "hostname": "a@b", "clock": clock, "freq": 2.0}


def news(*clocks: object, of_one: bool = True) -> bytes:
    """Return the news of one worker, or many of them in one message."""
    events = [beat(clock) for clock in clocks]
    told = command("") | {"body": encoded(events[0] if of_one else events)}
    told["properties"]["delivery_info"]["routing_key"] = "worker.heartbeat"
    told["headers"] = {"hostname": "a@b"}
    return raw(told)


def reply(clock: object, *, within: object = 1) -> bytes:
    """Return the answer to `hello`, with one clock around and one *within*."""
    answer = {"a@b": {"clock": within, "revoked": ["1"]}}
    return raw(command("") | {"body": encoded(answer), "headers": {"clock": clock, "ticket": "1"}})


def heard(channel: str, said: bytes) -> bytes:
    """Return what gets to Celery of what is *said* to all."""
    told = {"type": b"pmessage", "channel": channel.encode(), "data": said}
    return bytes(as_heard(told)["data"])


def answered(said: bytes) -> bytes:
    passed = through_the_door((REPLIES, said), waiting=Waiting())
    return passed[1] if passed else b""


def clocks_in(passed: bytes) -> Iterator[int]:
    """Yield each clock that Celery may take over from a message."""
    content = json.loads(passed)
    body = json.loads(base64.b64decode(content["body"]))
    parts = [content["headers"], *(body if isinstance(body, list) else [body])]
    parts += [part for part in body.values() if isinstance(part, dict)] if parts[1] is body else []
    yield from (part["clock"] for part in parts if isinstance(part.get("clock"), int))


def all_that_is_said(clock: int) -> Mapping[str, bytes]:
    """Return what gets to Celery of each kind of message with such a *clock*."""
    return {
        "a command": heard(COMMANDS, hello(clock)),
        "news": heard(NEWS, news(clock)),
        "many news": heard(NEWS, news(1, clock, of_one=False)),
        "a reply": answered(reply(clock)),
        "the clock in a reply": answered(reply(1, within=clock)),
    }


@pytest.mark.parametrize("kind", all_that_is_said(1))
@pytest.mark.parametrize("forged", [HIGHEST_CLOCK, HIGHEST_CLOCK // 2, 2**53 + 1])
def test_whoever_took_over_the_highest_clock_is_heard_for_ever(kind: str, forged: int) -> None:
    clock = LamportClock()
    for taken_over in clocks_in(all_that_is_said(forged)[kind]):
        clock.adjust(taken_over)
    clock.adjust(clock.value + MANY)

    assert objection_to_broadcast(COMMANDS, hello(clock.forward())) is None
    assert objection_to_broadcast(NEWS, news(clock.forward())) is None
    assert objection_to_reply(reply(clock.forward(), within=clock.forward())) is None


def test_what_a_neighbour_tells_after_that_is_told_whole_but_for_its_clock() -> None:
    told = json.loads(base64.b64decode(json.loads(heard(NEWS, news(2**60)))["body"]))

    assert told == beat(told["clock"])


@pytest.mark.parametrize("clock", [None, 0, 7, 2**53])
def test_a_usual_clock_is_left_as_it_is(clock: int | None) -> None:
    asked, told, answer = hello(clock), news(clock), reply(clock, within=clock)

    assert (heard(COMMANDS, asked), heard(NEWS, told), answered(answer)) == (asked, told, answer)


@pytest.mark.parametrize(
    "odd",
    [HIGHEST_CLOCK + 1, 10**400, -1, 1e300, float("inf"), True],
    ids=["too high", "far too high", "negative", "a figure", "endless", "a truth value"],
)
def test_a_clock_that_nobody_can_have_is_refused_wherever_it_stands(odd: Any) -> None:  # noqa: ANN401
    assert heard(COMMANDS, hello(odd)) == b""
    assert heard(NEWS, news(odd)) == b""
    assert answered(reply(odd)) == b""
    assert answered(reply(1, within=odd)) == b""


def test_what_is_so_deep_that_it_can_hardly_be_read_is_refused_or_can_be_written_too() -> None:
    passed = []
    for depth in range(700, 1000):
        body = f'{{"a@b": {{"clock": {2**60}, "revoked": {"[" * depth}{"]" * depth}}}}}'
        deep = command("") | {"body": base64.b64encode(body.encode()).decode()}
        passed.append(answered(raw(deep)) != b"")

    assert set(passed) == {True, False}


def test_the_clock_of_statistics_is_a_word_and_may_pass() -> None:
    statistics = reply(1, within="123")

    assert answered(statistics) == statistics

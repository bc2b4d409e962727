"""What passes the door before Celery, and as what."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.queue.task_names import TaskName
from entrypoints.worker.messages import MOST_RETRIES_WAITING, MOST_WAITING, Waiting
from entrypoints.worker.transport import through_the_door
from tests.reliability.hostile_messages import message
from tests.reliability.on_the_wire import raw

GOOD = TaskName.UPDATE_PROVIDER_HEALTH.value
TASKS = b"sync"


def for_later(count: int, *, seconds: float, retries: int = 0) -> list[dict[str, Any]]:
    """Return *count* messages that are to begin then."""
    eta = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
    return [message(GOOD, (), headers={"eta": eta, "retries": retries}) for _ in range(count)]


def taken(messages: Iterable[object], waiting: Waiting) -> list[dict[str, Any]]:
    """Return what of *messages* gets to Celery."""
    passed = (through_the_door((TASKS, raw(each)), waiting=waiting) for each in messages)
    return [json.loads(each[1]) for each in passed if each is not None]


def at_once(messages: Iterable[dict[str, Any]]) -> int:
    return sum(each["headers"]["eta"] is None for each in messages)


def test_of_many_retries_none_is_lost() -> None:
    retries = for_later(150, seconds=70, retries=1)

    passed = taken(retries, Waiting())

    assert [each["headers"]["id"] for each in passed] == [each["headers"]["id"] for each in retries]


def test_retries_beyond_their_room_begin_at_once_and_are_the_same_otherwise() -> None:
    retries = for_later(MOST_RETRIES_WAITING + 1, seconds=70, retries=2)

    *waiting, last = taken(retries, Waiting())

    assert waiting == retries[:-1]
    assert last == retries[-1] | {"headers": retries[-1]["headers"] | {"eta": None}}


def test_messages_for_later_from_elsewhere_take_no_room_from_retries() -> None:
    waiting = Waiting()
    assert len(taken(for_later(MOST_WAITING + 1, seconds=3300), waiting)) == MOST_WAITING

    retries = taken(for_later(MOST_RETRIES_WAITING, seconds=70, retries=1), waiting)

    assert len(retries) == MOST_RETRIES_WAITING
    assert at_once(retries) == 0


def test_retries_take_no_room_from_messages_for_later() -> None:
    waiting = Waiting()
    taken(for_later(2 * MOST_RETRIES_WAITING, seconds=70, retries=1), waiting)

    assert len(taken(for_later(MOST_WAITING, seconds=3300), waiting)) == MOST_WAITING


def test_forged_retries_hold_no_more_than_the_room_of_retries() -> None:
    waiting = Waiting()
    forged = taken(for_later(1000, seconds=3300, retries=3), waiting)

    assert len(forged) - at_once(forged) == MOST_RETRIES_WAITING
    assert len(taken(for_later(1, seconds=70, retries=1), waiting)) == 1


@pytest.mark.parametrize("retries", [0, 1])
def test_what_is_to_begin_now_needs_no_room(retries: int) -> None:
    waiting = Waiting()
    taken(for_later(200, seconds=70, retries=retries), waiting)

    due = for_later(5, seconds=-1, retries=retries)

    assert taken(due, waiting) == due


def test_a_retry_so_deep_that_it_can_hardly_be_read_is_refused_or_can_be_written_too() -> None:
    waiting = Waiting()
    taken(for_later(MOST_RETRIES_WAITING, seconds=70, retries=1), waiting)
    [retry] = for_later(1, seconds=70, retries=1)
    start, end = raw(retry | {"x": "HERE"}).split(b'"HERE"')

    deep = (start + b"[" * depth + b"]" * depth + end for depth in range(700, 1000))
    passed = {through_the_door((TASKS, each), waiting=waiting) is not None for each in deep}

    assert passed == {True, False}

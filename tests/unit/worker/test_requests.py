"""What the main process of a worker makes of a message."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from celery import Celery
from celery.worker import state
from kombu.message import Message

from entrypoints.worker.requests import DiscreetRequest


@pytest.fixture
def app() -> Celery:
    app = Celery("test", broker="memory://", set_as_current=False)
    app.task(name="a.task")(nothing)
    return app


def nothing() -> None:
    """A task that does nothing."""


def a_request(app: Celery, number: str, *, expires_in: timedelta) -> DiscreetRequest:
    headers = {
        "id": number,
        "task": "a.task",
        "lang": "py",
        "expires": (datetime.now(UTC) + expires_in).isoformat(),
        "ignore_result": True,
    }
    message = Message(  # type: ignore[no-untyped-call]
        "[[], {}, {}]", headers=headers, content_type="application/json"
    )
    return DiscreetRequest(message, app=app, task=app.tasks["a.task"], on_ack=lambda *_: None)


def test_a_message_that_expired_does_not_bar_the_next_one_of_the_same_job(app: Celery) -> None:
    number = f"sync:credential:1#{uuid4()}"
    late = a_request(app, number, expires_in=timedelta(seconds=-1))
    assert late.revoked()
    assert number not in state.revoked
    assert not a_request(app, number, expires_in=timedelta(minutes=1)).revoked()


def test_what_was_revoked_by_hand_stays_revoked(app: Celery) -> None:
    number = f"sync:credential:1#{uuid4()}"
    state.revoked.add(number)
    assert a_request(app, number, expires_in=timedelta(minutes=1)).revoked()

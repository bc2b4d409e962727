"""What becomes known of a task that fails, and what does not."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from celery import Celery
from celery.app.trace import trace_task
from celery.exceptions import TimeLimitExceeded
from pydantic import SecretStr

from application.ports.errors import Rejected, Unavailable
from entrypoints.bootstrap.logging import configure_logging, process_redactor
from entrypoints.bootstrap.settings import Settings
from entrypoints.worker.celery_app import worker_app
from entrypoints.worker.log_lines import tidy_celery_lines
from tests.bare_environment import bare_environment, logging_as_before
from tests.broker import redis_client

__all__ = ["bare_environment", "logging_as_before"]

pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated setex")  # by Celery itself

CANARY = "canary-of-a-customer"
ANOTHER = "canary-of-another"


def defect(_container: object) -> NoReturn:
    """Go wrong as only a mistake of ours can."""
    try:
        raise KeyError(f"{ANOTHER} is unknown")
    except KeyError as exc:
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, f"{CANARY}\nis odd") from exc


def refusal(_container: object) -> NoReturn:
    """Fail as is to be expected."""
    raise Rejected(f"{CANARY} is not acceptable.", remedy="Change it.") from KeyError(ANOTHER)


def outage(_container: object) -> NoReturn:
    """Fail for the time being."""
    raise Unavailable(f"{CANARY} does not answer.") from KeyError(ANOTHER)


@pytest.fixture
def app(valkey_url: str, tmp_path: Path) -> Iterator[Celery]:
    settings = Settings(
        database=SecretStr("postgresql://nobody@127.0.0.1:1/none"),
        broker=SecretStr(valkey_url),
        data_dir=tmp_path,
        log_format="json",
    )
    configure_logging(settings)
    tidy_celery_lines()
    for secret in (CANARY, ANOTHER):
        process_redactor().learn(secret)
    app = worker_app(lambda: settings)
    for function in (defect, refusal, outage):
        app.task(name=f"test.{function.__name__}", shared=False)(function)
    yield app
    app.service.shut_down()
    app.close()


def stored(app: Celery, name: str, valkey_url: str) -> str:
    """Do the task *name* as a worker does; return all that is kept of it."""
    request = {"id": "1", "hostname": "here", "args": [], "kwargs": {}, "delivery_info": {}}
    trace_task(app.tasks[f"test.{name}"], "1", [], {}, request, app=app)
    return kept(valkey_url)


def kept(valkey_url: str) -> str:
    with redis_client(valkey_url) as client:
        return str(client.get("celery-task-meta-1").decode())


@pytest.mark.parametrize(
    ("name", "error", "sentence"),
    [
        ("defect", "UnicodeDecodeError", "**** is odd"),
        ("refusal", "Rejected", "**** is not acceptable. Change it."),
        ("outage", "Unavailable", "**** does not answer."),
    ],
)
def test_of_a_failure_its_class_and_one_redacted_text_are_kept_and_no_traceback(
    app: Celery, valkey_url: str, name: str, error: str, sentence: str
) -> None:
    text = stored(app, name, valkey_url)

    assert "canary" not in text
    document = json.loads(text)
    assert document["traceback"] is None
    assert document["result"]["exc_type"] == error
    [told] = document["result"]["exc_message"]
    assert told.endswith(sentence)


def test_what_the_main_process_says_of_a_task_is_kept_as_discreetly(
    app: Celery, valkey_url: str
) -> None:
    backend = app.tasks["test.defect"].backend

    backend.mark_as_failure("1", TimeLimitExceeded(f"600 {CANARY}"), "Traceback ...")

    assert "canary" not in kept(valkey_url)
    assert "Traceback" not in kept(valkey_url)


def test_who_asks_for_the_result_gets_an_error_of_the_same_class(
    app: Celery, valkey_url: str
) -> None:
    stored(app, "refusal", valkey_url)

    result = app.AsyncResult("1").result

    assert isinstance(result, Rejected)
    assert str(result) == "**** is not acceptable. Change it."


def test_the_log_shows_where_a_defect_is_and_neither_its_secrets_nor_those_of_its_cause(
    app: Celery, valkey_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stored(app, "defect", valkey_url)
    logging.getLogger().handlers[0].flush()

    written = capsys.readouterr().err
    assert "in defect" in written
    assert "KeyError" in written
    assert "canary" not in written

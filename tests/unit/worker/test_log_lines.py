import logging

import pytest
from celery.worker.consumer.consumer import UNKNOWN_TASK_ERROR

from entrypoints.worker.log_lines import CeleryLines


def a_record(message: str, *args: object, **fields: object) -> logging.LogRecord:
    record = logging.LogRecord("celery", logging.INFO, __file__, 1, message, args, None)
    record.__dict__.update(fields)
    return record


def test_an_expected_failure_is_a_warning_without_a_traceback() -> None:
    data = {
        "id": "1",
        "name": "app.tasks.x",
        "description": "raised expected",
        "traceback": "Traceback ...",
        "kwargs": "{'password': 'hunter2'}",
    }
    record = a_record("Task failed", data=data)

    CeleryLines().filter(record)

    assert record.levelname == "WARNING"
    assert record.__dict__["task"] == "app.tasks.x"
    assert "hunter2" not in str(record.__dict__)
    assert "Traceback" not in str(record.__dict__)


@pytest.mark.parametrize(
    ("message", "args"),
    [
        ("Soft time limit (%ss) exceeded for %s[%s]", (540, "app.tasks.x", "1")),
        ("Task %s[%s] retry: %s", ("app.tasks.x", "1", "the worker was lost")),
    ],
)
def test_what_becomes_of_a_task_in_the_main_process_is_told_with_its_id(
    message: str, args: tuple[object, ...]
) -> None:
    record = a_record(message, *args)

    CeleryLines().filter(record)

    assert (record.__dict__["task"], record.__dict__["task_id"]) == ("app.tasks.x", "1")


def test_a_success_stays_information() -> None:
    record = a_record("Task succeeded", data={"id": "1", "name": "x", "return_value": "{}"})

    CeleryLines().filter(record)

    assert record.levelname == "INFO"


def test_an_unknown_task_is_named_and_its_message_is_not_shown() -> None:
    headers = {"task": "app.tasks.nope", "argsrepr": "('hunter2',)"}
    record = a_record(UNKNOWN_TASK_ERROR, KeyError("x"), "b'hunter2'", headers, {})

    CeleryLines().filter(record)

    assert record.getMessage() == "Unknown task 'app.tasks.nope': its message was dropped."

"""The tasks page, the published names and what the worker serves are one and the same."""

import inspect
import re
from datetime import timedelta

from celery import Celery
from celery.schedules import crontab, schedule
from pydantic import SecretStr

from adapters.queue.routes import DEFAULT_QUEUE, task_routes
from adapters.queue.task_names import TaskName
from entrypoints.bootstrap.settings import Settings
from entrypoints.worker.celery_app import worker_app
from entrypoints.worker.schedule import beat_schedule
from entrypoints.worker.tasks import TASKS
from tests.docs.markdown import blocks, read, rows

PAGE = {row["task"]: row for row in rows(read("docs/reference/tasks.md")) if "task" in row}


def test_the_page_the_published_names_and_the_registry_agree() -> None:
    app = worker_app(lambda: Settings(broker=SecretStr("redis://localhost")))
    served = {name for name in app.tasks if not name.startswith("celery.")}
    assert list(PAGE) == [name.value for name in TaskName]
    assert served == set(PAGE)


def test_the_page_names_the_arguments_of_every_task() -> None:
    taken = {
        name.value: ", ".join(list(inspect.signature(function).parameters)[1:]) or "none"
        for name, function in TASKS.items()
    }
    assert {task: row["arguments"] for task, row in PAGE.items()} == taken


def test_the_page_names_the_queue_that_celery_routes_each_task_to() -> None:
    app = Celery(set_as_current=False)
    app.conf.update(task_routes=task_routes(), task_default_queue=DEFAULT_QUEUE)
    routed = {name.value: app.amqp.router.route({}, name.value)["queue"].name for name in TaskName}
    assert {task: row["queue"] for task, row in PAGE.items()} == routed


def test_the_page_tells_what_beat_asks_for_and_how_often() -> None:
    asked = {str(entry["task"]): _words(entry["schedule"]) for entry in beat_schedule().values()}
    assert {task: row["beat"] for task, row in PAGE.items() if row["beat"] != "none"} == asked


def test_every_call_the_page_shows_is_of_a_published_task() -> None:
    shown = "\n".join(blocks(read("docs/reference/tasks.md"), "sh"))
    called = re.findall(r"\bcall (\S+)", shown)
    assert called
    assert set(called) <= set(PAGE)


def _words(when: object) -> str:
    if isinstance(when, crontab):
        return f"daily at {min(when.hour):02}:{min(when.minute):02}"
    period = when.run_every if isinstance(when, schedule) else when
    assert isinstance(period, timedelta)
    if period < timedelta(minutes=1):
        return f"every {period // timedelta(seconds=1)} seconds"
    minutes = period // timedelta(minutes=1)
    return "every minute" if minutes == 1 else f"every {minutes} minutes"

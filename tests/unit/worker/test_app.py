"""The worker's app, as far as it can be known without a broker."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery
from celery.exceptions import CeleryCommandException
from celery.schedules import crontab
from pydantic import SecretStr

from adapters.queue.broker import VISIBILITY_TIMEOUT
from adapters.queue.celery_queue import JOB_EXPIRES, SYNC_TASK
from adapters.queue.task_names import TaskName
from application.dispatching import LOST_AFTER
from application.use_cases.recover_runs import PATIENCE
from entrypoints.bootstrap.errors import SettingsError
from entrypoints.bootstrap.settings import Settings
from entrypoints.worker.celery_app import worker_app
from entrypoints.worker.configuration import SOFT_TIME_LIMIT, TIME_LIMIT
from entrypoints.worker.retries import LONGEST_WAIT_SECONDS
from entrypoints.worker.schedule import ENTRIES


def some_settings(data_dir: Path, *, broker: str = "redis://:hunter2@127.0.0.1:1/0") -> Settings:
    return Settings(
        database=SecretStr("postgresql://127.0.0.1:1/none"),
        broker=SecretStr(broker),
        data_dir=data_dir,
    )


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Celery:
    for name in ("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    return worker_app(lambda: some_settings(tmp_path))


def test_the_worker_serves_exactly_the_published_names(app: Celery) -> None:
    served = {name for name in app.tasks if not name.startswith("celery.")}

    assert served == {name.value for name in TaskName}


def test_every_task_waits_in_the_queue_its_name_promises(app: Celery) -> None:
    queues = {
        name: app.amqp.router.route({}, name.value, args=(), kwargs={})["queue"].name
        for name in TaskName
    }

    assert {name for name, queue in queues.items() if queue == "terraform"} == {
        TaskName.PROVISION_RESOURCE,
        TaskName.DESTROY_RESOURCE,
        TaskName.TIDY_WORKSPACES,
    }
    assert {name for name, queue in queues.items() if queue == "celery"} == {
        TaskName.RECOVER_RUNS,
        TaskName.RECOVER_JOBS,
        TaskName.DISPATCH_JOBS,
        TaskName.PROVE_QUEUE,
    }
    assert set(queues.values()) == {"sync", "terraform", "celery"}
    assert app.amqp.router.route({}, "something.else")["queue"].name == "celery"


def test_the_schedule_asks_for_what_is_served_at_the_promised_times(app: Celery) -> None:
    schedule = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}

    assert app.conf.timezone == "UTC"
    assert schedule == {
        TaskName.SYNC_ALL_USERS.value: timedelta(minutes=10),
        TaskName.RECOVER_RUNS.value: timedelta(minutes=1),
        TaskName.RECOVER_JOBS.value: timedelta(minutes=1),
        TaskName.DISPATCH_JOBS.value: timedelta(seconds=10),
        TaskName.PROVE_QUEUE.value: timedelta(minutes=1),
        TaskName.TIDY_WORKSPACES.value: timedelta(hours=1),
        TaskName.UPDATE_PROVIDER_HEALTH.value: timedelta(minutes=5),
        TaskName.CLEAN_UP_OLD_LOGS.value: crontab(hour=0, minute=0),
        TaskName.UPDATE_COST_DATA.value: crontab(hour=1, minute=0),
    }
    assert all(type(entry["task"]) is str for entry in app.conf.beat_schedule.values())


def test_every_message_is_good_though_clocks_differ_by_fifteen_minutes(app: Celery) -> None:
    most = timedelta(minutes=15).total_seconds()
    assert most <= JOB_EXPIRES
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["expires"] >= most


def test_a_scheduled_message_expires_before_the_next_one_or_within_minutes(app: Celery) -> None:
    for entry in app.conf.beat_schedule.values():
        period = entry["schedule"]
        if isinstance(period, timedelta):
            longest = max(timedelta(minutes=15), period * 0.9)
            assert entry["options"]["expires"] <= longest.total_seconds()


def test_the_queue_of_each_worker_is_proven_each_minute(app: Celery) -> None:
    proofs = [
        entry["options"]["queue"]
        for entry in app.conf.beat_schedule.values()
        if entry["task"] == TaskName.PROVE_QUEUE.value
    ]
    assert sorted(proofs) == ["celery", "sync", "terraform"]


def test_a_job_that_nobody_takes_is_in_the_queue_only_few_times() -> None:
    for sent_again_after in (LOST_AFTER, PATIENCE):
        assert JOB_EXPIRES / sent_again_after.total_seconds() <= 20


def test_only_what_the_database_tries_again_is_not_tried_again_by_the_queue(app: Celery) -> None:
    kept = {name for name in TaskName if app.tasks[name.value].kept_as_job}
    assert kept == {*SYNC_TASK.values(), TaskName.UPDATE_CREDENTIAL_COST_DATA}


def test_two_beats_keep_nothing_of_their_own(app: Celery) -> None:
    assert app.conf.beat_scheduler == "entrypoints.worker.beat:TurnScheduler"
    assert set(app.conf.beat_schedule) == set(ENTRIES)


def test_only_json_is_written_and_read(app: Celery) -> None:
    assert app.conf.task_serializer == app.conf.result_serializer == "json"
    assert app.conf.accept_content == ["json"]


def test_a_message_is_kept_from_others_longer_than_any_task_may_hold_it(app: Celery) -> None:
    limits = {name: app.tasks[name.value].time_limit or TIME_LIMIT for name in TaskName}
    soft = {name: app.tasks[name.value].soft_time_limit or SOFT_TIME_LIMIT for name in TaskName}

    assert (app.conf.task_time_limit, app.conf.task_soft_time_limit) == (
        TIME_LIMIT,
        SOFT_TIME_LIMIT,
    )
    assert max(limits.values()) < VISIBILITY_TIMEOUT
    assert all(soft[name] < limits[name] for name in TaskName)
    assert {name for name, limit in limits.items() if limit > TIME_LIMIT} == {
        TaskName.PROVISION_RESOURCE,
        TaskName.DESTROY_RESOURCE,
    }
    assert VISIBILITY_TIMEOUT >= 2 * LONGEST_WAIT_SECONDS


def test_a_missing_setting_is_one_sentence_for_whoever_typed_the_command(tmp_path: Path) -> None:
    def none_found() -> Settings:
        raise SettingsError("CELERY_BROKER_URL is not set.")

    with pytest.raises(CeleryCommandException) as failure:
        _ = worker_app(none_found).conf.broker_url

    assert str(failure.value) == "CELERY_BROKER_URL is not set."
    assert failure.value.exit_code == 1


def test_a_broker_of_an_unknown_kind_is_one_sentence_without_the_password(
    tmp_path: Path,
) -> None:
    app = worker_app(lambda: some_settings(tmp_path, broker="amqp://user:hunter2@host"))

    with pytest.raises(CeleryCommandException, match="redis://") as failure:
        _ = app.conf.broker_url

    assert "hunter2" not in str(failure.value)


NO_WORK_AT_IMPORT = """
import os, sys
class Loud(dict):
    def __getitem__(self, name):
        if name.startswith(("DATABASE", "MULTICLOUD")):
            raise SystemExit(f"read {name}")
        return super().__getitem__(name)
    def get(self, name, default=None):
        return self[name] if name in self else default
os.environ = Loud(os.environ)
sys.addaudithook(lambda event, _: sys.exit(event) if event.startswith("socket.conn") else None)
import entrypoints.worker
assert entrypoints.worker.app.main == "multi-cloud"
heavy = {"boto3", "botocore", "sqlalchemy", "psycopg2", "azure", "google", "pydantic", "redis"}
print(sorted(heavy & set(sys.modules)))
"""


def test_importing_the_worker_connects_to_nothing_and_loads_no_sdk() -> None:
    done = subprocess.run(
        [sys.executable, "-c", NO_WORK_AT_IMPORT], capture_output=True, text=True, check=False
    )

    assert (done.stdout.strip(), done.stderr, done.returncode) == ("[]", "", 0)

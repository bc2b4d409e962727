"""The service behind `multicloud up`, from its first line to its last process."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.valkey import EmbeddedValkey
from adapters.persistence import schema
from adapters.persistence.engine import opened_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from adapters.queue.celery_queue import sending_app
from adapters.queue.task_names import TaskName
from adapters.secrets.box import FernetSecretBox, new_key
from application.ports.secret_box import SecretText
from entrypoints.bootstrap.data_folder import read_connections
from tests.contract.store_builders import add_credential
from tests.integration.embedded.processes import ROOT, processes_about
from tests.integration.embedded.service import COMMAND, Up, rows
from tests.waiting import soon


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    service = Up(tmp_path_factory.mktemp("up") / "data")
    service.wait_for("up")
    yield service
    if service.process.poll() is None:
        service.stop()


def test_every_part_starts_in_order(up: Up) -> None:
    assert up.parts("ready")[:5] == ["postgresql", "valkey", "schema", "worker", "beat"]


def test_the_way_in_is_written_down_for_its_owner_alone(up: Up) -> None:
    path = up.data_dir / "connections.json"

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(up.connections) == {"database_url", "broker_url", "result_backend"}
    assert stat.S_IMODE((up.data_dir / "secret.key").stat().st_mode) == 0o600
    assert up.connections["broker_url"] not in json.dumps(up.told)
    assert read_connections(up.data_dir) == up.connections


def test_a_task_that_is_sent_to_it_is_done(up: Up) -> None:
    sender = sending_app(up.connections["broker_url"], up.connections["result_backend"])

    called = sender.send_task(TaskName.SYNC_ALL_USERS.value, ignore_result=True)

    log = up.data_dir / "logs" / "worker.log"
    soon(lambda: f"[{called.id}] succeeded" in log.read_text())


def test_a_second_one_on_the_same_folder_is_refused_and_disturbs_nothing(up: Up) -> None:
    second = Up(up.data_dir)

    assert second.stop() == 1
    failures = [told["sentence"] for told in second.told if told["event"] == "failed"]
    assert len(failures) == 1
    assert "runs on" in failures[0]
    assert up.process.poll() is None
    assert up.connections


def test_a_worker_that_dies_is_started_again(up: Up) -> None:
    [worker] = [
        pid for pid in processes_about(f"up-{up.process.pid}@localhost") if os.getpgid(pid) == pid
    ]
    os.kill(worker, signal.SIGKILL)

    assert up.wait_for("died", part="worker")["exit_code"] == -signal.SIGKILL
    up.wait_for("ready", part="worker")


STARTER = """
import subprocess, sys
service = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, start_new_session=True)
service.wait()
"""


def test_whoever_is_killed_leaves_no_orphan_and_no_data_is_lost(tmp_path: Path) -> None:
    """First whoever started it is killed, then, in a second run, the service itself."""
    data_dir = tmp_path / "data"
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, *COMMAND, data_dir],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as starter:
        assert starter.stdout is not None
        while json.loads(starter.stdout.readline())["event"] != "up":
            pass
        starter.kill()
    soon(lambda: processes_about(str(tmp_path)) == [])

    second = Up(data_dir)
    second.wait_for("up")
    second.rows("CREATE TABLE kept AS SELECT 1 AS one")
    second.process.kill()
    soon(lambda: processes_about(str(tmp_path)) == [])
    second.stop()
    assert read_connections(data_dir) == {}

    database = EmbeddedPostgres(data_dir / "postgresql")
    database.start()
    try:
        assert rows(database.url, "SELECT one FROM kept") == [(1,)]
    finally:
        database.stop()


def test_servers_that_are_configured_are_used_and_none_is_started(
    empty_database_url: str, valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    service = Up(
        tmp_path / "data",
        {"DATABASE_URL": empty_database_url, "CELERY_BROKER_URL": valkey.broker_url},
    )
    service.wait_for("up")

    assert service.connections["database_url"] == empty_database_url
    assert service.stop() == 0
    assert service.parts("starting") == ["schema", "worker", "beat"]
    assert not (tmp_path / "data" / "postgresql").exists()


def test_folders_called_like_our_packages_where_it_is_started_from_are_not_run(
    empty_database_url: str, valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    place = tmp_path / "somebody's project"
    for package in ("adapters", "application", "celery", "domain", "entrypoints"):
        (place / package).mkdir(parents=True)
        (place / package / "__init__.py").write_text(
            f"open({str(tmp_path / 'was run')!r}, 'w').close()\nraise SystemExit('hijacked')\n"
        )
    service = Up(
        tmp_path / "data",
        {"DATABASE_URL": empty_database_url, "CELERY_BROKER_URL": valkey.broker_url},
        working_directory=place,
    )
    service.wait_for("up")
    sender = sending_app(valkey.broker_url, valkey.broker_url)
    called = sender.send_task(TaskName.SYNC_ALL_USERS.value, ignore_result=True)
    log = tmp_path / "data" / "logs" / "worker.log"
    soon(lambda: f"[{called.id}] succeeded" in log.read_text())

    assert service.stop() == 0
    assert not (tmp_path / "was run").exists()


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/x"}, "database"),
        ({"CELERY_BROKER_URL": "redis://u:hunter2@127.0.0.1:1/0"}, "celery_broker_url"),
        ({"CELERY_BROKER_URL": "amqp://u:hunter2@127.0.0.1:1/x"}, "redis://"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_sentence_and_all_is_stopped(
    environment: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    service = Up(tmp_path / "data", environment)

    service.wait_for("failed")
    assert service.stop() == 1
    [failure] = [told["sentence"] for told in service.told if told["event"] == "failed"]
    assert sentence in failure.lower()
    assert "hunter2" not in failure
    assert processes_about(str(tmp_path)) == []


def keep_a_secret(url: str) -> None:
    """Bring the schema up to date, and store what only a key that nobody has opens."""
    schema.upgrade(url)
    box = FernetSecretBox(keys=new_key(), learn=lambda _text: None)
    with opened_engine(url) as engine:
        add_credential(lambda: SqlUnitOfWork(engine), secret=box.seal(SecretText("{}")))


def test_with_another_key_than_a_configured_database_nothing_is_started(
    empty_database_url: str, valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    keep_a_secret(empty_database_url)
    configured = {"DATABASE_URL": empty_database_url, "CELERY_BROKER_URL": valkey.broker_url}
    service = Up(tmp_path / "data", configured)

    failure = service.wait_for("failed")["sentence"]
    assert service.stop() == 1
    assert failure.startswith("The key of this process does not open the one stored secret")
    assert "`multicloud credentials replace`" in failure
    assert service.parts("starting") == ["schema"]


def test_with_another_key_than_its_own_database_it_says_where_the_right_one_belongs(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    database = EmbeddedPostgres(data / "postgresql")
    database.start()
    keep_a_secret(database.url)
    database.stop()
    service = Up(data, {"MULTICLOUD_SECRET_KEY": new_key().reveal()})

    failure = service.wait_for("failed")["sentence"]
    assert service.stop() == 1
    assert f"Put the right one back into {data / 'secret.key'} or MULTICLOUD_SECRET_KEY" in failure
    assert f"or move {data / 'postgresql'} away" in failure
    assert "credentials replace" not in failure
    assert processes_about(str(tmp_path)) == []


def test_a_folder_that_cannot_be_used_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    service = Up(tmp_path / "file" / "data")

    assert service.stop() == 1
    assert "is a file, not a folder" in service.told[0]["sentence"]


def test_it_stops_backwards_and_leaves_nothing_but_its_data(up: Up) -> None:
    """The last test of this module, because it ends what the others share."""
    assert up.stop() == 0
    assert up.parts("stopped") == ["beat", "worker", "valkey", "postgresql"]
    assert up.told[-1] == {"event": "down"}
    assert processes_about(str(up.data_dir)) == []
    assert not (up.data_dir / "connections.json").exists()

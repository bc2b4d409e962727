"""A secret goes through everything the service does, and is found nowhere but sealed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from celery import Celery

from adapters.embedded.valkey import EmbeddedValkey
from adapters.queue.task_names import TaskName
from adapters.secrets.box import new_key
from entrypoints.sandbox.aws.replay import Fault, ReplayServer
from entrypoints.sandbox.terraform.mirror import write_mirror
from tests.bare_environment import logging_as_before
from tests.integration.aws.rig import running_rig
from tests.integration.cli.shell import Shell
from tests.integration.worker.rig import ROOT, plain_environment
from tests.reliability.crashing import CRASH_WHILE
from tests.reliability.rig import Worker, a_sender, a_worker, rows, signalled
from tests.reliability.traces import Traces, traced
from tests.waiting import soon

__all__ = ["logging_as_before"]

SECRET = f"canary{uuid4().hex}of/an+access+key"
TOKEN = f"canary{uuid4().hex}of/a/session"
OLD_KEY, NEW_KEY = new_key().reveal(), new_key().reveal()
CANARIES = [SECRET[:38], TOKEN[:38], OLD_KEY[:40], NEW_KEY[:40]]
"""Their beginnings: what comes after may be spelled in other ways, or cut off."""
DECOY = f"decoy{uuid4().hex}"
"""What is left everywhere on purpose."""
OWNER = ("--user", "secretive@example.org")
BUCKET = {"kind": "aws_s3_bucket", "name": "secretive-bucket", "region": "eu-west-1"}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A worker that tells events, a terminal, and a line to AWS that can be disturbed."""

    worker: Worker
    shell: Shell
    sender: Celery
    line: ReplayServer
    environment: dict[str, str]
    folder: Path
    traces: Traces
    said: list[str] = field(default_factory=list)
    """What the terminal showed."""

    def typed(self, *arguments: str, document: object = None, code: int = 0) -> None:
        text = None if document is None else json.dumps(document)
        answer = self.shell(*arguments, typed=text)
        self.said.append(answer.out + answer.err)
        assert answer.code == code, answer.err

    def do(self, task: TaskName, *ids: int, **options: object) -> None:
        """Have the worker do *task*, and wait until it has ended, well or badly."""
        called = self.sender.send_task(task.value, args=ids, ignore_result=False, **options)
        ends = (f"[{called.id}] {how}" for how in ("succeeded", "raised", "retry"))
        ended = tuple(ends)
        soon(lambda: any(each in self.worker.said() for each in ended), patience=60)

    def places(self, wanted: str) -> set[str]:
        url = self.environment["DATABASE_URL"]
        found = self.traces.places(wanted, database_url=url, folder=self.folder)
        shown = any(wanted in text for text in self.said)
        return found | ({"terminal"} if shown else set())


@pytest.fixture
def line() -> Iterator[ReplayServer]:
    with running_rig() as aws:
        yield aws.line


@pytest.fixture
def stage(migrated_database_url: str, line: ReplayServer, tmp_path: Path) -> Iterator[Stage]:
    folder = tmp_path / "left"
    folder.mkdir()
    broker = EmbeddedValkey(tmp_path / "valkey")
    broker.start()
    environment = {
        "DATABASE_URL": migrated_database_url,
        "CELERY_BROKER_URL": broker.broker_url,
        "CELERY_RESULT_BACKEND": broker.broker_url,
        "MULTICLOUD_DATA_DIR": str(folder / "data"),
        "MULTICLOUD_SECRET_KEY": OLD_KEY,
        "MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true",
        "MULTICLOUD_TERRAFORM_MIRROR": str(write_mirror(tmp_path / "mirror")),
        "MULTICLOUD_LOG_LEVEL": "debug",
        CRASH_WHILE: str(tmp_path / "crash"),
    }
    with (
        a_worker(
            "staged",
            app="tests.reliability.crashing",
            environment=environment,
            folder=folder,
            options=("-c", "2", "-E"),
        ) as worker,
        a_sender(environment) as sender,
        traced(environment, sender, folder=folder, wanted=[*CANARIES, DECOY]) as traces,
    ):
        yield Stage(
            worker=worker,
            shell=Shell(dict(environment)),
            sender=sender,
            line=line,
            environment=environment,
            folder=folder,
            traces=traces,
        )
    broker.stop()


def key(line: ReplayServer, **more: object) -> dict[str, object]:
    return {
        "access_key_id": "AKIATESTTESTTESTTEST",
        "secret_access_key": SECRET,
        "session_token": TOKEN,
        "endpoint_url": line.endpoint,
        "regions": ["eu-west-1"],
        **more,
    }


def good_days(stage: Stage) -> None:
    """Let all go well."""
    stage.typed("users", "add", OWNER[1])
    named = ("credentials", "add", *OWNER, "--provider", "aws", "--name", "main", "--file", "-")
    stage.typed(*named, document=key(stage.line))
    stage.do(TaskName.SYNC_AWS, 1, 1)
    stage.do(TaskName.UPDATE_PROVIDER_HEALTH)
    stage.do(TaskName.UPDATE_CREDENTIAL_COST_DATA, 1, 1)
    wanted = ("provision", *OWNER, "--credential", "main", "--spec", "-", "--wait")
    stage.typed(*wanted, document=BUCKET)
    stage.typed("destroy", "1", "--wait")
    for look in ("inventory", "health", "costs", "resources"):
        stage.typed(look, "--format", "json")
    stage.typed("logs", "1")


def bad_days(stage: Stage) -> None:
    """Let all go wrong, and let whatever goes wrong repeat the secret."""
    told = f"<Code>AccessDenied</Code><Message>{SECRET} {TOKEN} may not</Message>"
    body = f"<ErrorResponse><Error>{told}</Error></ErrorResponse>".encode()
    for operation in ("GetCallerIdentity", "DescribeVpcs"):
        stage.line.fail(Fault(operation=operation, status=403, body=body))
        stage.do(TaskName.SYNC_AWS, 1, 1)
        stage.do(TaskName.UPDATE_PROVIDER_HEALTH)
        stage.typed("sync", *OWNER, code=1 if operation == "GetCallerIdentity" else 0)
        stage.line.heal()
    odd = ("credentials", "add", *OWNER, "--provider", "aws", "--name", "odd", "--file", "-")
    stage.typed(*odd, document=key(stage.line, regions=[SECRET]), code=1)
    stage.typed(*odd, document=[SECRET, TOKEN], code=1)


def crashes(stage: Stage) -> None:
    """Let a library crash, a task take too long, and processes be killed."""
    trouble = Path(stage.environment[CRASH_WHILE])
    trouble.touch()
    stage.do(TaskName.SYNC_AWS, 1, 1)
    crashed = subprocess.run(
        [sys.executable, "-m", "tests.reliability.crashing", "sync", *OWNER],
        env={**plain_environment(), **stage.environment, "TMPDIR": str(stage.folder)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert crashed.returncode == 1 and "is a defect of multicloud" in crashed.stderr
    stage.said.append(crashed.stdout + crashed.stderr)
    trouble.unlink()
    stage.line.delay = 1.0
    stage.do(TaskName.SYNC_AWS, 1, 1, soft_time_limit=1)
    stage.sender.send_task(TaskName.SYNC_AWS.value, args=(1, 1))
    soon(lambda: rows(stage.environment["DATABASE_URL"], RUNNING))
    assert all(signalled(pid, signal.SIGKILL) for pid in stage.worker.pool())
    stage.line.delay = 0.0
    soon(lambda: len(stage.worker.pool()) == 2)


RUNNING = "SELECT 1 FROM sync_runs WHERE status = 'running'"


def rotation(stage: Stage) -> None:
    """Bring all under a new key of the service."""
    answer = stage.shell("credentials", "rotate-keys", MULTICLOUD_SECRET_KEY=f"{NEW_KEY},{OLD_KEY}")
    assert answer.code == 0, answer.err
    stage.said.append(answer.out + answer.err)


@pytest.mark.timeout(180)
def test_a_secret_is_found_nowhere_after_it_went_everywhere(stage: Stage) -> None:
    for part in (good_days, bad_days, crashes, rotation):
        part(stage)

    assert "raised unexpected: LookupError" in stage.worker.said()
    assert "took longer than" in stage.worker.said()
    reports = list(stage.folder.rglob("multicloud-error-*"))
    assert len(reports) == 1, "the crash of the command was to be told in a file that is searched"
    assert [stage.places(canary) for canary in CANARIES] == [set()] * len(CANARIES)


@pytest.mark.timeout(60)
def test_what_is_left_on_purpose_is_found_wherever_it_was_left(stage: Stage) -> None:
    stage.typed("users", "add", f"{DECOY}@example.org")
    stage.sender.send_task(f"app.tasks.{DECOY}", args=(DECOY,))
    soon(lambda: DECOY in stage.worker.said())
    soon(lambda: any(DECOY in event for event in stage.traces.events))
    with subprocess.Popen([sys.executable, "-c", "input()", DECOY], stdin=subprocess.PIPE) as shown:
        soon(lambda: any(DECOY in command for command in stage.traces.commands))
        shown.communicate(b"\n")
    short_lived = stage.folder / "short-lived.txt"
    short_lived.write_bytes(DECOY.encode().hex().encode())
    soon(lambda: ("short-lived.txt", DECOY) in stage.traces.files)
    short_lived.unlink()

    assert stage.places(DECOY) == {
        *("process list", "broker", "events", "database", "terminal"),
        *("file short-lived.txt", "file staged.log"),
    }
    assert os.environ.get(CRASH_WHILE) is None

"""Asking for things on the command line, while no worker is there to build them."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.persistence.engine import build_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from application.ports.unit_of_work import OpenUnitOfWork
from domain.provisioning import ResourceId, RunStatus
from tests.contract.provisioning_builders import a_line, begin_step
from tests.integration.cli.processes import environment_of, running
from tests.integration.cli.shell import USER, Said, Shell

KEY = {"access_key_id": "AKIACANARYCANARYCANA", "secret_access_key": "canary/secret/value"}
BUCKET = {"kind": "aws_s3_bucket", "name": "invoices", "region": "eu-central-1"}
ASK = ("provision", "--user", USER, "--credential", "main", "--spec", "-")


@pytest.fixture
def ada(shell: Shell, valkey_url: str) -> Shell:
    """A user with a key to AWS, and a broker without a worker."""
    terminal = Shell({**shell.environment, "CELERY_BROKER_URL": valkey_url})
    terminal.done("users", "add", USER)
    terminal.add_credential("main", KEY)
    return terminal


def ask(ada: Shell, **changed: Any) -> Said:  # noqa: ANN401 - any field of a spec
    return ada(*ASK, "--format", "json", typed=json.dumps({**BUCKET, **changed}))


@contextmanager
def units(shell: Shell) -> Iterator[OpenUnitOfWork]:
    engine = build_engine(str(shell.environment["DATABASE_URL"]), pool_size=1)
    yield lambda: SqlUnitOfWork(engine)
    engine.dispose()


def test_what_is_asked_for_is_remembered_and_told(ada: Shell) -> None:
    asked = ask(ada).json()
    assert asked == {
        "id": asked["id"],
        "kind": "aws_s3_bucket",
        "name": "invoices",
        "status": "pending",
        "run_id": asked["run_id"],
        "action": "provision",
        "run_status": "queued",
        "outputs": {},
    }
    (listed,) = ada.done("resources", "--format", "json").json()
    assert (listed["id"], listed["status"], listed["run_status"]) == (
        asked["id"],
        "pending",
        "queued",
    )
    shown = ada.done("resources", "show", str(asked["id"]), "--format", "json").json()
    assert shown["spec"] == {**BUCKET, "tags": {}, "versioning": True, "force_destroy": False}
    assert [run["status"] for run in shown["runs"]] == ["queued"]


def test_the_same_thing_twice_is_refused_and_the_first_one_named(ada: Shell) -> None:
    first = ask(ada).json()
    again = ask(ada)
    assert (again.code, again.out) == (1, "")
    assert f"resource {first['id']}" in json.loads(again.err)["error"]["message"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": "Invoices"}, "name 'Invoices'"),
        ({"colour": "red"}, "colour"),
        ({"kind": "aws_moon_base"}, "kind"),
        ({"kind": "gcp_network", "name": "net", "region": "europe-west1"}, "for gcp"),
    ],
)
def test_what_cannot_be_is_one_sentence_that_names_it(
    ada: Shell, changed: dict[str, str], words: str
) -> None:
    refused = ask(ada, **changed)
    assert (refused.code, refused.out) == (1, "")
    assert words in json.loads(refused.err)["error"]["message"]
    assert ada.done("resources", "--format", "json").json() == []


def test_an_unknown_credential_or_user_is_one_sentence(ada: Shell) -> None:
    typed = json.dumps(BUCKET)
    for wrong in (("--credential", "spare"), ("--user", "bob@example.org")):
        said = ada(*ASK, *wrong, typed=typed)
        assert wrong[1] in said.sentence


def test_a_broker_that_is_away_loses_nothing(ada: Shell) -> None:
    without = Shell({**ada.environment, "CELERY_BROKER_URL": "redis://127.0.0.1:9/0"})
    said = without.done(*ASK, typed=json.dumps(BUCKET))
    assert "will be built" in said.out
    assert said.err.startswith("Warning: No worker could be told just now.")
    assert len(ada.done("resources", "--format", "json").json()) == 1


def test_what_was_not_begun_can_neither_be_retried_nor_destroyed_now(ada: Shell) -> None:
    number = str(ask(ada).json()["id"])
    assert number in ada("provision", "--retry", number).sentence
    assert number in ada("destroy", number).sentence


def test_a_run_that_nobody_began_is_asked_to_stop(ada: Shell) -> None:
    number = str(ask(ada).json()["id"])
    asked = ada.done("cancel", number, "--format", "json").json()
    assert (asked["id"], asked["run_status"]) == (int(number), "queued")
    assert asked["cancel_requested_at"] is not None
    story = ada.done("resources", "show", number, "--format", "json").json()
    assert story["runs"][0]["cancel_requested_at"] is not None


@pytest.mark.parametrize(
    "command",
    [("destroy",), ("cancel",), ("logs",), ("resources", "show"), ("provision", "--retry")],
)
def test_a_resource_that_never_was_is_one_sentence(ada: Shell, command: tuple[str, ...]) -> None:
    assert "4711" in ada(*command, "4711").sentence


@pytest.mark.parametrize(
    "command",
    [("destroy",), ("cancel",), ("logs",), ("resources", "show"), ("provision", "--retry")],
)
def test_a_resource_of_somebody_else_is_spoken_of_like_one_that_never_was(
    ada: Shell, command: tuple[str, ...]
) -> None:
    number = str(ask(ada).json()["id"])
    ada.done("users", "add", "bob@example.org")
    as_bob = ("--user", "bob@example.org")

    refused = ada(*command, number, *as_bob).sentence

    assert refused.replace(number, "4711") == ada(*command, "4711", *as_bob).sentence
    assert refused not in ada(*command, number, "--user", USER).err


@pytest.mark.parametrize(
    "arguments",
    [
        ("provision",),
        ("provision", "--user", USER, "--spec", "bucket.yaml"),
        ("provision", "--retry", "1", "--credential", "main"),
        ("provision", "--retry", "first"),
        ("destroy",),
        ("destroy", "0"),
        ("cancel", "99999999999999999999"),
        ("logs", "1", "--run", "0"),
        ("resources", "--user", USER, "show", "1"),
        ("inventory", "--user", USER, "show", "1"),
        ("resources", "--status", "gone"),
        ("resources", "--all", "--status", "active"),
        ("inventory", "--managed", "lost"),
        ("inventory", "--managed", "missing", "--state", "active"),
    ],
)
def test_wrong_use_is_exit_code_2(shell: Shell, arguments: tuple[str, ...]) -> None:
    said = shell(*arguments)
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err


def test_the_log_of_a_run_is_shown_line_by_line(ada: Shell) -> None:
    number = ask(ada).json()["id"]
    with units(ada) as open_unit:
        with open_unit() as work:
            run = work.runs.active(ResourceId(number))
        assert run is not None
        step = begin_step(open_unit, run)
        with open_unit() as work:
            texts = ["one", "\x1b[2Jtwo", "no\n\n  more"]
            work.run_log.write(step.id, [a_line(i, message=text) for i, text in enumerate(texts)])
            ended = run.moved_to(RunStatus.CANCELED, at=datetime.now(UTC))
            work.runs.save(ended)
            work.commit()
    (first, second, _) = ada.done("logs", str(number), "--format", "json").json()
    assert (first["message"], first["offset"], second["offset"]) == ("one", 0, 10)
    followed = ada.done("logs", str(number), "--follow", "--format", "json").out.splitlines()
    assert [json.loads(line)["message"] for line in followed] == texts
    plain = ada.done("logs", str(number), "--run", str(run.id)).out.splitlines()
    shown = [line.partition("info ")[2].strip() for line in plain]
    assert shown == ["one", "\\x1b[2Jtwo", "no more"]
    assert "4711" in ada("logs", str(number), "--run", "4711").sentence


def test_whoever_waits_for_nobody_is_told_and_may_leave_without_harm(ada: Shell) -> None:
    number = ask(ada).json()["id"]
    with units(ada) as open_unit, open_unit() as work:
        run = work.runs.active(ResourceId(number))
        assert run is not None
        work.runs.save(run.moved_to(RunStatus.CANCELED, at=datetime.now(UTC)))
        work.commit()
    with running("destroy", str(number), "--wait", **environment_of(ada)) as waiting:
        assert waiting.stderr is not None
        seen = ""
        while "multicloud doctor" not in seen:
            seen += waiting.stderr.readline()
        waiting.send_signal(signal.SIGINT)
        _, rest = waiting.communicate(timeout=30)
    assert waiting.returncode == 130
    assert "waiting for a worker" in seen
    assert rest.splitlines()[-1] == (
        f"It goes on without anybody watching. To stop it: multicloud cancel {number}"
    )
    (listed,) = ada.done("resources", "--format", "json").json()
    assert (listed["action"], listed["run_status"]) == ("destroy", "queued")

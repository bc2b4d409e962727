"""Whoever watches over a worker learns whether work really goes through it."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from adapters.queue.celery_queue import sending_app
from adapters.queue.liveness import CeleryWorkers
from adapters.queue.task_names import TaskName
from application.ports.errors import Unavailable
from application.ports.workers import SeenWorker
from domain.queues import QueueName, WorkerName
from tests.broker import waiting_messages
from tests.integration.cli.shell import Shell
from tests.integration.embedded.processes import processes_about
from tests.integration.worker.rig import WorkerRig, running_worker
from tests.waiting import soon

QUEUES = ("celery", "sync", "terraform")
NAME = "prefork@localhost"

BUSY = f"""
INSERT INTO leases (name, holder, token, expires_at, lapses)
VALUES ('terraform:resource:7', '{socket.gethostname()}:1:ab', 1, now() + INTERVAL '10 minutes', 0)
RETURNING 1
"""
"""A process of this machine is at work on a resource."""


@pytest.fixture
def shell(environment: dict[str, str]) -> Shell:
    return Shell({**environment})


@contextmanager
def stopped(pids: list[int]) -> Iterator[None]:
    """Let processes stand still."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@pytest.fixture
def lonely(environment: dict[str, str], folder: Path) -> Iterator[WorkerRig]:
    """A worker with one process and a broker of its own; nobody else can prove its queues."""
    own = environment | {"CELERY_BROKER_URL": environment["CELERY_RESULT_BACKEND"]}
    with running_worker("lonely", ["-c", "1"], environment=own, folder=folder) as rig:
        yield rig


@pytest.mark.parametrize("queue", QUEUES)
def test_a_task_proves_the_queue_that_it_came_through(worker: WorkerRig, queue: str) -> None:
    worker.sender.send_task(TaskName.PROVE_QUEUE.value, queue=queue, ignore_result=True)

    proof = f"SELECT 1 FROM queue_proofs WHERE queue = '{queue}' AND worker = '{NAME}'"
    soon(lambda: worker.rows(proof))


def test_a_worker_says_what_it_takes_and_how_much_at_a_time(worker: WorkerRig) -> None:
    (seen,) = CeleryWorkers(worker.sender).look()

    assert seen == SeenWorker(
        name=WorkerName(NAME),
        queues=tuple(map(QueueName, QUEUES)),
        pool="prefork",
        size=2,
        active=0,
    )


def test_nobody_is_seen_where_no_worker_is(valkey_url: str) -> None:
    with closing(sending_app(valkey_url, valkey_url)) as sender:
        assert CeleryWorkers(sender).look() == []


def test_a_proof_that_is_asked_for_overtakes_what_waits(valkey_url: str) -> None:
    with closing(sending_app(valkey_url, valkey_url)) as sender:
        sender.send_task("x", queue="sync", priority=6)
        CeleryWorkers(sender).ask_for_proof([QueueName("sync")])

    assert waiting_messages(valkey_url, "sync") == [(TaskName.PROVE_QUEUE.value, []), ("x", [])]


@pytest.mark.parametrize("ask", [CeleryWorkers.look, lambda it: it.ask_for_proof(["sync"])])
def test_a_broker_that_is_away_is_an_error_without_its_password(
    ask: Callable[[CeleryWorkers], object],
) -> None:
    nowhere = "redis://:canary@127.0.0.1:9/0"
    with closing(sending_app(nowhere, nowhere)) as sender, pytest.raises(Unavailable) as refused:
        ask(CeleryWorkers(sender))
    assert "canary" not in str(refused.value)


def test_a_worker_whose_queues_let_work_through_is_alive_without_any_beat(
    worker: WorkerRig, shell: Shell
) -> None:
    every = [word for queue in QUEUES for word in ("--queue", queue)]

    said = shell.done("alive", "--worker", NAME, *every)

    assert said.out.splitlines()[0] == f"{NAME} answers."
    for line, queue in zip(said.out.splitlines()[1:], QUEUES, strict=True):
        assert line.startswith(f"{queue}: a task came through to {NAME} ")


def test_a_worker_that_is_not_there_is_not_alive(worker: WorkerRig, shell: Shell) -> None:
    said = shell("alive", "--worker", "nobody@localhost", "--queue", "sync")

    assert (said.code, said.out) == (1, "")
    assert said.err == f"nobody@localhost does not answer; of the others, these do: {NAME}.\n"


def test_a_worker_that_answers_but_whose_pool_does_nothing_is_not_alive(
    lonely: WorkerRig,
) -> None:
    shell = Shell({**lonely.environment})
    name = "lonely@localhost"
    question = ("alive", "--worker", name, "--queue", "terraform")
    main, *pool = sorted(processes_about(name))
    lonely.rows("DELETE FROM queue_proofs RETURNING 1")
    with stopped(pool):
        said = shell(*question)
        assert (said.code, said.out) == (1, f"{name} answers.\n")
        assert said.err == "terraform: no task ever came through it to a worker.\n"
        lonely.rows(BUSY)
        assert shell.done(*question).out.endswith("terraform: busy with terraform:resource:7.\n")
        lonely.rows("DELETE FROM leases WHERE name = 'terraform:resource:7' RETURNING 1")
    assert f"a task came through to {name}" in shell.done(*question).out
    with stopped([main]):
        said = shell("alive", "--worker", name)
        assert said.err == f"{name} does not answer, and no other worker does.\n"

"""What an operator is told of each part, and what to do about it."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from adapters.fakes.queue_depths import FakeQueueDepths
from application.findings import (
    Finding,
    beat_findings,
    queue_findings,
    worker_findings,
)
from application.ports.figures import CredentialFigure, JobFigure, RunFigure
from application.ports.workers import SeenWorker
from application.work_findings import health_finding, job_findings, run_findings
from domain.accounts import CredentialId, Provider
from domain.health import HealthStatus
from domain.jobs import JobKind, JobStatus
from domain.provisioning import RunAction, RunStatus
from domain.queues import QueueName, QueueProof, WorkerName
from domain.schedule import EntryName, Turn

NOW = datetime(2030, 1, 1, 12, 0, tzinfo=UTC)
SYNC = QueueName("sync")


def a_worker(*queues: str, size: int = 2, active: int = 0) -> SeenWorker:
    return SeenWorker(
        name=WorkerName("celery@here"),
        queues=tuple(map(QueueName, queues)),
        pool="prefork",
        size=size,
        active=active,
    )


def a_proof(age: timedelta) -> QueueProof:
    return QueueProof(queue=SYNC, worker=WorkerName("celery@here"), proven_at=NOW - age, age=age)


def of_sync(proofs: list[QueueProof] | None, workers: list[SeenWorker]) -> Finding:
    depth = FakeQueueDepths()
    depth.put("sync", priority=0, messages=2)
    depth.put("sync", priority=6, messages=10)
    found = {each.name: each for each in queue_findings(depth.read(), proofs, workers)}
    assert set(found) == {"celery", "sync", "terraform"}
    return found["sync"]


def test_a_queue_that_lets_work_through_is_well_and_says_what_waits() -> None:
    found = of_sync([a_proof(timedelta(seconds=12))], [a_worker("sync")])
    assert found.ok
    assert found.found == "12 waiting, 2 of them urgent; 1 worker; proven 12 seconds ago"
    assert found.figures == {"waiting": 12, "urgent": 2, "workers": 1, "seconds_since_proof": 12}


@pytest.mark.parametrize(
    ("proofs", "workers", "remedy"),
    [
        ([a_proof(timedelta(0))], [a_worker("celery")], "worker -Q sync"),
        ([a_proof(timedelta(minutes=4))], [a_worker("sync")], "restart celery@here"),
        ([], [a_worker("sync")], "beat"),
    ],
)
def test_a_queue_that_lets_nothing_through_says_what_to_do(
    proofs: list[QueueProof], workers: list[SeenWorker], remedy: str
) -> None:
    found = of_sync(proofs, workers)
    assert not found.ok
    assert remedy in found.remedy


def test_a_queue_whose_workers_have_their_hands_full_is_not_blocked() -> None:
    old = [a_proof(timedelta(hours=1))]
    assert of_sync(old, [a_worker("sync", active=2)]).ok
    assert not of_sync(old, [a_worker("sync", active=2), a_worker("sync", active=1)]).ok


def test_proofs_that_cannot_be_read_are_not_held_against_a_queue() -> None:
    assert of_sync(None, [a_worker("sync")]).ok
    assert not of_sync(None, []).ok


def test_a_worker_says_what_it_takes_and_does() -> None:
    (found,) = worker_findings([a_worker("celery", "sync", active=1)])
    assert (found.name, found.ok) == ("celery@here", True)
    assert found.found == "takes celery, sync; prefork, 1 of 2 at work"


def test_no_worker_is_something_to_mend() -> None:
    (found,) = worker_findings([])
    assert not found.ok
    assert "multicloud up" in found.remedy


def a_turn(
    age: timedelta, *, done: bool = True, sends: int = 1, missed: int = 0, entry: str = "sync"
) -> Turn:
    return Turn(
        entry=EntryName(entry),
        turn=NOW - age,
        claimed_by="beat",
        claimed_at=NOW - age,
        sends=sends,
        ended_at=NOW if done else None,
        missed=missed,
        missed_at=NOW - timedelta(hours=3) if missed else None,
    )


def test_beat_is_as_alive_as_its_latest_turn() -> None:
    turns = [a_turn(timedelta(days=1), entry="daily"), a_turn(timedelta(minutes=3))]
    beat, *entries = beat_findings(turns, at=NOW)
    assert (beat.ok, beat.found) == (True, "last asked for something 3 minutes ago")
    assert [(entry.name, entry.ok) for entry in entries] == [("daily", True), ("sync", True)]
    (beat, *_) = beat_findings([a_turn(timedelta(minutes=3, seconds=1))], at=NOW)
    assert not beat.ok
    assert "worker beat" in beat.remedy


def test_a_turn_from_before_the_clock_was_set_back_is_no_sign_of_life() -> None:
    (beat, *_) = beat_findings([a_turn(timedelta(hours=-1))], at=NOW)
    assert not beat.ok


def test_a_beat_that_never_ran_is_missed() -> None:
    (beat,) = beat_findings([], at=NOW)
    assert not beat.ok


def test_missed_turns_are_told_and_a_turn_that_is_never_done_is_to_be_looked_into() -> None:
    lost = a_turn(timedelta(minutes=4), done=False, sends=3, missed=2)
    _, entry = beat_findings([lost], at=NOW)
    assert not entry.ok
    assert entry.found == "asked for 4 minutes ago, never done; 2 missed, the last 3 hours ago"
    assert entry.figures["missed"] == 2
    _, entry = beat_findings([a_turn(timedelta(minutes=4), done=False, sends=2)], at=NOW)
    assert (entry.ok, entry.found) == (True, "asked for 4 minutes ago, not done yet")


def some_jobs(
    status: JobStatus, count: int, *, due: timedelta, kind: JobKind = JobKind.SYNC_CREDENTIAL
) -> JobFigure:
    return JobFigure(kind=kind, status=status, count=count, oldest_due_at=NOW + due)


def test_jobs_are_counted_and_those_that_are_still_to_come_are_not_late() -> None:
    figures = [
        some_jobs(JobStatus.QUEUED, 3, due=timedelta(minutes=9)),
        some_jobs(JobStatus.SUCCEEDED, 7, due=-timedelta(days=1)),
    ]
    (found,) = job_findings(figures, at=NOW)
    assert (found.name, found.ok) == ("sync_credential", True)
    assert found.found == "3 queued, 0 running, 7 succeeded, 0 failed"


def test_jobs_that_are_late_or_given_up_are_to_be_looked_into() -> None:
    late = [some_jobs(JobStatus.QUEUED, 3, due=-timedelta(minutes=6))]
    (found,) = job_findings(late, at=NOW)
    assert not found.ok
    assert found.found.endswith("; the oldest has been due for 6 minutes")
    assert "Add workers" in found.remedy
    (found,) = job_findings([some_jobs(JobStatus.FAILED, 1, due=timedelta(0))], at=NOW)
    assert not found.ok


@pytest.mark.parametrize(
    ("kind", "told_by"),
    [
        (JobKind.SYNC_CREDENTIAL, "`multicloud health`"),
        (JobKind.UPDATE_COST_DATA, "`multicloud costs`"),
    ],
)
def test_why_jobs_were_given_up_is_told_by_the_command_that_knows(
    kind: JobKind, told_by: str
) -> None:
    given_up = some_jobs(JobStatus.FAILED, 1, due=timedelta(0), kind=kind)
    (found,) = job_findings([given_up], at=NOW)
    assert re.findall("`.+?`", found.remedy) == [told_by]


def some_runs(status: RunStatus, count: int, *, age: timedelta) -> RunFigure:
    return RunFigure(
        action=RunAction.PROVISION, status=status, count=count, oldest_queued_at=NOW - age
    )


def test_runs_that_wait_for_long_and_what_they_left_behind_are_to_be_looked_into() -> None:
    figures = [
        some_runs(RunStatus.QUEUED, 2, age=timedelta(minutes=6)),
        some_runs(RunStatus.APPLIED, 5, age=timedelta(hours=6)),
    ]
    runs, leaks = run_findings(figures, leaks=1, at=NOW)
    assert not runs.ok
    assert runs.found == "2 queued, 5 applied in the last day; the oldest has waited for 6 minutes"
    assert not leaks.ok
    assert "multicloud resources" in leaks.remedy
    (runs,) = run_findings(figures[1:], leaks=0, at=NOW)
    assert runs.ok


def a_credential(health: HealthStatus | None) -> CredentialFigure:
    return CredentialFigure(
        credential_id=CredentialId(1),
        name="main",
        provider=Provider.AWS,
        created_at=NOW,
        complete_since=None,
        last_status=None,
        last_duration=None,
        health=health,
    )


def test_health_is_counted_and_anything_but_healthy_is_to_be_looked_into() -> None:
    well = health_finding([a_credential(HealthStatus.HEALTHY), a_credential(None)])
    assert (well.ok, well.found) == (True, "1 healthy, 1 not looked at yet")
    ill = health_finding([a_credential(HealthStatus.DENIED)])
    assert not ill.ok
    assert "multicloud health" in ill.remedy

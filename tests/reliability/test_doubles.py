"""Whatever comes twice, late, or from somebody who was thought dead has one effect."""

import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import psycopg2
import pytest

from domain.jobs import JobStatus
from tests.broker import redis_client
from tests.databases import a_database
from tests.reliability.deliveries import HASTY, all_quiet, deliveries, sent_by_hand, waiting
from tests.reliability.ground import LEASE, Ground, a_ground
from tests.reliability.rig import (
    a_beat,
    a_worker,
    signalled,
    stopped,
)
from tests.waiting import soon


@pytest.fixture
def ground(environment: dict[str, str], postgres_url: str, folder: Path) -> Iterator[Ground]:
    own = environment | {"DATABASE_URL": a_database(postgres_url)}
    with redis_client(own["CELERY_BROKER_URL"]) as client:
        client.flushall()
    with a_ground(own, folder) as ground:
        yield ground


@pytest.mark.timeout(120)
def test_a_message_that_is_delivered_five_times_is_done_once(ground: Ground) -> None:
    [credential] = ground.credentials(1)
    ground.service.dispatch_jobs()()
    with redis_client(ground.environment["CELERY_BROKER_URL"]) as client:
        [message] = client.lrange("sync", 0, -1)
        for _ in range(3):
            client.lpush("sync", message)
        with a_worker("twice", environment=ground.environment, folder=ground.folder) as worker:
            soon(lambda: ground.ended(credential) and all_quiet(ground))
            client.lpush("sync", message)
            name = ground.job(credential).message_id
            soon(lambda: worker.said().count(f"[{name}] succeeded") == 5)

            assert ground.runs(credential) == ["succeeded"]
            sent_by_hand(ground, credential)  # another message, another wish
            soon(lambda: ground.runs(credential) == ["succeeded", "succeeded"])


@pytest.mark.timeout(120)
def test_two_reconcilers_share_the_work_and_do_nothing_twice(ground: Ground) -> None:
    credentials = ground.credentials(60)
    connection = psycopg2.connect(ground.database_url)
    with connection, connection.cursor() as cursor:  # as sixty workers leave it that died at once
        cursor.execute("UPDATE jobs SET status = 'running', attempts = 1, started_at = now()")
    connection.close()

    recovered = at_once(lambda: ground.service.recover_jobs()().queued)
    sent = at_once(lambda: ground.service.dispatch_jobs()().asked)

    assert sum(recovered) == sum(sent) == len(credentials)
    assert {ground.job(each).attempts for each in credentials} == {1}
    assert how_often(ground) == {1}
    ground.two_minutes_later()
    ground.service.dispatch_jobs()()  # what counts as lost is sent again, which is to be seen
    assert how_often(ground) == {2}


def at_once(work: Callable[[], int]) -> list[int]:
    """Let two do *work* at the same moment."""
    ready = Barrier(2)

    def do(_: int) -> int:
        ready.wait()
        return work()

    with ThreadPoolExecutor(2) as two:
        return list(two.map(do, range(2)))


def how_often(ground: Ground) -> set[int]:
    """Return how often the messages that wait are there."""
    return set(Counter(each["headers"]["id"] for each in waiting(ground)).values())


@pytest.mark.timeout(180)
def test_two_beats_ask_once_for_each_turn(ground: Ground, postgres_url: str) -> None:
    elsewhere = {**ground.environment, "DATABASE_URL": a_database(postgres_url)}
    environments = (ground.environment, ground.environment, elsewhere)
    beats = [
        a_beat(f"beat-{number}", environment=environment, folder=ground.folder)
        for number, environment in enumerate(environments)
    ]
    try:
        soon(lambda: len(in_both(ground)) > 1, patience=80)
        every, both = turns(ground), in_both(ground)
    finally:
        for beat in beats:
            stopped(beat)

    # the two that share a database asked once, and the one of another database once more
    assert {every[turn] for turn in both} == {2}
    assert set(every.values()) <= {1, 2}


def turns(ground: Ground) -> Counter[tuple[str, str]]:
    """Return how often each turn was asked for, by entry and moment."""
    told = [each["headers"] for each in waiting(ground)]
    return Counter((each["multicloud_entry"], each["multicloud_turn"]) for each in told)


def in_both(ground: Ground) -> list[tuple[str, str]]:
    """Return the turns since all beats ran, without the latest one, which may be under way."""
    often = sorted(turn for turn in turns(ground) if turn[0] == "send jobs that are due")
    doubled = [turn for turn in often if turns(ground)[turn] > 1]
    return [turn for turn in often if doubled and doubled[0] <= turn < often[-1]]


@pytest.mark.timeout(180)
def test_a_worker_that_was_frozen_beyond_its_lease_writes_nothing_when_it_thaws(
    ground: Ground,
) -> None:
    ground.line.delay = 1.0
    [credential] = ground.credentials(1)
    with a_worker("frozen", environment=ground.environment, folder=ground.folder) as frozen:
        ground.service.dispatch_jobs()()
        soon(lambda: ground.runs(credential) == ["running"])
        processes = (*frozen.pool(), frozen.process.pid)
        asked = len(ground.line.requests)
        soon(lambda: len(ground.line.requests) > asked)  # it waits for an answer
        assert all(signalled(pid, signal.SIGSTOP) for pid in processes)
        ground.line.delay = 0.0
        with (
            a_worker("fresh", environment=ground.environment, folder=ground.folder),
            ground.reconciled(),
        ):
            soon(lambda: ground.ended(credential), patience=60)
            before = everything(ground)
            missed = ground.new_network()

            assert all(signalled(pid, signal.SIGCONT) for pid in processes)

            soon(lambda: "LeaseLost" in frozen.said(), patience=60)
            soon(lambda: all_quiet(ground))
            assert everything(ground) == before
            assert ground.runs(credential) == ["abandoned", "succeeded"]
            ground.ask_for(credential)
            soon(lambda: missed in ground.inventory(credential))
        assert everything(ground) != before


def everything(ground: Ground) -> list[tuple[Any, ...]]:
    """Return all that syncs have written."""
    tables = ("resource_inventory", "inventory_changes", "sync_runs", "sync_scopes", "jobs")
    return [
        row
        for table in tables
        for row in ground.rows(f"SELECT whole::text FROM {table} AS whole ORDER BY 1")
    ]


def patient(ground: Ground) -> dict[str, str]:
    """Return the settings of workers of whom none is to be taken for dead."""
    return {**ground.environment, LEASE: "60"}


@pytest.mark.timeout(180)
def test_what_takes_longer_than_the_broker_waits_and_what_waits_longer_are_done_once(
    ground: Ground,
) -> None:
    short = {**patient(ground), "MULTICLOUD_VISIBILITY_TIMEOUT_SECONDS": "5"}
    slow, later = ground.credentials(2)
    with a_worker("hasty", app=HASTY, environment=short, folder=ground.folder) as worker:
        ground.line.delay = 3.0
        sent_by_hand(ground, slow, task_id="takes-long")
        sent_by_hand(ground, later, task_id="waits-long", countdown=8)
        soon(lambda: ground.runs(slow) == ["running"])
        soon(lambda: deliveries(worker, "takes-long") > 1, patience=40)
        assert ground.runs(slow) == ["running"], "it was to take longer than the broker waits"
        soon(lambda: deliveries(worker, "waits-long") > 1, patience=40)
        ground.line.delay = 0.0
        soon(lambda: ground.ended(slow, later), patience=40)
        soon(lambda: all_quiet(ground), patience=40)

    assert ground.runs(slow) == ground.runs(later) == ["succeeded"]


@pytest.mark.timeout(120)
def test_a_worker_that_was_late_is_fenced_by_the_reconciler(ground: Ground) -> None:
    ground.line.delay = 1.0
    [credential] = ground.credentials(1)
    with a_worker("late", environment=ground.environment, folder=ground.folder) as late:
        ground.service.dispatch_jobs()()
        soon(lambda: ground.runs(credential) == ["running"])
        asked = len(ground.line.requests)
        soon(lambda: len(ground.line.requests) > asked)  # it waits for an answer
        assert all(signalled(pid, signal.SIGSTOP) for pid in late.pool())
        soon(lambda: ground.service.recover_jobs()().queued == 1)

        assert all(signalled(pid, signal.SIGCONT) for pid in late.pool())

        soon(lambda: "LeaseLost" in late.said(), patience=60)
        assert ground.job(credential).status is JobStatus.QUEUED
        ground.line.delay = 0.0
        with ground.reconciled():
            soon(lambda: ground.ended(credential), patience=60)
    assert ground.job(credential).status is JobStatus.SUCCEEDED
    assert ground.runs(credential) == ["abandoned", "succeeded"]

"""Background work: what may begin it, how it ends, when it is tried again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounts import CredentialId, Provider, UserId
from domain.jobs import (
    MOST_ATTEMPTS,
    JobKind,
    JobRecord,
    JobStatus,
    JobSubject,
    MessageId,
    Urgency,
    moment_in,
    wait_before_retry,
)

NOW = datetime(2026, 5, 1, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
FOREIGN = MessageId("9b2e-of-somebody-else")


def a_job(status: JobStatus = JobStatus.QUEUED, *, attempts: int = 0) -> JobRecord:
    return JobRecord(
        subject=JobSubject(
            kind=JobKind.SYNC_CREDENTIAL,
            user_id=UserId(1),
            credential_id=CredentialId(5),
            provider=Provider.AWS,
        ),
        status=status,
        urgency=Urgency.BACKGROUND,
        occurrence=3,
        queued_at=NOW,
        due_at=NOW,
        attempts=attempts,
    )


def test_the_message_of_a_job_names_it_and_its_occurrence() -> None:
    assert a_job().message_id == "sync:credential:5#3"


def test_beginning_a_job_counts_the_attempt() -> None:
    begun = a_job(attempts=1).begun(at=LATER)
    assert (begun.status, begun.attempts, begun.started_at) == (JobStatus.RUNNING, 2, LATER)
    assert begun.occurrence == 3


@pytest.mark.parametrize("status", [JobStatus.SUCCEEDED, JobStatus.FAILED])
def test_a_job_that_had_ended_begins_as_a_new_one(status: JobStatus) -> None:
    begun = a_job(status, attempts=3).begun(at=LATER)
    assert (begun.occurrence, begun.attempts, begun.queued_at) == (4, 1, LATER)


def test_what_a_person_asked_for_meanwhile_is_queued_anew_whatever_becomes_of_it() -> None:
    running = a_job(attempts=2).begun(at=NOW)
    wished = running.with_wishes_of(replace(running, asked_again=True, urgency=Urgency.ASKED))
    anew = wished.came_to_nothing("The old key is refused.", at=LATER)
    assert (anew.status, anew.occurrence, anew.attempts) == (JobStatus.QUEUED, 4, 0)
    assert (anew.urgency, anew.due_at) == (Urgency.ASKED, LATER)
    assert anew.reason == "The old key is refused."
    assert anew.begun(at=LATER).reason is None
    assert anew.begun(at=LATER).came_to_nothing("Again.", at=LATER).status is JobStatus.FAILED
    once_more = wished.succeeded(at=LATER, by=wished.message_id)
    assert (once_more.status, once_more.occurrence, once_more.due_at) == (
        JobStatus.QUEUED,
        4,
        LATER,
    )
    assert once_more.urgency is Urgency.ASKED
    assert once_more.begun(at=LATER).succeeded(at=LATER, by=None).status is JobStatus.SUCCEEDED


@pytest.mark.parametrize(
    ("message", "answered"),
    [
        (MessageId("sync:credential:5#3"), True),
        (MessageId("sync:credential:5#2"), True),
        (MessageId("sync:credential:5#4"), False),
        (MessageId("sync:credential:6#3"), False),
        (MessageId("sync:credential:5#x"), False),
        (FOREIGN, False),
        (None, False),
    ],
)
def test_a_message_that_was_answered_before_is_known(
    message: MessageId | None, answered: bool
) -> None:
    assert a_job(JobStatus.SUCCEEDED).answers(message) is answered


def test_a_foreign_message_is_known_once_it_was_answered() -> None:
    done = a_job(JobStatus.RUNNING).succeeded(at=LATER, by=FOREIGN)
    assert done.answers(FOREIGN)
    assert not done.answers(MessageId("another"))


def test_a_message_that_was_answered_is_known_also_once_the_job_was_asked_for_anew() -> None:
    first = a_job().message_id
    anew = a_job().begun(at=NOW).succeeded(at=NOW, by=first).anew(at=NOW)
    assert anew.answers(first)
    assert not anew.answers(anew.message_id)


@pytest.mark.parametrize("status", [JobStatus.QUEUED, JobStatus.RUNNING])
def test_what_is_not_done_was_answered_by_no_message(status: JobStatus) -> None:
    assert not a_job(status).answers(a_job().message_id)


def test_a_job_that_waits_for_its_next_try_is_not_begun_by_its_old_message() -> None:
    waiting = a_job(JobStatus.RUNNING, attempts=1).postponed("It failed.", until=LATER)
    assert waiting.waits_for_its_time(waiting.message_id, at=NOW)
    assert not waiting.waits_for_its_time(waiting.message_id, at=LATER)
    assert not waiting.waits_for_its_time(FOREIGN, at=NOW)
    assert not waiting.waits_for_its_time(None, at=NOW)


def test_an_attempt_that_was_stopped_does_not_count_and_keeps_its_place_in_the_line() -> None:
    put_back = a_job().begun(at=NOW).put_back(at=LATER)
    assert (put_back.status, put_back.attempts, put_back.due_at) == (JobStatus.QUEUED, 0, NOW)


def test_what_was_begun_before_its_time_and_stopped_is_begun_again_at_once() -> None:
    early = replace(a_job(), due_at=LATER + timedelta(hours=1)).begun(at=NOW)
    assert early.put_back(at=LATER).due_at == LATER


def test_what_ended_long_ago_and_is_begun_anew_comes_before_nobody_for_that() -> None:
    anew = a_job(JobStatus.SUCCEEDED).begun(at=LATER)
    assert anew.put_back(at=LATER).due_at == LATER


def test_a_job_whose_worker_died_is_queued_again_until_it_was_begun_too_often() -> None:
    job = a_job()
    for _ in range(MOST_ATTEMPTS - 1):
        job = job.begun(at=NOW).orphaned(at=LATER)
        assert job.status is JobStatus.QUEUED
    job = job.begun(at=NOW).orphaned(at=LATER)
    assert job.status is JobStatus.FAILED
    assert job.reason is not None
    assert "died 3 times in a row" in job.reason
    assert "It was given up" in job.reason


def test_a_job_tells_how_its_workers_died_whatever_becomes_of_it() -> None:
    deadly = replace(a_job(JobStatus.RUNNING, attempts=MOST_ATTEMPTS), asked_again=True)
    anew = deadly.orphaned(at=LATER)
    assert anew.status is JobStatus.QUEUED
    assert "It is queued anew" in str(anew.reason)
    assert "died 3 times in a row" in deadly.deaths
    assert "died once" in a_job(JobStatus.RUNNING, attempts=1).deaths


@given(first=st.integers(1, 10_000), count=st.integers(2, 300))
def test_many_credentials_fill_a_window_evenly(first: int, count: int) -> None:
    window = timedelta(minutes=8)
    moments = sorted(moment_in(window, number) for number in range(first, first + count))
    assert timedelta(0) <= moments[0] <= moments[-1] < window
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert max(gaps) <= 3 * window / count


@given(
    attempts=st.integers(1, 3),
    number=st.integers(1, 10**6),
    asked=st.none() | st.floats(0, 100_000),
)
def test_nobody_comes_back_too_soon_or_never(
    attempts: int, number: int, asked: float | None
) -> None:
    wait = wait_before_retry(attempts, retry_after=asked, number=number)
    assert wait >= timedelta(minutes=2 ** (attempts - 1))
    assert wait >= timedelta(seconds=min(asked or 0, 6 * 3600))
    assert wait <= timedelta(hours=7.5)

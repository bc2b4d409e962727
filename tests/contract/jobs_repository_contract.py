"""What every store of background work promises whoever asks for some."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from application.ports.errors import NotFound
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import CredentialId, Provider, UserId
from domain.jobs import JobKind, JobRecord, JobStatus, JobSubject, MessageId, Urgency
from tests.contract.job_builders import OneJob, ask, end, job, now, save, subject
from tests.contract.store_builders import add_credential


class AskingForJobsContract(OneJob):
    """Subclasses bring `units`."""

    def test_what_was_never_asked_for_is_unknown(
        self, units: OpenUnitOfWork, wanted: JobSubject
    ) -> None:
        with units() as work:
            assert work.jobs.find(wanted) is None

    def test_what_is_asked_for_the_first_time_is_due_at_once(
        self, units: OpenUnitOfWork, wanted: JobSubject
    ) -> None:
        assert ask(units, wanted, due_in=timedelta(hours=1)) == 1
        found = job(units, wanted)
        assert (found.subject, found.status, found.occurrence) == (wanted, JobStatus.QUEUED, 1)
        assert found.due_at == found.queued_at <= now(units)

    def test_asking_again_while_it_waits_changes_nothing(
        self, units: OpenUnitOfWork, wanted: JobSubject
    ) -> None:
        ask(units, wanted)
        before = job(units, wanted)
        assert ask(units, wanted) == 0
        assert job(units, wanted) == before

    def test_what_runs_is_not_queued_behind_itself(
        self, units: OpenUnitOfWork, wanted: JobSubject
    ) -> None:
        ask(units, wanted)
        running = job(units, wanted).begun(at=now(units))
        save(units, running)
        assert ask(units, wanted) == 0
        assert job(units, wanted) == running
        assert not running.asked_again

    def test_a_person_who_asks_for_what_runs_makes_its_next_try_urgent(
        self, units: OpenUnitOfWork, wanted: JobSubject
    ) -> None:
        ask(units, wanted)
        running = job(units, wanted).begun(at=now(units))
        save(units, running)
        assert ask(units, wanted, urgency=Urgency.ASKED) == 0
        found = job(units, wanted)
        assert (found.status, found.urgency) == (JobStatus.RUNNING, Urgency.ASKED)
        assert found.asked_again
        assert (found.attempts, found.occurrence) == (running.attempts, running.occurrence)

    @pytest.mark.parametrize("urgency", Urgency)
    def test_only_a_person_hurries_what_waits_for_its_next_try(
        self, units: OpenUnitOfWork, wanted: JobSubject, urgency: Urgency
    ) -> None:
        ask(units, wanted, urgency=urgency)
        at = now(units)
        later = at + timedelta(hours=2)
        save(units, job(units, wanted).begun(at=at).postponed("Slow down.", until=later))
        assert ask(units, wanted, urgency=urgency, due_in=timedelta(0)) == 0
        hurried = job(units, wanted).due_at < later
        assert hurried is (urgency is Urgency.ASKED)

    def test_what_had_ended_is_asked_for_anew_and_due_when_it_is_said(
        self, units: OpenUnitOfWork, wanted: JobSubject
    ) -> None:
        ask(units, wanted)
        end(units, wanted)
        assert ask(units, wanted, due_in=timedelta(minutes=5)) == 1
        found = job(units, wanted)
        assert (found.status, found.occurrence, found.attempts) == (JobStatus.QUEUED, 2, 0)
        assert found.due_at > found.queued_at
        assert found.done_by == "some message"

    def test_a_person_who_asks_for_what_waits_makes_it_urgent_and_due(
        self, units: OpenUnitOfWork, wanted: JobSubject
    ) -> None:
        ask(units, wanted)
        end(units, wanted)
        ask(units, wanted, due_in=timedelta(minutes=5))
        assert ask(units, wanted, urgency=Urgency.ASKED, due_in=timedelta(0)) == 0
        found = job(units, wanted)
        assert found.urgency is Urgency.ASKED
        assert found.due_at <= now(units)

    def test_several_are_asked_for_at_once_and_none_is_no_error(
        self, units: OpenUnitOfWork
    ) -> None:
        first, second = (subject(add_credential(units, name=name)) for name in ("a", "b"))
        assert ask(units) == 0
        assert ask(units, first, second, first) == 2

    def test_a_credential_that_does_not_exist_has_no_jobs(self, units: OpenUnitOfWork) -> None:
        nobody = JobSubject(
            kind=JobKind.SYNC_CREDENTIAL,
            user_id=UserId(1),
            credential_id=CredentialId(404),
            provider=Provider.AWS,
        )
        with pytest.raises(NotFound):
            ask(units, nobody)

    def test_a_record_is_kept_whole(self, units: OpenUnitOfWork, wanted: JobSubject) -> None:
        at = now(units)
        record = JobRecord(
            subject=wanted,
            status=JobStatus.FAILED,
            urgency=Urgency.ASKED,
            occurrence=7,
            queued_at=at,
            due_at=at + timedelta(seconds=1),
            sent_at=at + timedelta(seconds=2),
            started_at=at + timedelta(seconds=3),
            ended_at=at + timedelta(seconds=4),
            attempts=3,
            reason="It did not work.",
            done_by=MessageId("by this one"),
        )
        save(units, record)
        assert job(units, wanted) == record
        save(units, record.begun(at=at))
        assert job(units, wanted) == record.begun(at=at)

    def test_two_who_ask_at_once_queue_each_job_once(self, units: OpenUnitOfWork) -> None:
        wanted = [subject(add_credential(units, name=f"c{number}")) for number in range(20)]
        with ThreadPoolExecutor(4) as threads:
            orders = (wanted, wanted[::-1], wanted, wanted[::-1])
            queued = list(threads.map(lambda order: ask(units, *order), orders))
        assert sum(queued) == 20

"""What every store of background work promises whoever hands it out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from application.ports.jobs import Pressure
from application.ports.unit_of_work import OpenUnitOfWork
from domain.jobs import JobSubject, Urgency
from tests.contract.job_builders import (
    OneJob,
    ask,
    end,
    job,
    now,
    orphans,
    save,
    send,
    subject,
    unsend,
)
from tests.contract.leases_repository_contract import LONG, SHORT, LetPass
from tests.contract.store_builders import add_credential


class SendingJobsContract(OneJob):
    """Subclasses bring `units` and `let_pass`."""

    def test_a_job_that_is_due_is_sent_once(
        self, units: OpenUnitOfWork, wanted: JobSubject
    ) -> None:
        ask(units, wanted)
        assert send(units) == [wanted]
        assert send(units) == []
        assert job(units, wanted).sent_at is not None

    def test_a_job_is_not_sent_before_it_is_due(
        self, units: OpenUnitOfWork, wanted: JobSubject
    ) -> None:
        ask(units, wanted)
        end(units, wanted)
        ask(units, wanted, due_in=timedelta(minutes=5))
        assert send(units) == []

    def test_a_message_that_is_lost_is_sent_again(
        self, units: OpenUnitOfWork, let_pass: LetPass, wanted: JobSubject
    ) -> None:
        ask(units, wanted)
        send(units)
        let_pass(2 * SHORT)
        assert send(units, lost_after=SHORT) == [wanted]

    def test_what_could_not_be_sent_is_sent_the_next_time(
        self, units: OpenUnitOfWork, wanted: JobSubject
    ) -> None:
        ask(units, wanted)
        send(units)
        unsend(units, wanted)
        assert send(units) == [wanted]

    def test_what_somebody_has_begun_was_sent_and_stays_so(self, units: OpenUnitOfWork) -> None:
        begun, waiting = (subject(add_credential(units, name=name)) for name in ("a", "b"))
        ask(units, begun, waiting)
        send(units)
        running = job(units, begun).begun(at=now(units))
        save(units, running)
        unsend(units, begun, waiting)
        assert job(units, begun) == running
        assert job(units, waiting).sent_at is None

    def test_other_urgencies_are_left_alone(
        self, units: OpenUnitOfWork, wanted: JobSubject
    ) -> None:
        ask(units, wanted, urgency=Urgency.ASKED)
        assert send(units) == []

    def test_a_user_with_many_credentials_lets_the_others_take_turns(
        self, units: OpenUnitOfWork
    ) -> None:
        crowd = [
            subject(add_credential(units, email="many@example.org", name=f"c{number}"))
            for number in range(20)
        ]
        ask(units, *crowd)
        late = subject(add_credential(units, email="few@example.org"))
        ask(units, late)
        assert late in send(units, limit=2)

    def test_of_users_with_nothing_under_way_those_who_wait_for_longest_come_first(
        self, units: OpenUnitOfWork
    ) -> None:
        waiting = [
            subject(add_credential(units, email=f"u{number}@example.org", name=name))
            for number in range(8)
            for name in ("a", "b")
        ]
        for each in waiting:
            ask(units, each)
        firsts, seconds = waiting[::2], waiting[1::2]
        assert send(units, limit=3) == firsts[:3]
        assert send(units, limit=6) == [*firsts[3:], seconds[0]]

    def test_a_user_whose_work_is_under_way_comes_after_one_who_has_none(
        self, units: OpenUnitOfWork
    ) -> None:
        crowd = [
            subject(add_credential(units, email="many@example.org", name=f"c{number}"))
            for number in range(20)
        ]
        ask(units, *crowd)
        sent = send(units, limit=10)
        save(units, job(units, sent[0]).begun(at=now(units)))
        late = [
            subject(add_credential(units, email="few@example.org", name=f"l{number}"))
            for number in range(5)
        ]
        ask(units, *late)
        assert set(send(units, limit=5)) == set(late)

    def test_two_who_send_at_once_send_each_job_once(self, units: OpenUnitOfWork) -> None:
        ask(units, *(subject(add_credential(units, name=f"c{n}")) for n in range(40)))
        with ThreadPoolExecutor(4) as threads:
            sent = list(threads.map(lambda _: send(units, limit=20), range(4)))
        every = [each.name for part in sent for each in part]
        assert len(every) == len(set(every))

    def test_it_is_known_how_much_is_under_way_and_how_much_is_taken(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        wanted = [subject(add_credential(units, name=f"c{n}")) for n in range(4)]
        ask(units, *wanted)
        sent = send(units, limit=3)
        save(units, job(units, sent[0]).begun(at=now(units)))
        with units() as work:
            assert work.jobs.pressure(lately=LONG, lost_after=LONG) == Pressure(
                outstanding=2, taken=1
            )
        let_pass(2 * SHORT)
        with units() as work:
            assert work.jobs.pressure(lately=SHORT, lost_after=SHORT) == Pressure(
                outstanding=0, taken=0
            )


class OrphanedJobsContract(OneJob):
    """Subclasses bring `units` and `let_pass`."""

    def test_a_running_job_whose_lease_ran_out_is_an_orphan(
        self, units: OpenUnitOfWork, let_pass: LetPass, wanted: JobSubject
    ) -> None:
        ask(units, wanted)
        with units() as work:
            work.leases.claim(wanted.name, holder="dead", duration=SHORT)
            work.commit()
        save(units, job(units, wanted).begun(at=now(units)))
        let_pass(2 * SHORT)
        assert orphans(units) == [wanted]

    def test_a_running_job_without_any_lease_is_an_orphan(
        self, units: OpenUnitOfWork, wanted: JobSubject
    ) -> None:
        ask(units, wanted)
        save(units, job(units, wanted).begun(at=now(units)))
        assert orphans(units) == [wanted]

    def test_a_job_that_somebody_works_on_or_that_waits_is_none(
        self, units: OpenUnitOfWork
    ) -> None:
        worked_on, waiting = (subject(add_credential(units, name=name)) for name in ("a", "b"))
        ask(units, worked_on, waiting)
        with units() as work:
            work.leases.claim(worked_on.name, holder="alive", duration=LONG)
            work.commit()
        save(units, job(units, worked_on).begun(at=now(units)))
        assert orphans(units) == []

    def test_of_many_orphans_those_that_began_first_are_found_first(
        self, units: OpenUnitOfWork
    ) -> None:
        second, third, first = (subject(add_credential(units, name=name)) for name in "abc")
        ask(units, second, third, first)
        at = now(units)
        for minutes, each in enumerate((third, second, first), start=1):
            save(units, job(units, each).begun(at=at - timedelta(minutes=minutes)))
        assert orphans(units, limit=2) == [first, second]
        assert orphans(units, limit=4) == [first, second, third]

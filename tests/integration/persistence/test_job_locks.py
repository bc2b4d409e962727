"""Who hands out work, and who looks for it, at the same moment on a real server."""

from dataclasses import replace

from application.ports.unit_of_work import OpenUnitOfWork
from domain.jobs import JobKind, JobRequest, JobSubject, Urgency
from tests.contract.job_builders import LOST_AFTER, ask, job, now, orphans, save, send, subject
from tests.contract.store_builders import add_credential


def test_a_job_that_somebody_is_just_writing_is_left_out_and_not_waited_for(
    units: OpenUnitOfWork,
) -> None:
    taken, free = some_jobs(units, 2)
    begun = job(units, taken).begun(at=now(units))
    with units() as worker:
        worker.jobs.save(begun)
        assert send(units) == [free]
        worker.commit()
    assert job(units, taken) == begun


def test_two_who_send_at_once_share_the_work_and_do_not_wait_for_each_other(
    units: OpenUnitOfWork,
) -> None:
    wanted = some_jobs(units, 4)
    with units() as first:
        sent = first.jobs.send(urgency=Urgency.BACKGROUND, limit=2, lost_after=LOST_AFTER)
        mine = [each.subject for each in sent]
        assert len(mine) == 2
        rest = send(units)
    assert len(rest) == 2
    assert {*mine, *rest} == set(wanted)
    assert set(send(units)) == set(mine), "what was never committed was never sent"


def test_two_who_look_for_orphans_at_once_find_different_ones(units: OpenUnitOfWork) -> None:
    older, newer = some_jobs(units, 2)
    for each in (older, newer):
        save(units, job(units, each).begun(at=now(units)))
    with units() as first:
        assert [each.subject for each in first.jobs.orphans(limit=1)] == [older]
        assert orphans(units, limit=1) == [newer]
    assert orphans(units) == [older, newer]


def test_an_orphan_whose_worker_is_just_recording_its_end_is_none(units: OpenUnitOfWork) -> None:
    (wanted,) = some_jobs(units, 1)
    running = job(units, wanted).begun(at=now(units))
    save(units, running)
    with units() as worker:
        worker.jobs.save(running.succeeded(at=now(units), by=None))
        assert orphans(units) == []
        worker.commit()
    assert orphans(units) == []


def test_an_orphan_is_found_while_somebody_asks_for_other_work_on_its_credential(
    units: OpenUnitOfWork,
) -> None:
    (wanted,) = some_jobs(units, 1)
    save(units, job(units, wanted).begun(at=now(units)))
    other = replace(wanted, kind=JobKind.UPDATE_COST_DATA)
    with units() as asking:
        asking.jobs.request([JobRequest(subject=other, urgency=Urgency.ASKED, due_at=None)])
        assert orphans(units) == [wanted]


def some_jobs(units: OpenUnitOfWork, number: int) -> list[JobSubject]:
    wanted = [subject(add_credential(units, name=f"c{each}")) for each in range(number)]
    ask(units, *wanted)
    return wanted

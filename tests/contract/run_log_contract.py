"""What every store of what Terraform said promises."""

from dataclasses import replace

import pytest

from application.ports.errors import NotFound
from application.ports.unit_of_work import OpenUnitOfWork
from domain.provisioning import RunAction, RunId
from domain.terraform import (
    Address,
    ChangeAction,
    Command,
    EventType,
    LogLevel,
    LogRecord,
    Step,
    StepId,
)
from tests.contract.provisioning_builders import (
    NO_RESOURCE,
    NO_RUN,
    a_line,
    add_resource,
    begin_step,
    end_run,
    queue_run,
)
from tests.contract.store_builders import HOUR, NOW, add_credential


def write(units: OpenUnitOfWork, step: Step, *records: LogRecord) -> None:
    with units() as work:
        work.run_log.write(step.id, records)
        work.commit()


def said(units: OpenUnitOfWork, run_id: RunId) -> list[tuple[int, LogRecord]]:
    with units() as work:
        lines = work.run_log.read(run_id, limit=10_000)
    return [(step.number, line) for step, line in lines]


class StepsContract:
    def test_steps_are_numbered_and_end_once(self, units: OpenUnitOfWork) -> None:
        run = queue_run(units, add_resource(units, add_credential(units)))
        init, plan, apply = (begin_step(units, run, command) for command in Command)
        assert [step.id.number for step in (init, plan, apply)] == [1, 2, 3]
        assert plan == Step(id=plan.id, command=Command.PLAN, begun_at=NOW)
        with units() as work:
            done = work.run_log.end(init.id, exit_code=0, at=NOW + HOUR)
            lost = work.run_log.end(plan.id, exit_code=None, at=NOW + HOUR)
            for step in (init.id, plan.id, StepId(run_id=run.id, number=9)):
                with pytest.raises(NotFound, match=f"no {step} that has not ended"):
                    work.run_log.end(step, exit_code=1, at=NOW)
            work.commit()
        assert (done.exit_code, done.ended_at, done.lost) == (0, NOW + HOUR, False)
        assert (lost.exit_code, lost.lost) == (None, True)
        with units() as work:
            assert list(work.run_log.steps(run.id)) == [done, lost, apply]
            assert list(work.run_log.steps(NO_RUN)) == []

    def test_the_last_apply_of_a_resource_may_be_of_an_earlier_run(
        self, units: OpenUnitOfWork
    ) -> None:
        resource = add_resource(units, add_credential(units))
        built, destroyed = RunAction.PROVISION, RunAction.DESTROY
        first = queue_run(units, resource)
        begin_step(units, first)
        apply = begin_step(units, first)
        end_run(units, first)
        begin_step(units, queue_run(units, resource), Command.PLAN)
        with units() as work:
            assert work.run_log.last_apply(resource.id, built) == apply
            assert work.run_log.last_apply(resource.id, destroyed) is None
            assert work.run_log.last_apply(NO_RESOURCE, built) is None

    def test_a_step_needs_a_run(self, units: OpenUnitOfWork) -> None:
        with units() as work, pytest.raises(NotFound, match="no run 987654"):
            work.run_log.begin(NO_RUN, Command.PLAN, at=NOW)


class RunLogContract:
    def test_lines_come_back_as_they_were_written(self, units: OpenUnitOfWork) -> None:
        run = queue_run(units, add_resource(units, add_credential(units)))
        step = begin_step(units, run)
        bare = LogRecord(
            offset=0,
            length=3,
            at=NOW,
            level=LogLevel.ERROR,
            type=EventType.RAW,
            message='\\N {NULL,"x"} \' ä\t\n',
        )
        full = LogRecord(
            offset=3,
            length=70_000,
            at=NOW + HOUR,
            level=LogLevel.INFO,
            type=EventType.APPLY_COMPLETE,
            message="é" * 65_536,
            address=Address('aws_subnet.this["{\\"}"]'),
            action=ChangeAction.CREATE,
            cloud_id="subnet-1",
        )
        write(units, step, bare, full)
        assert said(units, run.id) == [(1, bare), (1, full)]
        assert said(units, NO_RUN) == []

    def test_each_line_is_there_once_however_often_it_is_written(
        self, units: OpenUnitOfWork
    ) -> None:
        run = queue_run(units, add_resource(units, add_credential(units)))
        first, second = begin_step(units, run), begin_step(units, run)
        lines = [a_line(number) for number in range(3)]
        write(units, first, *lines)
        write(units, first, *(replace(line, message="other") for line in lines), a_line(3))
        write(units, second, a_line(0))
        write(units, second)
        expected = [*((1, line) for line in [*lines, a_line(3)]), (2, a_line(0))]
        assert said(units, run.id) == expected

    def test_reading_goes_on_after_the_last_line_that_was_written(
        self, units: OpenUnitOfWork
    ) -> None:
        run = queue_run(units, add_resource(units, add_credential(units)))
        first, second = begin_step(units, run), begin_step(units, run)
        write(units, first, *(a_line(number) for number in range(300)))
        with units() as work:
            assert work.run_log.written_up_to(first.id) == 3000
            assert work.run_log.written_up_to(second.id) == 0

    def test_the_log_is_followed_from_any_line_on(self, units: OpenUnitOfWork) -> None:
        run = queue_run(units, add_resource(units, add_credential(units)))
        first, second = begin_step(units, run), begin_step(units, run)
        write(units, second, a_line(0, message="2.0"), a_line(1, message="2.1"))
        write(units, first, *(a_line(number, message=f"1.{number}") for number in (2, 0, 1)))
        every = ["1.0", "1.1", "1.2", "2.0", "2.1"]
        assert [line.message for _, line in said(units, run.id)] == every
        with units() as work:
            log = work.run_log
            assert [line.message for _, line in log.read(run.id, limit=2)] == every[:2]
            for after, place in enumerate([(1, 0), (1, 10), (1, 20), (2, 0), (2, 10)], start=1):
                rest = log.read(run.id, after=place, limit=10)
                assert [line.message for _, line in rest] == every[after:]
            assert [line.message for line in log.last_lines(run.id, limit=3)] == every[-3:]
            assert [line.message for line in log.last_lines(run.id, limit=9)] == every
            assert list(log.last_lines(run.id, limit=0)) == []
            assert list(log.last_lines(NO_RUN, limit=3)) == []

    def test_an_end_that_cannot_be_believed_is_lost(self, units: OpenUnitOfWork) -> None:
        run = queue_run(units, add_resource(units, add_credential(units)))
        with units() as work:
            step = work.run_log.begin(run.id, Command.APPLY, at=NOW)
            work.run_log.end(step.id, exit_code=0, at=NOW)
            work.run_log.lose(step.id)
            work.commit()
        with units() as work:
            (found,) = work.run_log.steps(run.id)
        assert found.lost and found.exit_code is None
        with units() as work, pytest.raises(NotFound):
            work.run_log.lose(StepId(run_id=run.id, number=9))

    def test_lines_need_a_step(self, units: OpenUnitOfWork) -> None:
        run = queue_run(units, add_resource(units, add_credential(units)))
        nowhere = StepId(run_id=run.id, number=1)
        with units() as work, pytest.raises(NotFound, match=f"no step 1 of run {run.id}"):
            work.run_log.write(nowhere, [a_line(0)])

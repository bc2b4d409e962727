"""Bring one run of Terraform from wherever it stands to its end."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final

from application.planning import APPLY, Planner
from application.ports.errors import LeaseLost, PortError, Transient
from application.ports.unit_of_work import UnitOfWork
from application.run_ending import RunEnding
from application.run_failures import DEFECTS, RunCanceled, RunFailed, RunLeft
from application.run_journal import RunJournal
from application.run_log import lines_of_last_step
from application.state_keeping import StateKeeper
from application.steps import Steps
from domain.adoption import UNEXPLAINED, complaint
from domain.provisioning import Resource, Run, RunStatus
from domain.recovery import made
from domain.terraform import FAILED, UNCHANGED, Command, LogRecord, StepId

MOST_LOSSES: Final = 3
"""How often one run may lose its apply before it is given up."""


class TerraformRun:
    """One run: plan, check that the plan does what was asked for and no more, apply just that.

    A run that is found in the middle is gone on with. Its apply may still be running, have
    ended, or be lost. After a lost, failed or interrupted apply nothing is made before everything
    that it may have made was looked for.
    """

    def __init__(
        self,
        *,
        journal: RunJournal,
        steps: Steps,
        states: StateKeeper,
        plan: Planner,
        ending: RunEnding,
    ) -> None:
        self._journal = journal
        self._steps = steps
        self._states = states
        self._plan = plan
        self._ending = ending

    def __call__(self) -> Run:
        """Return the run, ended: applied, errored or canceled; everything is recorded.

        It is active still if the worker is to stop.

        Raises:
            LeaseLost: somebody else goes on with it.
            Transient: the store is away; go on later.
            Exception: one of `DEFECTS`; the run is given up for it where that is possible.
        """
        try:
            if not self._gone_on():
                self._from_the_plan()
        except RunFailed as failure:
            self._ending.given_up(failure)
        except RunLeft as left:
            self._put_down(left)
        except (LeaseLost, Transient):
            raise
        except PortError as error:  # what must be kept cannot be kept as it is
            self._ending.given_up(RunFailed(str(error)))
        except DEFECTS as defect:
            self._ending.broken_off(_defect_met(defect))
            raise
        return self._journal.run

    def give_up(self, failure: RunFailed) -> bool:
        """End the run for *failure*, unless Terraform is at work in it; tell whether it ended."""
        return self._ending.broken_off(failure)

    @property
    def run(self) -> Run:
        """The run, as it is recorded."""
        return self._journal.run

    @property
    def resource(self) -> Resource:
        """The resource, as it is recorded."""
        return self._journal.resource

    def leave(self) -> None:
        """Tidy up where it worked: only once it has ended, and before anybody else begins there."""
        self._ending.leave()

    def _put_down(self, left: RunLeft) -> None:
        """Leave the run to the next worker, with all that is known of it written down.

        What cannot be written now the next worker finds in the folder.
        """
        with suppress(Transient):
            with self._journal.writing() as work:
                canceled = self._journal.canceled(work)
            if canceled and not left.running:
                self._ending.given_up(RunCanceled())

    def _gone_on(self) -> bool:
        """Bring to its end what somebody else began; tell whether the run is done by that."""
        if self._journal.run.status is RunStatus.QUEUED:
            return False
        unknown = self._recalled()
        last = self._steps.settle()
        if unknown is not None:
            raise unknown
        if self._journal.run.status is not RunStatus.APPLYING or last is None:
            return False
        return self._concluded(last.id, last.exit_code)

    def _recalled(self) -> RunFailed | None:
        """Return why the stored state cannot be opened: no reason to leave Terraform alone."""
        try:
            self._states.recall()
        except RunFailed as unknown:
            return unknown
        return None

    def _from_the_plan(self) -> None:
        while True:
            if not self._plan():
                if doubt := self._ending.doubt():
                    raise doubt
                with self._journal.writing() as work:
                    self._journal.stop_if_canceled(work)
                    self._ending.succeeded(work, RunStatus.PLANNED, RunStatus.APPLIED)
                return
            applied = self._steps.run(APPLY, RunStatus.PLANNED, RunStatus.APPLYING)
            if self._concluded(applied.step, applied.exit_code, applied.records):
                return

    def _concluded(
        self,
        step: StepId,
        exit_code: int | None,
        records: Sequence[LogRecord] | None = None,
    ) -> bool:
        """Record the end of an apply; tell whether it reached it, for it may have been lost.

        *records* are all that it wrote; None: they are to be read.

        Raises:
            RunFailed: it failed, or was lost too often.
        """
        with self._journal.writing() as work:
            whole = self._states.keep(work)
            if records is None:
                records = tuple(lines_of_last_step(work, step))
            done = exit_code == UNCHANGED and whole and self._states.know(made(records))
            if done:
                failure = self._ending.doubt()
            else:
                failure = self._failure(work, step, exit_code, records)
            if done and failure is None:
                self._ending.succeeded(work, RunStatus.APPLIED)
            elif not done and exit_code == UNCHANGED:
                work.run_log.lose(step)
            if not done and failure is None:
                self._journal.move(work, RunStatus.PLANNING)
        if failure is not None:
            raise failure  # what was kept is kept all the same
        return done

    def _failure(
        self,
        work: UnitOfWork,
        step: StepId,
        exit_code: int | None,
        records: Iterable[LogRecord],
    ) -> RunFailed | None:
        """Return why the run cannot go on after this apply; None if it may be tried again.

        An apply that was asked to end had to, and says nothing of the run.
        """
        if exit_code == FAILED and self._journal.canceled(work):
            return RunCanceled()
        if self._steps.interrupted(step):
            return None
        if exit_code == FAILED:
            return RunFailed(complaint(records) or UNEXPLAINED)
        earlier = (each for each in work.run_log.steps(self._journal.run.id) if each.id != step)
        applies = (each for each in earlier if each.command is Command.APPLY and each.lost)
        lost = sum(not self._steps.interrupted(each.id) for each in applies)
        if lost + 1 < MOST_LOSSES:  # this one is lost too
            return None
        return RunFailed(
            f"Terraform was lost {MOST_LOSSES} times while it applied the plan. See whether the "
            "machine has enough memory and disk space, then try again."
        )


def _defect_met(defect: Exception) -> RunFailed:
    return RunFailed(
        f"A defect of multi-cloud itself ({type(defect).__name__}) ended this run. "
        "The log of its worker says where; report it, and try again."
    )

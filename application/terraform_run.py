"""Bring one run of Terraform from wherever it stands to its end."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final

from application.planning import APPLY, Planner
from application.ports.errors import LeaseLost, Permanent
from application.ports.terraform import Workspace
from application.ports.unit_of_work import UnitOfWork
from application.run_failures import CANCELED, RunCanceled, RunFailed, failing_the_run
from application.run_journal import RunJournal
from application.run_log import lines_of_last_step, lines_of_run
from application.state_keeping import StateKeeper
from application.steps import Steps
from domain.adoption import complaint
from domain.provisioning import Leak, Run, RunAction, RunStatus
from domain.recovery import made, unaccounted
from domain.terraform import FAILED, UNCHANGED, Command, LogRecord, StepId

MOST_LOSSES: Final = 3
"""How often one run may lose its apply before it is given up."""


class TerraformRun:
    """One run: plan, check that the plan does what was asked for and no more, apply just that.

    A run that is found in the middle is gone on with. Its apply may still be running, have
    ended, or be lost. After a lost or failed apply nothing is made before everything that it
    may have made was looked for.
    """

    def __init__(
        self,
        *,
        journal: RunJournal,
        steps: Steps,
        states: StateKeeper,
        workspace: Workspace,
        plan: Planner,
    ) -> None:
        self._journal = journal
        self._steps = steps
        self._states = states
        self._workspace = workspace
        self._plan = plan

    def __call__(self) -> Run:
        """Return the run, ended: applied, errored or canceled; everything is recorded.

        Raises:
            LeaseLost: somebody else goes on with it.
            Transient: the store is away; go on later.
        """
        try:
            if not self._gone_on():
                self._from_the_plan()
        except RunFailed as failure:
            self._give_up(failure)
        except LeaseLost:
            raise
        except Permanent as error:  # what must be kept cannot be kept as it is
            self._give_up(RunFailed(str(error)))
        return self._journal.run

    def _gone_on(self) -> bool:
        """Bring to its end what somebody else began; tell whether the run is done by that."""
        if self._journal.run.status is RunStatus.QUEUED:
            return False
        with self._journal.writing() as work:
            self._states.recall(work)
        last = self._steps.settle()
        if self._journal.run.status is not RunStatus.APPLYING or last is None:
            return False
        return self._concluded(last.id, last.exit_code)

    def _from_the_plan(self) -> None:
        while True:
            if not self._plan():
                with self._journal.writing() as work:
                    self._journal.stop_if_canceled(work)
                    self._succeed(work, RunStatus.PLANNED, RunStatus.APPLIED)
                return self._leave()
            applied = self._steps.run(APPLY, RunStatus.PLANNED, RunStatus.APPLYING)
            if self._concluded(applied.step, applied.exit_code, applied.records):
                return None

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
            failure = None if done else self._failure(work, exit_code, records)
            if done:
                self._succeed(work, RunStatus.APPLIED)
            elif exit_code == UNCHANGED:
                work.run_log.lose(step)
        if failure is not None:
            raise failure  # what was kept is kept all the same
        if done:
            self._leave()
        return done

    def _failure(
        self, work: UnitOfWork, exit_code: int | None, records: Iterable[LogRecord]
    ) -> RunFailed | None:
        """Return why the run cannot go on after this apply; None if it may be tried again."""
        if exit_code == FAILED:
            if self._journal.canceled(work):
                return RunCanceled(CANCELED)
            return RunFailed(complaint(records) or "Terraform failed and did not say why.")
        steps = work.run_log.steps(self._journal.run.id)
        if sum(each.command is Command.APPLY for each in steps) < MOST_LOSSES:
            return None
        return RunFailed(
            f"Terraform was lost {MOST_LOSSES} times while it applied the plan. See whether the "
            "machine has enough memory and disk space, then try again."
        )

    def _succeed(self, work: UnitOfWork, *moves: RunStatus) -> None:
        self._clear()
        self._journal.move(work, *moves)
        self._journal.keep_output(work, state=self._states.newest, error=None)

    def _leave(self) -> None:
        if self._journal.run.action is RunAction.DESTROY:
            with suppress(RunFailed), failing_the_run():
                self._workspace.remove()

    def _give_up(self, failure: RunFailed) -> None:
        self._states.keep_what_is_whole()
        self._clear()
        status = RunStatus.CANCELED if isinstance(failure, RunCanceled) else RunStatus.ERRORED
        with self._journal.writing() as work:
            self._settle_steps(work)
            leaks = tuple(dict.fromkeys((*failure.leaks, *self._leaks(work))))
            sentence = _with_leaks(_whole(str(failure)), leaks)
            self._journal.move(work, status, error=sentence, leaks=leaks)
            self._journal.keep_output(work, state=self._states.newest, error=sentence)

    def _clear(self) -> None:
        with suppress(RunFailed), failing_the_run():
            self._workspace.discard_plan()
            self._workspace.adopt({})

    def _settle_steps(self, work: UnitOfWork) -> None:
        """Leave no step open, and no apply trusted whose end could not be looked at."""
        applying = self._journal.run.status is RunStatus.APPLYING
        for step in work.run_log.steps(self._journal.run.id):
            if step.ended_at is None:
                self._journal.end(work, step, None)
            elif applying and step.command is Command.APPLY and step.exit_code == UNCHANGED:
                work.run_log.lose(step.id)

    def _leaks(self, work: UnitOfWork) -> tuple[Leak, ...]:
        """Return what the last apply that built may have left, whichever run it belongs to."""
        last = work.run_log.last_apply(self._journal.resource.id, RunAction.PROVISION)
        if last is None or last.exit_code == UNCHANGED:
            return ()
        records = lines_of_run(work, last.id.run_id)
        return unaccounted(records, self._states.newest, lost=last.lost)


def _whole(sentence: str) -> str:
    """Return *sentence* with a full stop: Terraform and the clouds often leave it out."""
    text = sentence.rstrip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _with_leaks(sentence: str, leaks: tuple[Leak, ...]) -> str:
    if not leaks:
        return sentence
    what = ", ".join(map(str, leaks))
    return f"{sentence} This may exist although no state knows it: {what}."

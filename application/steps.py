"""Run Terraform's commands one after the other, each recorded before it starts."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from application.following import Followed, StepFollower
from application.ports.clock import Clock
from application.ports.stopping import OnStop, Stopping
from application.ports.terraform import (
    ProviderEnvironment,
    TerraformCommand,
    TerraformProcess,
    Unended,
    Workspace,
)
from application.run_failures import RunCanceled, RunFailed, RunLeft, failing_the_run
from application.run_journal import RunJournal
from application.run_log import last_step
from domain.provisioning import RunStatus
from domain.terraform import CHANGES, UNCHANGED, Command, Step, StepId


class Steps:
    """The steps of one run in its workspace."""

    def __init__(
        self,
        *,
        journal: RunJournal,
        workspace: Workspace,
        environment: Callable[[], ProviderEnvironment],
        unseal: Callable[[], None],
        clock: Clock,
        grace: timedelta,
        object_finished: Callable[[], None],
        stopping: Stopping,
        on_stop: OnStop,
    ) -> None:
        """*environment* opens the cloud to a step; *unseal* has the secret hidden in its log."""
        self._journal = journal
        self._workspace = workspace
        self._environment = environment
        self._unseal = unseal
        self._clock = clock
        self._stopping = stopping
        self._canceled = False
        self._follower = StepFollower(
            journal=journal,
            clock=clock,
            grace=grace,
            object_finished=object_finished,
            stopping=stopping,
            on_stop=on_stop,
        )

    def run(self, command: TerraformCommand, *moves: RunStatus) -> Followed:
        """Move the run through *moves*, run *command*, and return how it ended.

        Raises:
            RunFailed: it could not be started.
            RunCanceled: somebody asked for the end before *command* reached its own.
            RunLeft: the worker is to stop; what *command* did not do is done by the next one.
        """
        if self._canceled:
            raise RunCanceled
        self.go_on()
        environment = self._environment()
        with self._journal.writing() as work:
            if command.command is Command.APPLY:
                self._journal.stop_if_canceled(work)  # whatever lasts is asked again meanwhile
            if moves:
                self._journal.move(work, *moves)
            step = self._journal.begin(work, command.command)
        with failing_the_run():
            process = self._workspace.start(step.id, command, environment)
        return self._to_its_end(process, step)

    def go_on(self) -> None:
        """Begin nothing more once the worker is to stop.

        Raises:
            RunLeft: it is.
        """
        if self._stopping.requested():
            raise RunLeft

    def interrupted(self, step: StepId) -> bool:
        """Tell whether *step* was asked to end, and so had not failed by itself by then.

        Raises:
            RunFailed: nobody can look.
        """
        with failing_the_run():
            return self._workspace.find(step).interrupted()

    def settle(self) -> Step | None:
        """Return the last step of the run, brought to its end; None if there is none.

        Whoever began it may be gone; its process may still run, or have ended meanwhile.
        """
        with self._journal.writing() as work:
            step = last_step(work, self._journal.run.id)
            offset = work.run_log.written_up_to(step.id) if step else 0
        if step is None or step.ended_at is not None:
            return step
        with failing_the_run():
            process = self._workspace.find(step.id)
        if process.outcome() in {Unended.NEVER_STARTED, Unended.LOST}:
            # a worker that was frozen before it started the step may still thaw
            with failing_the_run():
                self._workspace.forbid(step.id)
        if process.outcome() is Unended.NEVER_STARTED:
            with self._journal.writing() as work:
                return self._journal.end(work, step, None)
        with suppress(RunFailed), failing_the_run():
            self._unseal()  # whoever started the step knew what to hide in its log
        followed = self._follower.follow(process, step, offset=offset)
        return replace(step, exit_code=followed.exit_code, ended_at=self._clock.now())

    def _to_its_end(self, process: TerraformProcess, step: Step) -> Followed:
        followed = self._follower.follow(process, step)
        self._canceled = followed.canceled
        if followed.exit_code != UNCHANGED and followed.canceled:
            raise RunCanceled
        applying = self._journal.run.status is RunStatus.APPLYING
        if followed.cut_short and followed.exit_code not in {UNCHANGED, CHANGES} and not applying:
            raise RunLeft  # an apply is recorded first, with what it made
        return followed

"""How a run ends: what is recorded of it, and what is left where Terraform worked."""

from contextlib import suppress

from application.adoption import Adoption
from application.ports.terraform import Unended, Workspace
from application.ports.unit_of_work import UnitOfWork
from application.rounds import urgent_sync
from application.run_failures import RunCanceled, RunFailed, failing_the_run
from application.run_journal import RunJournal
from application.run_log import last_step, left_unknown
from application.state_keeping import StateKeeper
from domain.provisioning import Leak, RunAction, RunStatus
from domain.sentences import as_sentence
from domain.terraform import UNCHANGED, Command


class RunEnding:
    """Ends one run; what may exist and no state knows is told."""

    def __init__(
        self,
        *,
        journal: RunJournal,
        states: StateKeeper,
        workspace: Workspace,
        adoption: Adoption,
    ) -> None:
        self._journal = journal
        self._states = states
        self._workspace = workspace
        self._adoption = adoption

    def doubt(self) -> RunFailed | None:
        """Return why the run may not reach its end; None if nothing is left to be looked for."""
        if not self._journal.run.leaks:
            return None
        return RunFailed(
            "What the state knew is destroyed, but no plan could be made to look for what an "
            "earlier apply may have left: the log of this run says why. Mend that, then destroy "
            "it again."
        )

    def succeeded(self, work: UnitOfWork, *moves: RunStatus) -> None:
        """Record that the run went through *moves* to its good end."""
        self._journal.move(work, *moves)
        self._have_it_looked_at(work)
        self._journal.keep_output(work, state=self._states.newest, error=None)

    def given_up(self, failure: RunFailed) -> None:
        """Record the *failure*, and what the run may have left in the cloud."""
        self._states.keep_what_is_whole()
        with self._journal.writing() as work:
            self._settle_steps(work)
            leaks = (*failure.leaks, *self._leaks(work))
        leaks = self._adoption.located(tuple(dict.fromkeys(leaks)))
        sentence = _with_leaks(as_sentence(str(failure)), leaks)
        canceled = isinstance(failure, RunCanceled)
        status = RunStatus.CANCELED if canceled else RunStatus.ERRORED
        with self._journal.writing() as work:
            self._journal.move(work, status, error=sentence, leaks=leaks)
            self._have_it_looked_at(work)
            self._journal.keep_output(work, state=self._states.newest, error=sentence)

    def broken_off(self, failure: RunFailed) -> bool:
        """Give up a run for a *failure* of ours, unless Terraform is at work in it.

        Then it is better left to be followed: the failure may be met at the next look only. Tell
        whether it was given up.
        """
        with self._journal.writing() as work:
            last = last_step(work, self._journal.run.id)
        if last is not None and self._workspace.find(last.id).outcome() is Unended.RUNNING:
            return False
        self.given_up(failure)
        return True

    def leave(self) -> None:
        """Leave nothing where Terraform worked that is of no use now, or that may hold secrets.

        What cannot be removed now is removed by whoever tidies up.
        """
        with suppress(RunFailed), failing_the_run():
            ended = self._journal.run
            if ended.action is RunAction.DESTROY and ended.status is RunStatus.APPLIED:
                self._workspace.remove()
            else:
                self._workspace.tidy(keep_state=not self._states.is_stored())

    def _have_it_looked_at(self, work: UnitOfWork) -> None:
        """Ask for a sync at once: what the inventory has may be gone, and what is there new."""
        credential = work.credentials.get(self._journal.resource.credential_id)
        if credential.active and self._journal.run.may_have_changed_the_cloud:
            work.jobs.request([urgent_sync(credential, at=work.now())])

    def _settle_steps(self, work: UnitOfWork) -> None:
        """Leave no step open, and no apply trusted whose end could not be looked at."""
        applying = self._journal.run.status is RunStatus.APPLYING
        for step in work.run_log.steps(self._journal.run.id):
            if step.ended_at is None:
                self._journal.end(work, step, None)
            elif applying and step.command is Command.APPLY and step.exit_code == UNCHANGED:
                work.run_log.lose(step.id)

    def _leaks(self, work: UnitOfWork) -> tuple[Leak, ...]:
        """Return what may have been made and is known to nobody.

        What a run to destroy did not find when it looked, and what it took down, is none of that.
        """
        if self._journal.run.action is RunAction.DESTROY:
            return self._journal.run.leaks
        return left_unknown(work, self._journal.resource.id, self._states.newest)


def _with_leaks(sentence: str, leaks: tuple[Leak, ...]) -> str:
    if not leaks:
        return sentence
    what = ", ".join(map(str, leaks))
    return f"{sentence} This may exist although no state knows it: {what}."

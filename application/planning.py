"""Make a plan that does what was asked for and no more."""

from collections.abc import Callable, Mapping
from typing import Final

from application.adoption import Adoption, Looked
from application.following import Followed
from application.ports.terraform import TerraformCommand, Workspace
from application.ports.unit_of_work import UnitOfWork
from application.run_failures import RunCanceled, RunFailed, failing_the_run
from application.run_journal import RunJournal
from application.run_log import objects_made, still_unknown
from application.state_keeping import StateKeeper
from application.steps import Steps
from domain.adoption import UNEXPLAINED, complaint
from domain.inventory import Json
from domain.provisioning import Leak, RunAction, RunStatus
from domain.recovery import ADOPTING_MAY, DESTROYING_MAY, PROVISIONING_MAY, forbidden, told_whole
from domain.terraform import CHANGES, FAILED, UNCHANGED, Address, ChangeAction, Command, Step

_INIT: Final = TerraformCommand(command=Command.INIT)
PLAN: Final = TerraformCommand(command=Command.PLAN)
_PLAN_DESTROY: Final = TerraformCommand(command=Command.PLAN, destroy=True)
APPLY: Final = TerraformCommand(command=Command.APPLY)


class Planner:
    """Plans one run; after an apply that failed or was lost, it first looks for what that made."""

    def __init__(
        self,
        *,
        journal: RunJournal,
        steps: Steps,
        states: StateKeeper,
        workspace: Workspace,
        adoption: Adoption,
        variables: Callable[[], Mapping[str, Json]],
        last_apply: Step | None,
    ) -> None:
        """*last_apply* is the last one that built when the work begins, in whichever run."""
        self._journal = journal
        self._steps = steps
        self._states = states
        self._workspace = workspace
        self._adoption = adoption
        self._variables = variables
        self._last_apply = last_apply

    def __call__(self) -> bool:
        """Make the plan, and tell whether there is anything to apply.

        Raises:
            RunFailed: there is no plan that may be applied.
            RunCanceled: somebody asked for the end.
        """
        if self._journal.run.cancel_requested_at is not None:
            raise RunCanceled
        self._lay_out()
        if self._nothing_to_destroy():
            return False
        _must_have_worked(self._steps.run(_INIT))
        if self._journal.run.action is RunAction.PROVISION:
            planned = self._plan_to_provision()
        else:
            planned = self._plan_to_destroy()
        return planned.exit_code == CHANGES

    def _lay_out(self) -> None:
        """Put into the folder what is to be planned, while nobody else can have begun there."""
        self._states.recall()
        with self._journal.writing() as work:
            if self._journal.run.status is not RunStatus.QUEUED:  # some apply may have ended since
                resource_id = self._journal.resource.id
                self._last_apply = work.run_log.last_apply(resource_id, RunAction.PROVISION)
            if self._journal.run.status is not RunStatus.PLANNING:
                self._journal.move(work, RunStatus.PLANNING)
            failure = self._furnish(work)
        if failure is not None:
            raise failure  # the run has begun all the same

    def _furnish(self, work: UnitOfWork) -> RunFailed | None:
        try:
            self._states.restore(work)
            with failing_the_run():
                kind, variables = self._journal.resource.kind, self._variables()
                self._workspace.configure(kind, variables, lock_file=self._states.lock_file)
                self._workspace.adopt({})
        except RunFailed as failure:
            return failure
        return None

    def _nothing_to_destroy(self) -> bool:
        destroying = self._journal.run.action is RunAction.DESTROY
        return destroying and self._states.newest is None and self._last_apply is None

    def _plan_to_provision(self) -> Followed:
        planned, found = self._steps.run(PLAN), frozenset[Address]()
        if planned.exit_code == CHANGES and self._must_look_first():
            looked = self._looked(planned)
            planned, found = looked.planned, frozenset(looked.found)
        return self._allowed(planned, PROVISIONING_MAY, importing=found)

    def _plan_to_destroy(self) -> Followed:
        if self._must_look_first():
            self._find_what_was_left()
        return self._allowed(self._steps.run(_PLAN_DESTROY), DESTROYING_MAY)

    def _find_what_was_left(self) -> None:
        """Take over what exists and no state knows.

        Where that cannot be told because there is no plan, the run goes on with what is known;
        it then remembers what must be looked for before anything counts as destroyed.
        """
        planned = self._steps.run(PLAN)
        if planned.exit_code == FAILED:
            # what was remembered before anything was taken down is not found out afterwards
            return self._journal.suspect(self._journal.run.leaks or self._in_doubt())
        looked = self._looked(planned)
        if looked.found:
            self._take_over(tuple(looked.found))
        return self._journal.suspect(looked.doubtful)

    def _in_doubt(self) -> tuple[Leak, ...]:
        state = self._states.newest
        with self._journal.writing() as work:
            unknown = still_unknown(work, self._journal.run, state)
        strays = self._adoption.strays(state)
        told = {leak.address for leak in strays}
        return (*strays, *(leak for leak in unknown if leak.address not in told))

    def _must_look_first(self) -> bool:
        return self._last_apply is not None and self._last_apply.exit_code != UNCHANGED

    def _looked(self, planned: Followed) -> Looked:
        _must_have_worked(planned)
        with self._journal.writing() as work:
            logged = objects_made(work, self._journal.resource.id)
        return self._adoption(planned, logged=logged, state=self._states.newest)

    def _take_over(self, found: tuple[Address, ...]) -> None:
        """Have the state know what was *found*, so that it can be destroyed; make nothing."""
        only_these = TerraformCommand(command=Command.PLAN, targets=found)
        self._allowed(self._steps.run(only_these), ADOPTING_MAY, importing=frozenset(found))
        _must_have_worked(self._steps.run(APPLY))
        self._states.keep_what_is_whole()
        with self._journal.writing(), failing_the_run():
            self._workspace.adopt({})

    def _allowed(
        self,
        planned: Followed,
        allowed: frozenset[ChangeAction],
        *,
        importing: frozenset[Address] = frozenset(),
    ) -> Followed:
        """Return the plan if it may be applied: it does what is *allowed* to what is ours.

        Raises:
            RunFailed: it may not.
        """
        _must_have_worked(planned)
        self._states.must_be_in_place()
        state = self._states.newest
        half_made = state.half_made if state is not None else frozenset()
        wrong = forbidden(planned.records, allowed, half_made=half_made, importing=importing)
        if planned.exit_code == CHANGES and not told_whole(planned.records):
            raise RunFailed(
                "Terraform's account of its plan is cut off, so it was not applied. Try again."
            )
        if wrong:
            what = ", ".join(f"{each.action} {each.address}" for each in wrong)
            raise RunFailed(
                f"The plan would do what was not asked for, so it was not applied: {what}."
            )
        return planned


def _must_have_worked(followed: Followed) -> None:
    if followed.exit_code in {UNCHANGED, CHANGES}:
        return
    said = complaint(followed.records)
    if said is None and followed.exit_code != FAILED:
        said = "Terraform was killed before it had finished. Try again."
    raise RunFailed(said or UNEXPLAINED)

"""What one run of Terraform writes down, always under its lease."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Final

from application.leasing import writing_under
from application.listing import Answer, ask
from application.ports.clock import Clock
from application.ports.errors import Transient
from application.ports.provisioning import ManagedObject, StoredState, TerraformOutput
from application.ports.secret_box import SecretBox, SecretText
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from application.run_failures import RunCanceled
from domain.leases import Lease
from domain.provisioning import Leak, Resource, ResourceStatus, Run, RunStatus
from domain.terraform import Command, Step
from domain.terraform_state import TerraformState, in_inventory

_LINES_KEPT: Final = 200
"""How many of the last lines are kept beside the resource; all of them are in the log."""


class RunJournal:
    """Moves a run and its resource together, and keeps what Terraform said and remembers."""

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        clock: Clock,
        secret_box: SecretBox,
        lease: Lease,
        lease_duration: timedelta,
        resource: Resource,
        run: Run,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._secret_box = secret_box
        self._lease = lease
        self._lease_duration = lease_duration
        self._owed: list[Callable[[UnitOfWork], object]] = []
        self._undo: list[Callable[[], object]] = []
        self.resource = resource
        self.run = run

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """Write in one transaction, which is refused once somebody else works on the resource."""
        self._undo.clear()
        self.undone_by(partial(self._know, self.resource, self.run))
        try:
            with writing_under(
                self._unit_of_work, self._lease, duration=self._lease_duration
            ) as work:
                owed = tuple(self._owed)  # more may come from a question that is waited for
                for entry in owed:
                    entry(work)
                yield work
        except BaseException:
            for undo in reversed(self._undo):
                undo()
            raise
        del self._owed[: len(owed)]

    def undone_by(self, undo: Callable[[], object]) -> None:
        """Have *undo* called if the transaction that is open now fails."""
        self._undo.append(undo)

    def _know(self, resource: Resource, run: Run) -> None:
        self.resource, self.run = resource, run

    def owe(self, entry: Callable[[UnitOfWork], object]) -> None:
        """Have *entry* written at the head of the next transaction, whatever that is for.

        Only for what the next worker finds again if this one does not come to write it.
        """
        self._owed.append(entry)

    def beat(self) -> bool:
        """Hold the lease for longer; tell whether somebody asked to cancel the run."""
        with self.writing() as work:
            return self.canceled(work)

    def hold(self) -> None:
        """Hold the lease for longer, before something that may take a while.

        Raises:
            RunCanceled: somebody asked to cancel the run.
        """
        with self.writing() as work:
            self.stop_if_canceled(work)

    def wait(self, pause: timedelta) -> None:
        """Let *pause* pass, and hold the lease all the while, however long that is.

        A store that is away for a moment ends nothing: whoever writes next will see.

        Raises:
            LeaseLost: somebody else took over.
        """
        left = pause
        while left > timedelta(0):
            self._hold_if_possible()
            a_part = min(left, self._lease_duration / 3)
            self._clock.sleep(a_part.total_seconds())
            left -= a_part
        self._hold_if_possible()

    def wait_for(self, question: Callable[[], Answer]) -> Answer:
        """Return the answer to *question*, or raise what it raises; hold the lease until then.

        It may take as long as it will, and may itself write nothing here.

        Raises:
            LeaseLost: somebody else took over; the answer is dropped when it comes.
        """
        every = self._lease_duration / 3
        return ask(question, while_waiting=self._hold_if_possible, every=every)

    def _hold_if_possible(self) -> None:
        with suppress(Transient), self.writing():
            pass

    def stop_if_canceled(self, work: UnitOfWork) -> None:
        """Go no further if somebody asked to cancel the run.

        Raises:
            RunCanceled: somebody did.
        """
        if self.canceled(work):
            raise RunCanceled

    def canceled(self, work: UnitOfWork) -> bool:
        """Tell whether somebody asked to cancel the run."""
        return work.runs.get(self.run.id).cancel_requested_at is not None

    def begin(self, work: UnitOfWork, command: Command) -> Step:
        """Record that *command* is about to be started."""
        return work.run_log.begin(self.run.id, command, at=self._clock.now())

    def end(self, work: UnitOfWork, step: Step, exit_code: int | None) -> Step:
        """Record how *step* ended; None: nobody knows."""
        return work.run_log.end(step.id, exit_code=exit_code, at=self._clock.now())

    def move(
        self,
        work: UnitOfWork,
        *statuses: RunStatus,
        error: str | None = None,
        leaks: tuple[Leak, ...] | None = None,
    ) -> None:
        """Move the run through *statuses*, and the resource with it; *error* ends it."""
        now = work.now()  # what is old and may be deleted goes by it
        for status in statuses:
            self.run = self.run.moved_to(status, at=now, error=error, leaks=leaks)
        work.runs.save(self.run)
        target = self._meant_for_resource()
        if self.resource.status is not target:
            self.resource = self.resource.moved_to(target, at=now)
            work.resources.save(self.resource)

    def came_further(self, work: UnitOfWork) -> None:
        """Note that the run got somewhere: the workers that died before did not die of this."""
        work.leases.forgive(self._lease)

    def suspect(self, leaks: tuple[Leak, ...]) -> None:
        """Remember what the run must look for before it may reach its end; empty: nothing."""
        if leaks != self.run.leaks:
            with self.writing() as work:
                self.run = self.run.suspecting(leaks)
                work.runs.save(self.run)

    def _meant_for_resource(self) -> ResourceStatus:
        match self.run.status:
            case RunStatus.QUEUED:
                return self.resource.status
            case RunStatus.APPLIED:
                return self.run.action.done
            case RunStatus.ERRORED | RunStatus.CANCELED:
                begun = self.run.history[-2].status is not RunStatus.QUEUED
                return ResourceStatus.FAILED if begun else self.resource.status
            case _:
                return self.run.action.under_way

    def keep_state(
        self, work: UnitOfWork, state: TerraformState, text: str, *, lock_file: str | None
    ) -> None:
        """Store *state*, sealed as the *text* that it was read from, if it is newer.

        Raises:
            Conflict: it may not take the place of what is stored.
        """
        stored = StoredState(
            lineage=state.lineage,
            serial=state.serial,
            sealed=self._secret_box.seal(SecretText(text)),
            lock_file=lock_file,
        )
        work.states.put(self.resource.id, stored, _managed(state), at=self._clock.now())

    def keep_output(
        self, work: UnitOfWork, *, state: TerraformState | None, error: str | None
    ) -> None:
        """Store what the run left for people to read; outputs only where the *state* has some."""
        outputs = state.outputs if state is not None else {}
        sensitive = {name: each.value for name, each in outputs.items() if each.sensitive}
        lines = work.run_log.last_lines(self.run.id, limit=_LINES_KEPT)
        work.resources.save_output(
            self.resource.id,
            TerraformOutput(
                logs=tuple(line.message for line in lines),
                outputs={name: each.value for name, each in outputs.items() if not each.sensitive},
                error=error,
            ),
            sensitive=self._secret_box.seal(SecretText(json.dumps(sensitive)))
            if sensitive
            else None,
        )


def _managed(state: TerraformState) -> tuple[ManagedObject, ...]:
    managed = []
    for each in state.objects:
        kind, external_id = in_inventory(each) or (None, None)
        managed.append(
            ManagedObject(
                address=each.address,
                type=each.type,
                cloud_id=each.cloud_id,
                kind=kind,
                external_id=external_id,
            )
        )
    return tuple(managed)

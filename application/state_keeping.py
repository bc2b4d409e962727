"""Keep Terraform's state twice, and always go on from the newest."""

from collections.abc import Collection
from contextlib import suppress
from functools import partial

from application.ports.errors import Rejected
from application.ports.provisioning import StoredState
from application.ports.secret_box import SecretBox
from application.ports.terraform import Workspace
from application.ports.unit_of_work import UnitOfWork
from application.run_failures import RunFailed, failing_the_run
from application.run_journal import RunJournal
from domain.errors import InvalidValue
from domain.terraform import Address
from domain.terraform_state import TerraformState, read_state


class StateKeeper:
    """The state of one resource, in its workspace and in the database."""

    def __init__(
        self,
        *,
        journal: RunJournal,
        workspace: Workspace,
        secret_box: SecretBox,
        stored: StoredState | None,
    ) -> None:
        """*stored* is what the database has when the work begins."""
        self._stored = stored
        self._journal = journal
        self._workspace = workspace
        self._secret_box = secret_box
        self.newest: TerraformState | None = None
        """The newest state that the database has; None: there is none, or it was not recalled."""
        self.lock_file = None if stored is None else stored.lock_file
        """What fixes the providers of the newest state."""
        self._text = ""

    def recall(self) -> None:
        """Open what the database has; from then on all that is stored goes through here.

        Raises:
            RunFailed: it cannot be opened.
        """
        if self._stored is None or self.newest is not None:
            return
        with failing_the_run():
            self._text = self._secret_box.open(self._stored.sealed).reveal()
            self.newest = read_state(self._text)

    def restore(self, work: UnitOfWork) -> None:
        """Put what was recalled into the workspace; a later version that is there is stored.

        Raises:
            RunFailed: the workspace cannot be used.
        """
        text, found = self._found()
        if not self._is_later(found):
            with failing_the_run():
                self._workspace.put_state(self._text)
        elif found is not None and found.newer_than(self.newest):
            self._store(work, found, text)

    def must_be_in_place(self) -> None:
        """See that what Terraform has just worked with is the newest state.

        Raises:
            RunFailed: it was removed or replaced meanwhile.
        """
        _, found = self._found()
        if (found is None and self.newest is None) or (
            found is not None and found.is_version_of(self.newest)
        ):
            return
        raise RunFailed(
            "The state in the folder of this resource was removed or replaced while Terraform "
            "planned, so the plan was not applied. See that nobody else writes there, then try "
            "again."
        )

    def _is_later(self, found: TerraformState | None) -> bool:
        if found is None or self.newest is None:
            return found is not None
        return found.lineage == self.newest.lineage and found.serial >= self.newest.serial

    def know(self, addresses: Collection[Address]) -> bool:
        """Tell whether the newest state has an object for each of *addresses*."""
        known = self.newest.addresses if self.newest is not None else frozenset()
        return known.issuperset(addresses)

    def keep(self, work: UnitOfWork) -> bool:
        """Store the workspace's state if it is whole and new; tell whether it is stored now.

        Raises:
            RunFailed: the workspace cannot be read.
        """
        text, found = self._found()
        if found is None:
            return False
        if found.newer_than(self.newest):
            self._store(work, found, text)
        return found.is_version_of(self.newest)

    def is_stored(self) -> bool:
        """Tell whether the database has all that the workspace knows.

        Raises:
            RunFailed: the workspace cannot be read.
        """
        with failing_the_run():
            return knows_no_more(self._workspace.state(), than=self.newest)

    def keep_what_is_whole(self) -> None:
        """Store the state as it is, if that is possible; nothing depends on it yet."""
        if self._stored is not None and self.newest is None:
            return  # what is stored could not be opened, so nobody knows whether this is newer
        with suppress(RunFailed, Rejected):
            text, found = self._found()
            if found is not None and found.newer_than(self.newest):
                with self._journal.writing() as work:
                    self._store(work, found, text)

    def _found(self) -> tuple[str, TerraformState | None]:
        with failing_the_run():
            text = self._workspace.state() or ""
        return text, _read(text)

    def _store(self, work: UnitOfWork, found: TerraformState, text: str) -> None:
        with failing_the_run():
            lock_file = self._workspace.lock_file()
        self._journal.keep_state(work, found, text, lock_file=lock_file)
        self._journal.undone_by(partial(self._know, self.newest, self._text, self.lock_file))
        self._know(found, text, lock_file)

    def _know(self, newest: TerraformState | None, text: str, lock_file: str | None) -> None:
        self.newest, self._text, self.lock_file = newest, text, lock_file


def knows_no_more(text: str | None, *, than: TerraformState | None) -> bool:
    """Tell whether the state *text* of a workspace may go, as what is stored has it all.

    A text that is no whole state may not: nobody can tell what it knows.
    """
    found = _read(text)
    return found.is_covered_by(than) if found is not None else not text


def _read(text: str | None) -> TerraformState | None:
    """Return the state; None of a text that is none, such as one that is just being written."""
    with suppress(InvalidValue):
        return None if text is None else read_state(text)
    return None

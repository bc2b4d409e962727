"""Find what an earlier apply made and no state knows, and have the next plan take it over."""

from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from application.following import Followed
from application.ports.owned_objects import OwnedObject
from application.ports.terraform import ProviderEnvironment, Workspace
from application.run_failures import RunFailed, failing_the_run
from domain.adoption import adopted, complaint, not_ours, not_there, to_be_made
from domain.provisioning import Leak
from domain.terraform import FAILED, Address
from domain.terraform_state import TerraformState


class Adoption:
    """Looks for every object that a plan would make before anything is made.

    An object is looked for by the id that the log has of it, by its tags, and by its name where
    that determines its id. Only what exists and carries our tags is taken over.
    """

    def __init__(
        self,
        *,
        workspace: Workspace,
        environment: Callable[[], ProviderEnvironment],
        search: Callable[[], Sequence[OwnedObject]],
        ownership: Mapping[str, str],
        plan: Callable[[], Followed],
        hold: Callable[[], object],
    ) -> None:
        """*search* finds objects by their tags; *plan* makes the plan anew.

        *hold* holds the lease, before whatever may take half as long.
        """
        self._workspace = workspace
        self._environment = environment
        self._search = search
        self._ownership = ownership
        self._plan = plan
        self._hold = hold

    def __call__(
        self,
        planned: Followed,
        *,
        logged: Mapping[Address, str],
        state: TerraformState | None,
    ) -> tuple[Followed, Mapping[Address, str]]:
        """Return a plan that takes over what exists, and what that is, by address.

        *planned* is the plan that knows nothing of it, *logged* the ids that the log has.

        Raises:
            RunFailed: it cannot be decided what is ours; its leaks say what is in question.
        """
        with failing_the_run():
            missing = to_be_made(self._document())
            self._hold()
            tagged = self._search()
        named = self._named(missing)
        found = named | _wanted(logged, missing) | _unmistakable(tagged, state, missing)
        while found:
            with failing_the_run():
                self._workspace.adopt(found)
            planned = self._plan()
            wrong = self._wrong(planned, found, named, state)
            if not wrong:
                break
            found = {address: each for address, each in found.items() if address not in wrong}
            if not found:
                with failing_the_run():
                    self._workspace.adopt({})
                planned = self._plan()
        return planned, found

    def located(self, leaks: tuple[Leak, ...]) -> tuple[Leak, ...]:
        """Return *leaks* with the ids that their tags or their names tell, where that can be asked.

        An id that follows from a name is that of the object if it exists.
        """
        if all(leak.cloud_id for leak in leaks):
            return leaks
        ids: dict[Address, str] = {}
        with suppress(RunFailed), failing_the_run():
            ids |= self._named(to_be_made(self._document()))
        with suppress(RunFailed), failing_the_run():
            ids |= {each.address: each.cloud_id for each in self._search()}
        return tuple(
            replace(leak, cloud_id=leak.cloud_id or ids.get(Address(leak.address)))
            for leak in leaks
        )

    def strays(self, state: TerraformState | None) -> tuple[Leak, ...]:
        """Return what carries our tags and is not in *state*.

        Raises:
            RunFailed: the cloud cannot be asked.
        """
        self._hold()
        with failing_the_run():
            tagged = self._search()
        known = {each.cloud_id for each in state.objects} if state is not None else set()
        return tuple(
            Leak(address=each.address, cloud_id=each.cloud_id)
            for each in tagged
            if each.cloud_id not in known
        )

    def _document(self) -> Mapping[str, Any]:
        self._hold()
        return self._workspace.plan_document(self._environment())

    def _named(self, missing: Mapping[Address, Mapping[str, Any]]) -> dict[Address, str]:
        environment = self._environment()
        ids = {
            address: self._workspace.import_id(change, environment)
            for address, change in missing.items()
        }
        return {address: each for address, each in ids.items() if each is not None}

    def _wrong(
        self,
        planned: Followed,
        found: Mapping[Address, str],
        named: Mapping[Address, str],
        state: TerraformState | None,
    ) -> frozenset[Address]:
        """Return what was to be taken over and does not exist, or is somebody else's."""
        if planned.exit_code == FAILED:
            gone = not_there(planned.records, found) or self._failing_alone(found, named)
            if not gone:
                raise RunFailed(complaint(planned.records) or "Terraform could not make a plan.")
            return gone
        with failing_the_run():
            document = self._document()
        known = {each.type for each in state.objects} if state is not None else set()
        return not_ours(document, ownership=self._ownership, known=known) & adopted(document).keys()

    def _failing_alone(
        self, found: Mapping[Address, str], named: Mapping[Address, str]
    ) -> frozenset[Address]:
        """Return which objects cannot be taken over even alone, of those known by name.

        Some providers say in words of their own that there is no such object, and not which one
        they mean. To give one up that exists after all makes nothing twice: its name is taken.
        """
        wrong = set()
        for address in found:
            if found[address] == named.get(address):
                with failing_the_run():
                    self._workspace.adopt({address: found[address]})
                if self._plan().exit_code == FAILED:
                    wrong.add(address)
        return frozenset(wrong)


def _wanted(ids: Mapping[Address, str], missing: Mapping[Address, object]) -> dict[Address, str]:
    return {address: each for address, each in ids.items() if address in missing}


def _unmistakable(
    tagged: Sequence[OwnedObject], state: TerraformState | None, missing: Container[Address]
) -> dict[Address, str]:
    """Return the object of each address.

    Raises:
        RunFailed: an address has more than one, or one that the state does not mean.
    """
    expected = {each.address: each.cloud_id for each in state.objects} if state is not None else {}
    doubtful: list[Leak] = []
    for each in tagged:
        if each.address in missing:
            expected.setdefault(each.address, each.cloud_id)
        if expected.get(each.address) != each.cloud_id:
            doubtful.append(Leak(address=each.address, cloud_id=each.cloud_id))
    if doubtful:
        raise RunFailed(
            "There is more in the cloud than was asked for, and it cannot be told which is right.",
            leaks=tuple(doubtful),
        )
    return {each.address: each.cloud_id for each in tagged if each.address in missing}

"""Find what an earlier apply made and no state knows, and have the next plan take it over."""

from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from application.following import Followed
from application.ports.owned_objects import OwnedObject
from application.ports.terraform import ProviderEnvironment, Workspace
from application.run_failures import DEFECTS, RunFailed, failing_the_run
from application.run_journal import RunJournal
from domain.adoption import adopted, complaint, not_ours, not_there, says_absent, to_be_made
from domain.provisioning import Leak
from domain.terraform import FAILED, Address
from domain.terraform_state import TerraformState


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What came of a look at everything that a plan would make."""

    planned: Followed
    """A plan that takes over what exists."""
    found: Mapping[Address, str]
    """What that is, by address."""
    doubtful: tuple[Leak, ...]
    """What may exist, but could not be taken over for a reason that says nothing of it."""


class Adoption:
    """Looks for every object that a plan would make before anything is made.

    An object is looked for by the id that the log has of it, by its tags, and by its name where
    that determines its id. Only what exists and carries our tags is taken over.
    """

    def __init__(
        self,
        *,
        journal: RunJournal,
        workspace: Workspace,
        environment: Callable[[], ProviderEnvironment],
        search: Callable[[], Sequence[OwnedObject]],
        ownership: Mapping[str, str],
        plan: Callable[[], Followed],
    ) -> None:
        """*search* finds objects by their tags; *plan* makes the plan anew."""
        self._journal = journal
        self._workspace = workspace
        self._environment = environment
        self._search = search
        self._ownership = ownership
        self._plan = plan

    def __call__(
        self,
        planned: Followed,
        *,
        logged: Mapping[Address, str],
        state: TerraformState | None,
    ) -> Looked:
        """Return what exists of what *planned* would make, which knows nothing of it.

        *logged* are the ids that the log has.

        Raises:
            RunFailed: it cannot be decided what is ours; its leaks say what is in question.
        """
        missing, named = self._to_be_made()
        tagged = self._search()
        found = named | _wanted(logged, missing) | _unmistakable(tagged, state, missing)
        doubtful: list[Leak] = []
        while found:
            self._adopt(found)
            planned = self._plan()
            wrong = self._wrong(planned, found, named, state, doubtful)
            if not wrong:
                break
            found = {address: each for address, each in found.items() if address not in wrong}
            if not found:
                self._adopt({})
                planned = self._plan()
        return Looked(planned=planned, found=found, doubtful=tuple(doubtful))

    def located(self, leaks: tuple[Leak, ...]) -> tuple[Leak, ...]:
        """Return *leaks* with the ids that their tags or their names tell, where that can be asked.

        An id that follows from a name is that of the object if it exists.
        """
        if all(leak.cloud_id for leak in leaks):
            return leaks
        ids: dict[Address, str] = {}
        with suppress(RunFailed, *DEFECTS):  # whatever happens, the run is to end
            _, named = self._to_be_made()
            ids |= named
        with suppress(RunFailed, *DEFECTS):
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
        known = {each.cloud_id for each in state.objects} if state is not None else set()
        return tuple(
            Leak(address=each.address, cloud_id=each.cloud_id)
            for each in self._search()
            if each.cloud_id not in known
        )

    def _adopt(self, found: Mapping[Address, str]) -> None:
        """Lay down what to take over, while nobody else can have begun to work there."""
        with self._journal.writing(), failing_the_run():
            self._workspace.adopt(found)

    def _to_be_made(self) -> tuple[dict[Address, Mapping[str, Any]], dict[Address, str]]:
        """Return what the plan would make, and the ids of that whose name determines its id."""
        environment = self._environment()
        missing = to_be_made(self._document(environment))
        ids = {
            address: self._workspace.import_id(change, environment)
            for address, change in missing.items()
        }
        return missing, {address: each for address, each in ids.items() if each is not None}

    def _document(self, environment: ProviderEnvironment) -> Mapping[str, Any]:
        self._journal.beat()
        show = partial(self._workspace.plan_document, environment)
        with failing_the_run():
            return self._journal.wait_for(show)

    def _wrong(
        self,
        planned: Followed,
        found: Mapping[Address, str],
        named: Mapping[Address, str],
        state: TerraformState | None,
        doubtful: list[Leak],
    ) -> frozenset[Address]:
        """Return what was to be taken over and does not exist, or is somebody else's.

        What is given up without knowing so becomes *doubtful*.
        """
        if planned.exit_code == FAILED:
            gone = not_there(planned.records, found) or self._failing_alone(found, named, doubtful)
            if not gone:
                raise RunFailed(complaint(planned.records) or "Terraform could not make a plan.")
            return gone
        document = self._document(self._environment())
        known = {each.type for each in state.objects} if state is not None else set()
        wrong = not_ours(document, ownership=self._ownership, known=known)
        taken = adopted(document).keys()
        if lacking := found.keys() - taken:
            what = ", ".join(sorted(lacking))
            raise RunFailed(
                f"The plan does not take over what was found ({what}), so it was not applied. See "
                "that nobody else writes to the folder of this resource, then try again."
            )
        return wrong & taken

    def _failing_alone(
        self,
        found: Mapping[Address, str],
        named: Mapping[Address, str],
        doubtful: list[Leak],
    ) -> frozenset[Address]:
        """Return which objects cannot be taken over even alone, of those known by name.

        Some providers say in words of their own that there is no such object, and not which one
        they mean. To give one up that exists after all makes nothing twice: its name is taken.
        """
        wrong = set()
        for address in found:
            if found[address] == named.get(address):
                self._adopt({address: found[address]})
                alone = self._plan()
                if alone.exit_code == FAILED:
                    wrong.add(address)
                    if not says_absent(complaint(alone.records)):
                        doubtful.append(Leak(address=address, cloud_id=found[address]))
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
    known = state.objects if state is not None else ()
    # what the plan would make anew is gone, whatever the state remembers of it
    expected = {each.address: each.cloud_id for each in known if each.address not in missing}
    doubtful: list[Leak] = []
    for each in tagged:
        if each.address in missing:
            expected.setdefault(each.address, each.cloud_id)
        if expected.get(each.address) != each.cloud_id:
            doubtful.append(Leak(address=each.address, cloud_id=each.cloud_id))
    if doubtful:
        raise RunFailed(
            "There is more in the cloud than was asked for, and it cannot be told which is right. "
            "Delete there what nobody needs, then try again.",
            leaks=tuple(doubtful),
        )
    return {each.address: each.cloud_id for each in tagged if each.address in missing}

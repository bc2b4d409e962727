"""Bring every secret under the newest key."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from application.ports.errors import NotFound, Rejected
from application.ports.provisioning import ResourceFilter
from application.ports.secret_box import SecretBox, SecretText
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from domain.accounts import CredentialId, SealedSecret
from domain.provisioning import ResourceId, ResourceStatus

_EVERY_RESOURCE = ResourceFilter(statuses=frozenset(ResourceStatus))


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateSecretKeysReport:
    """How many secrets are under the newest key now, and which open with none of the keys."""

    resealed: int
    """Keys of credentials, sensitive outputs and versions of states, each counted."""
    unreadable: tuple[CredentialId, ...] = ()
    unreadable_resources: tuple[ResourceId, ...] = ()
    """Resources of which some state or output stays under a key that is not there."""

    @property
    def complete(self) -> bool:
        """Whether nothing is left under an older key."""
        return not (self.unreadable or self.unreadable_resources)

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        unreadable = len(self.unreadable) + len(self.unreadable_resources)
        return {"resealed": self.resealed, "unreadable": unreadable}


class RotateSecretKeys:
    """Seal everything that is stored sealed anew with the newest key, so older ones can go.

    It may be interrupted and run again: what is under the newest key stays readable. A secret
    that opens with none of the keys is left as it is and reported.
    """

    def __init__(
        self, *, unit_of_work: OpenUnitOfWork, secret_box: SecretBox, page_size: int = 100
    ) -> None:
        self._unit_of_work = unit_of_work
        self._secret_box = secret_box
        self._page_size = page_size

    def __call__(self) -> RotateSecretKeysReport:
        """Reseal credentials and resources one by one, each in a transaction of its own.

        Raises:
            Rejected: there is no usable key to seal with.
            Busy: somebody is replacing a key and takes very long; what was done stays done.
            Unavailable: the store cannot be reached; what was done stays done.
        """
        self._secret_box.seal(SecretText(""))  # without a key every secret would seem unreadable
        keys = {each: self._reseal_key(each) for each in self._credentials()}
        resources = {each: self._reseal_resource(each) for each in self._resources()}
        return RotateSecretKeysReport(
            resealed=sum(keys.values()) + sum(done for done, _ in resources.values()),
            unreadable=tuple(each for each, done in keys.items() if not done),
            unreadable_resources=tuple(each for each, (_, left) in resources.items() if left),
        )

    def _credentials(self) -> Iterator[CredentialId]:
        after: CredentialId | None = None
        while True:
            with self._unit_of_work() as work:
                page = work.credentials.page(after=after, limit=self._page_size)
            yield from (each.id for each in page)
            if len(page) < self._page_size:
                return
            after = page[-1].id

    def _reseal_key(self, credential_id: CredentialId) -> bool:
        """Tell whether the key of the credential is under the newest key now."""
        with self._unit_of_work() as work:
            # whoever replaces it meanwhile waits, or is waited for: no old key comes back
            kept = work.credentials.secret(credential_id, for_update=True)
            sealed = self._resealed(kept)
            if sealed is not None:
                work.credentials.replace_secret(credential_id, sealed)
            work.commit()
        return sealed is not None

    def _resources(self) -> Iterator[ResourceId]:
        after: ResourceId | None = None
        while True:
            with self._unit_of_work() as work:
                page = work.resources.page(_EVERY_RESOURCE, after=after, limit=self._page_size)
            yield from (each.id for each in page)
            if len(page) < self._page_size:
                return
            after = page[-1].id

    def _reseal_resource(self, resource_id: ResourceId) -> tuple[int, int]:
        """Return how much of the resource is under the newest key now, and how much is not."""
        with self._unit_of_work() as work:
            # a run that stores a new state meanwhile waits: nothing newer is written over
            work.resources.get(resource_id, for_update=True)
            done = [
                *self._reseal_outputs(work, resource_id),
                *self._reseal_states(work, resource_id),
            ]
            work.commit()
        return done.count(True), done.count(False)

    def _reseal_outputs(self, work: UnitOfWork, resource_id: ResourceId) -> Iterator[bool]:
        kept = work.resources.sensitive_outputs(resource_id)
        if kept is not None:
            sealed = self._resealed(kept)
            if sealed is not None:
                work.resources.replace_sensitive_outputs(resource_id, sealed)
            yield sealed is not None

    def _reseal_states(self, work: UnitOfWork, resource_id: ResourceId) -> Iterator[bool]:
        for version in work.states.versions(resource_id):
            sealed = self._resealed(version.sealed)
            with suppress(NotFound):  # it was forgotten meanwhile, so there is nothing to seal
                if sealed is not None:
                    work.states.replace_sealed(resource_id, version.serial, sealed)
                yield sealed is not None

    def _resealed(self, sealed: SealedSecret) -> SealedSecret | None:
        """Return the same secret under the newest key, or None if no key opens it."""
        try:
            return self._secret_box.reseal(sealed)
        except Rejected:
            return None

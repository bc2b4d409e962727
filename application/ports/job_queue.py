"""Handing work to whoever works in the background."""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from domain.accounts import CredentialId, Provider, UserId
from domain.provisioning import ResourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncUserJob:
    """Sync everything one user has."""

    user_id: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncCredentialJob:
    """Sync what one credential reaches."""

    user_id: UserId
    credential_id: CredentialId
    provider: Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateCostDataJob:
    """Read what one credential is charged."""

    user_id: UserId
    credential_id: CredentialId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionResourceJob:
    """Build a resource, or go on building it."""

    resource_id: ResourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyResourceJob:
    """Take a resource down, or go on with it."""

    resource_id: ResourceId


Job: TypeAlias = (
    SyncUserJob | SyncCredentialJob | UpdateCostDataJob | ProvisionResourceJob | DestroyResourceJob
)


class JobQueue(Protocol):
    """Where work waits to be done in the background.

    The queue carries hints: losing one delays work and doubling one repeats it, no more.
    """

    @abstractmethod
    def enqueue(self, jobs: Iterable[Job]) -> int:
        """Hand over *jobs* in their order, taking them from the iterable batch by batch.

        Return how many were handed over; none of no jobs.

        Raises:
            Unavailable: the queue cannot be reached; the jobs of this batch and of later ones
                were not handed over.
        """

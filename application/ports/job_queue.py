"""Handing work to whoever works in the background."""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from domain.accounts import CredentialId, Provider, UserId
from domain.jobs import MessageId, Urgency
from domain.provisioning import ResourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncCredentialJob:
    """Sync what one credential reaches."""

    user_id: UserId
    credential_id: CredentialId
    provider: Provider
    urgency: Urgency = Urgency.BACKGROUND
    message: MessageId | None = None
    """The id of the message, by which one that is sent or delivered twice is known; None: any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateCostDataJob:
    """Read what one credential is charged."""

    user_id: UserId
    credential_id: CredentialId
    urgency: Urgency = Urgency.BACKGROUND
    message: MessageId | None = None
    """The id of the message, by which one that is sent or delivered twice is known; None: any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionResourceJob:
    """Build a resource, or go on building it."""

    resource_id: ResourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyResourceJob:
    """Take a resource down, or go on with it."""

    resource_id: ResourceId


Job: TypeAlias = SyncCredentialJob | UpdateCostDataJob | ProvisionResourceJob | DestroyResourceJob


class JobQueue(Protocol):
    """Where work waits to be done in the background.

    The queue carries hints: losing one delays work, and a doubled one is recognised. What a
    person asked for comes before what waits in the background.
    """

    @abstractmethod
    def enqueue(self, jobs: Iterable[Job]) -> int:
        """Hand over *jobs* in their order, taking them from the iterable batch by batch.

        Return how many were handed over; none of no jobs, and only the first of them where so
        much waits already that nobody seems to take: the queue has no room for the others.

        Raises:
            Unavailable: the queue cannot be reached; the jobs of this batch and of later ones
                were not handed over.
        """

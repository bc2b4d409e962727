"""The runs of Terraform that are remembered. Lives inside a `UnitOfWork`."""

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.provisioning import ResourceId, Run, RunAction, RunId


class Runs(Protocol):
    """Every attempt to build something or to take it down."""

    @abstractmethod
    def queue(self, resource_id: ResourceId, action: RunAction, *, at: datetime) -> Run:
        """Return a new run, queued; *at* is the store's time, by which `forsaken` goes.

        Raises:
            Conflict: a run of this resource is active.
            NotFound: there is no such resource.
        """

    @abstractmethod
    def get(self, run_id: RunId) -> Run:
        """Return the run.

        Raises:
            NotFound: there is none with this id.
        """

    @abstractmethod
    def active(self, resource_id: ResourceId) -> Run | None:
        """Return the run of the resource that has not ended; None if there is none."""

    @abstractmethod
    def latest(self, resource_ids: Collection[ResourceId]) -> Mapping[ResourceId, Run]:
        """Return the run of each resource that was asked for last; one without any is left out."""

    @abstractmethod
    def of_resource(self, resource_id: ResourceId) -> Sequence[Run]:
        """Return every run of the resource, the oldest first; empty if there is none."""

    @abstractmethod
    def save(self, run: Run) -> None:
        """Store how far the run is, why it failed and what it leaked.

        A request to cancel it is not touched.

        Raises:
            NotFound: there is no such run.
        """

    @abstractmethod
    def request_cancel(self, run_id: RunId, *, at: datetime) -> Run:
        """Return the run, to be cancelled by whoever works on it; the first request stands.

        Raises:
            NotFound: there is no such run.
            Conflict: it has ended.
        """

    @abstractmethod
    def forsaken(self, *, patience: timedelta, limit: int) -> Sequence[Run]:
        """Return up to *limit* active runs, by id, that nobody works on, by the store's time.

        Nobody holds the lease of their resource, and they were asked for more than *patience* ago;
        or in the future, as the store's clock was set back since.
        """

"""A cheap look at whether a Google Cloud credential works, and for what."""

from collections.abc import Sequence

from adapters.clouds.probing import Question, check_by_asking
from adapters.gcp.calls import ask
from adapters.gcp.operations import (
    LIST_ALL_INSTANCES,
    LIST_BUCKETS,
    LIST_NETWORKS,
    Call,
    Operation,
    Service,
)
from adapters.gcp.session import GcpSession
from application.ports.clock import Clock
from application.ports.clouds import HealthProbe
from domain.health import HealthCheck
from domain.inventory import EVERYWHERE, Location, ResourceKind

_ASKED: tuple[tuple[Operation, ResourceKind, Location | None], ...] = (
    (LIST_ALL_INSTANCES, ResourceKind.GCP_COMPUTE_INSTANCE, None),
    (LIST_BUCKETS, ResourceKind.GCP_STORAGE_BUCKET, EVERYWHERE),
    (LIST_NETWORKS, ResourceKind.GCP_NETWORK, EVERYWHERE),
)


class GcpHealthProbe(HealthProbe):
    """Gets a fresh token, then puts one cheap question per kind."""

    def __init__(self, *, session: GcpSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def check(self) -> HealthCheck:
        """Report whether the key is accepted, how fast Google answers, and what is refused."""
        return check_by_asking(
            clock=self._clock,
            enter=lambda: self._session.connection(Service.COMPUTE),
            identify=self._session.ask_identity,
            questions=self._questions,
        )

    def _questions(self) -> Sequence[Question]:
        return [self._question(*each) for each in _ASKED]

    def _question(
        self, operation: Operation, kind: ResourceKind, location: Location | None
    ) -> Question:
        project = self._session.project
        query = {"maxResults": "1"}
        if operation.service is Service.STORAGE:
            query["project"] = project
        call = Call(operation=operation, project=project, query=query)
        return Question(put=lambda: ask(self._session, call), kind=kind, location=location)

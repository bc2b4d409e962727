"""Compute instances: one list for all zones, and zone by zone where that one does not tell."""

from collections.abc import Container, Iterator, Mapping

from google.api_core.exceptions import GoogleAPICallError
from google.cloud.compute_v1.types import AggregatedListInstancesRequest

from adapters.gcp.calls import ask_pages, listed
from adapters.gcp.harvest import Harvest
from adapters.gcp.operations import LIST_ALL_INSTANCES, LIST_INSTANCES, Call
from adapters.gcp.session import GcpSession
from adapters.gcp.shapes import Reading, read_instance
from adapters.gcp.sweep import Sweeps
from application.ports.errors import PortError, Transient

_LARGEST_PAGE = {"maxResults": "500"}
_DOWN = 500  # HTTP


class Instances:
    """The instances of one project; threads may list different zones at once."""

    def __init__(
        self,
        session: GcpSession,
        *,
        fields: Container[str] = AggregatedListInstancesRequest.meta.fields,
    ) -> None:
        """List over *session*; *fields* are what the interface lets one ask."""
        self._session = session
        self._sweeps = Sweeps(lambda: sweep(session, partial_success(fields)))

    def list_zone(self, zone: str) -> Iterator[Reading]:
        """Yield every instance in *zone*.

        Raises:
            PortError: they could not all be listed.
        """
        found = self._sweeps.take(zone)
        if found is not None:
            yield from found
            return
        yield from self._asked_for_itself(zone)

    def zones(self) -> frozenset[str]:
        """Return zones that have instances; none when no list tells: each zone then says why."""
        try:
            return self._sweeps.places()
        except PortError:
            return frozenset()

    def _asked_for_itself(self, zone: str) -> Iterator[Reading]:
        call = Call(
            operation=LIST_INSTANCES, project=self._session.project, zone=zone, query=_LARGEST_PAGE
        )
        for page in ask_pages(self._session, call):
            for payload in listed(page, call):
                yield read_instance(payload, zone=zone)


def sweep(session: GcpSession, partial: Mapping[str, str]) -> Harvest:
    """Read the list of all zones; where Google cannot give it, the harvest tells of no zone.

    One zone that is down can bring the list of all down, so it is not waited for as long as
    for another.
    """
    query = {**_LARGEST_PAGE, **partial}
    call = Call(operation=LIST_ALL_INSTANCES, project=session.project, query=query)
    harvest = Harvest(session.project)
    try:
        for page in ask_pages(session, call, session.patience.giving_up_after(downs=2)):
            harvest.add(page)
    except Transient as error:
        if not _is_down(error.__cause__):
            raise
        return Harvest(session.project)
    return harvest


def partial_success(fields: Container[str]) -> Mapping[str, str]:
    """Return what asks for the zones that answer even if others do not.

    Google's interface had it for some years; *fields* are those of the SDK's request, which
    tell whether it is the interface of those years.
    """
    return {"returnPartialSuccess": "true"} if "return_partial_success" in fields else {}


def _is_down(cause: BaseException | None) -> bool:
    status = cause.code if isinstance(cause, GoogleAPICallError) else None
    return status is not None and status >= _DOWN

"""Where a project can have instances."""

from adapters.clouds.record import Record
from adapters.gcp.calls import ask_pages, listed
from adapters.gcp.errors import unreadable
from adapters.gcp.operations import LIST_ZONES, Call
from adapters.gcp.session import GcpSession


def all_zones(session: GcpSession) -> tuple[str, ...]:
    """Return the zones that the project may use, in alphabetical order.

    Raises:
        PortError: Google did not say.
    """
    call = Call(operation=LIST_ZONES, project=session.project, query={"maxResults": "500"})
    names = {
        name
        for page in ask_pages(session, call)
        for payload in listed(page, call)
        if (name := Record(payload).identity("name"))
    }
    if not names:  # no project is without any
        raise unreadable(call, lacking="no zone is named")
    return tuple(sorted(names))

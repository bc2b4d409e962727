"""Networks: one list for the whole project."""

from collections.abc import Iterator

from adapters.gcp.calls import ask_pages, listed
from adapters.gcp.operations import LIST_NETWORKS, Call
from adapters.gcp.session import GcpSession
from adapters.gcp.shapes import Reading, read_network


def list_networks(session: GcpSession) -> Iterator[Reading]:
    """Yield every network of the project."""
    call = Call(operation=LIST_NETWORKS, project=session.project, query={"maxResults": "500"})
    for page in ask_pages(session, call):
        for payload in listed(page, call):
            yield read_network(payload)

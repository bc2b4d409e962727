"""Storage buckets: one list for the whole project."""

from collections.abc import Iterator

from adapters.gcp.calls import Page, ask_pages, listed
from adapters.gcp.operations import LIST_BUCKETS, Call
from adapters.gcp.session import GcpSession
from adapters.gcp.shapes import Reading, read_bucket
from domain.inventory import UnreadableRecord


def list_buckets(session: GcpSession) -> Iterator[Reading]:
    """Yield every bucket of the project; one that cannot be reached keeps the list incomplete."""
    query = {
        "project": session.project,
        "maxResults": "1000",
        "projection": "noAcl",
        # Else one place that does not answer would keep the buckets of all places from us.
        "returnPartialSuccess": "true",
    }
    call = Call(operation=LIST_BUCKETS, project=session.project, query=query)
    for page in ask_pages(session, call):
        for payload in listed(page, call):
            yield read_bucket(payload)
        yield from _unreachable(page)


def _unreachable(page: Page) -> Iterator[UnreadableRecord]:
    silent = page.get("unreachable", [])
    for each in silent if isinstance(silent, list) else [silent]:
        name = each.rpartition("/")[2] if isinstance(each, str) else ""
        what = f"the bucket {name!r}" if name.isprintable() and name else "a bucket"
        yield UnreadableRecord(reason=f"Google Cloud could not reach {what}.")

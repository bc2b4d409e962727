"""Asking Google Cloud page by page; every error leaves as one of ours."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from adapters.clouds.json_answers import read_json
from adapters.gcp.errors import unreadable
from adapters.gcp.operations import Call
from adapters.gcp.retrying import Patience
from adapters.gcp.session import GcpSession
from application.ports.errors import Rejected

Page: TypeAlias = Mapping[str, Any]

MOST_PAGES = 10_000
"""No listing of any project has as many."""


def ask_pages(session: GcpSession, call: Call, patience: Patience | None = None) -> Iterator[Page]:
    """Yield every page of the answer; the end is reached only after the last page.

    Raises:
        PortError: a page could not be read, or leads to one that was read already.
    """
    seen: set[str] = set()
    token = ""
    for _ in range(MOST_PAGES):
        page = _further(session, call, token, patience) if token else ask(session, call, patience)
        yield page
        token = _next_token(page, call)
        if not token:
            return
        if token in seen:
            raise unreadable(call, lacking="the list begins again and again")
        seen.add(token)
    raise unreadable(call, lacking="the list has no end")


def _further(session: GcpSession, call: Call, token: str, patience: Patience | None) -> Page:
    further = replace(call, query={**call.query, "pageToken": token})
    try:
        return ask(session, further, patience)
    except Rejected as refused:  # the first page was not: it is the token that is too old
        raise unreadable(call, lacking="the rest of the list is forgotten") from refused.__cause__


def ask(session: GcpSession, call: Call, patience: Patience | None = None) -> Page:
    """Return the answer to one question.

    Raises:
        PortError: there was none, or not one to this question.
    """
    page = _json(session.get(call, patience).content)
    if not isinstance(page, Mapping):
        raise unreadable(call, lacking="it is no JSON object")
    # A page without items is an empty one, so something else must tell that it is a page.
    if "items" not in page and page.get("kind") != call.operation.kind:
        raise unreadable(call, lacking="items are missing")
    return page


def _json(content: bytes) -> object:
    """Return what *content* means; None, which is no page either, when it is not JSON.

    No error of this leaves, not even as a cause: it would carry the whole answer.
    """
    try:
        return read_json(content)
    except (ValueError, RecursionError):
        return None


def listed(page: Page, call: Call) -> list[Any]:
    """Return the records on *page*; Google leaves the list out when there are none.

    Raises:
        PortError: there is something else in the place of the list.
    """
    items = page.get("items", [])
    if not isinstance(items, list):
        raise unreadable(call, lacking="items are not a list")
    return items


def _next_token(page: Page, call: Call) -> str:
    token = page.get("nextPageToken", "")
    if not isinstance(token, str):
        raise unreadable(call, lacking="nextPageToken is not text")
    return token

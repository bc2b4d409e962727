"""Asking Azure one question, or one question page by page; every error leaves as one of ours."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import urlencode, urlsplit

from azure.core.rest import HttpRequest

from adapters.azure.errors import SDK_ERRORS
from adapters.azure.operations import Call
from adapters.azure.session import AzureSession
from adapters.clouds.json_answers import read_json

Answer: TypeAlias = dict[str, Any]

MOST_PAGES = 10_000
_OK = 200
_NOTHING = 204


def ask(session: AzureSession, call: Call) -> Answer:
    """Return the answer to one question.

    Raises:
        PortError: there was none.
    """
    return _get(session, call, address_of(session, call))


def ask_pages(
    session: AzureSession, call: Call, *, most_pages: int = MOST_PAGES
) -> Iterator[list[Any]]:
    """Yield the list on every page; the end is reached only after the last page.

    Raises:
        PortError: a page could not be read, or holds no list (empty is not unknown), or the way
            to the next one leads elsewhere, or round in circles.
    """
    address: str | None = address_of(session, call)
    seen: set[str] = set()
    while address is not None:
        if address in seen or len(seen) >= most_pages:
            raise session.subject.unreadable(call, lacking="its pages have no end")
        seen.add(address)
        page = _get(session, call, address)
        records = page.get("value")
        if not isinstance(records, list):
            raise session.subject.unreadable(call, lacking="value is missing")
        yield records
        address = next_address(session, call, page.get("nextLink"))


def next_address(session: AzureSession, call: Call, link: object) -> str | None:
    """Return where the next page is; None after the last one.

    Raises:
        PortError: it is not at the endpoint, which alone may see the token.
    """
    if link is None or link == "":
        return None
    if not isinstance(link, str) or not _is_ours(link, session.endpoint):
        raise session.subject.unreadable(call, lacking="the next page is not at its own address")
    return link


def address_of(session: AzureSession, call: Call) -> str:
    """Return where *call* is answered."""
    query = urlencode({**call.query, "api-version": call.operation.version})
    return f"{session.endpoint}{call.path}?{query}"


def fetch(
    session: AzureSession,
    call: Call,
    address: str,
    *,
    body: Mapping[str, Any] | None = None,
    read: Callable[[bytes], object] = read_json,
) -> Answer | None:
    """Return the answer from *address*; None if Azure says that there is nothing to tell.

    What has a *body* is a question too, and is put again like any other. *read* says what the
    answer means.

    Raises:
        PortError: there was no answer.
    """
    accept = {"Accept": "application/json"}
    method = "GET" if body is None else "POST"
    request = HttpRequest(method, address, headers=accept, json=body)
    try:
        response = session.send(request, call, retry_on_methods=[method])
    except SDK_ERRORS as exc:
        raise session.subject.failed(exc, call) from exc
    if response.status_code == _NOTHING:
        return None
    if response.status_code != _OK:
        raise session.subject.refused(response, call)
    return _document(session, call, response.content, read)


def _get(session: AzureSession, call: Call, address: str) -> Answer:
    answer = fetch(session, call, address)
    if answer is None:
        raise session.subject.unreadable(call, lacking="it is empty")
    return answer


def _document(
    session: AzureSession, call: Call, body: bytes, read: Callable[[bytes], object]
) -> Answer:
    try:
        answer = read(body)
    except (ValueError, RecursionError):  # not chained: it would carry the whole answer along
        raise session.subject.unreadable(call, lacking="it is not JSON") from None
    if not isinstance(answer, dict):
        raise session.subject.unreadable(call, lacking="it is not a JSON object")
    return answer


def _is_ours(link: str, endpoint: str) -> bool:
    """Tell whether *link* is at *endpoint*, letter by letter: nothing is left to reading it."""
    try:
        parts, ours = urlsplit(link), urlsplit(endpoint)
    except ValueError:
        return False
    hosts = {ours.netloc} if ours.port else {ours.netloc, f"{ours.netloc}:443"}
    clean = link.isascii() and link.isprintable() and " " not in link
    return clean and parts.scheme == "https" and parts.netloc.lower() in hosts

"""Which answer a path asks for, and which part of a list is on a page."""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import unquote

from entrypoints.sandbox.gcp.errors import Json, Refused, invalid
from entrypoints.sandbox.gcp.resources import COMPUTE
from entrypoints.sandbox.rest.wire import Request

Item = TypeVar("Item")

LARGEST_PAGE = 500
"""Of the compute service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request whose path is understood."""

    request: Request
    names: Mapping[str, str]
    """What stands at the places of the path that are in braces, decoded."""

    @property
    def wish(self) -> Json:
        """The body, a JSON object.

        Raises:
            Refused: it is none.
        """
        try:
            wish = self.request.document
        except ValueError:
            wish = None
        if not isinstance(wish, dict):
            raise Refused(400, "Parse Error", reason="parseError")
        return wish

    def flag(self, name: str) -> bool:
        """Tell whether a parameter of the query is true; absent is false."""
        return self.request.query.get(name, "").lower() == "true"


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path, "GET zones/{zone}/instances" for example."""

    pattern: str
    permission: str
    """What is needed to ask; empty: nothing."""
    answer: Callable[[Call], Json]

    def match(self, request: Request, path: str) -> Call | None:
        """Return the call when this route is asked for; *path* is what is below the service."""
        method, _, template = self.pattern.partition(" ")
        if method != request.method:
            return None
        expression = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        found = re.fullmatch(expression, path)
        if found is None:
            return None
        names = {name: unquote(text) for name, text in found.groupdict().items()}
        return Call(request=request, names=names)


def find(routes: Sequence[Route], request: Request, path: str) -> tuple[Route, Call] | None:
    """Return the route that *path* asks for; None when there is none."""
    for route in routes:
        call = route.match(request, path)
        if call is not None:
            return route, call
    return None


def page(call: Call, items: Sequence[Item], *, largest: int) -> tuple[Sequence[Item], str | None]:
    """Return the part of *items* that is asked for, and the token of the next page, if any.

    Raises:
        Refused: the page is too large, its token was not given by this server, or the list should
            be another one than the whole.
    """
    for unknown in {"filter", "orderBy", "prefix"} & call.request.query.keys():
        raise invalid(f"The sandbox does not understand '{unknown}'; ask for the whole list.")
    wanted = call.request.query.get("maxResults", "")
    size = int(wanted) if wanted.isdecimal() else largest
    if size > largest:
        raise invalid(
            f"Invalid value for field 'maxResults': '{wanted}'. "
            f"Must be less than or equal to {largest}"
        )
    start = _place(call.request.query.get("pageToken", ""))
    end = start + (size or largest)
    return items[start:end], token_of(end) if end < len(items) else None


def listing(call: Call, place: str, kind: str, items: Sequence[Json]) -> Json:
    """Return one page of what the compute service lists at *place*; *kind* is that of the list.

    Raises:
        Refused: the page cannot be told.
    """
    shown, token = page(call, items, largest=LARGEST_PAGE)
    document: Json = {"kind": kind, "id": place, "selfLink": f"{COMPUTE}/{place}"}
    if shown:  # an empty list is left out
        document["items"] = list(shown)
    if token:
        document["nextPageToken"] = token
    return document


def token_of(place: int) -> str:
    """Return the token of the page that begins at *place*."""
    return base64.urlsafe_b64encode(f"at:{place}".encode()).decode().rstrip("=")


def _place(token: str) -> int:
    if not token:
        return 0
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        return int(text.removeprefix("at:"))
    except ValueError:
        raise invalid(f"Invalid value for field 'pageToken': '{token}'.") from None

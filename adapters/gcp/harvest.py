"""What one list of all instances of a project tells, zone by zone, while it is being read."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from adapters.gcp.calls import Page
from adapters.gcp.errors import error_for, unreadable
from adapters.gcp.meanings import SILENT_ZONE
from adapters.gcp.operations import LIST_ALL_INSTANCES, Call
from adapters.gcp.shapes import Reading, read_instance, region_of
from application.ports.errors import PortError
from domain.inventory import UnreadableRecord
from domain.sightings import Sightings

_ZONE = re.compile(r"[a-z0-9-]{1,63}")
_NOTHING_HERE = "NO_RESULTS_ON_PAGE"


class _Part:
    """What one zone contains, folded small: it may wait there until many others were written."""

    def __init__(self) -> None:
        self._pages: deque[Sightings | list[UnreadableRecord]] = deque()

    def add(self, readings: Iterable[Reading]) -> None:
        """Take in a page, in its order; what it tells twice is kept twice."""
        page = Sightings()
        for each in readings:
            if isinstance(each, UnreadableRecord):
                self._pages += (page, [each])
                page = Sightings()
            elif each.external_id in page.identities():
                self._pages.append(page)
                page = Sightings([each])
            else:
                page.add(each)
        self._pages.append(page)

    def __bool__(self) -> bool:
        return any(self._pages)

    def handed_over(self) -> Iterator[Reading]:
        """Yield all of it; a page that was yielded is forgotten, as whoever takes it keeps it."""
        while self._pages:
            yield from self._pages.popleft()


class Harvest:
    """The instances of every zone that the list told of, and the zones that it could not tell of.

    Not to be changed by several threads at once.
    """

    def __init__(self, project: str) -> None:
        self._project = project
        self._found: dict[str, _Part] = {}
        self._troubled: dict[str, PortError] = {}
        self._doubtful = False

    def add(self, page: Page) -> None:
        """Take in one page; nothing of it is kept but what its records mean.

        Raises:
            PortError: it is not a list by zones.
        """
        scopes = page.get("items", {})
        if not isinstance(scopes, Mapping):
            raise unreadable(self._call(), lacking="items are not a dictionary")
        silent = [self._add_part(_last(scope), part) for scope, part in scopes.items()]
        self._add_silent(page, named=any(silent))

    def take(self, zone: str) -> Iterator[Reading] | None:
        """Yield what is in *zone*, and forget it; None: the list did not tell.

        Raises:
            PortError: the zone, or its region, could not be reached, or its part not be read.
        """
        for place in (zone, region_of(zone)):
            if place in self._troubled:
                raise self._troubled[place]
        part = None if self._doubtful else self._found.pop(zone, None)
        return None if part is None else part.handed_over()

    def places(self) -> frozenset[str]:
        """Return the zones in which something is that nobody took yet."""
        return frozenset(zone for zone, found in self._found.items() if found)

    def _add_part(self, zone: str, part: Any) -> bool:  # noqa: ANN401 - whatever the cloud sent
        """Take in what a page tells of *zone*; return whether it was out of reach.

        Raises:
            PortError: there are instances, and nobody could say where.
        """
        instances = part.get("instances", []) if isinstance(part, Mapping) else None
        if not isinstance(instances, list):
            self._troubled[zone] = unreadable(self._call(zone), lacking="instances are not a list")
            return False
        if instances and not _ZONE.fullmatch(zone):
            raise unreadable(self._call(), lacking="a zone with instances has no name")
        code = _warning(part)
        silent = code not in {None, _NOTHING_HERE}
        if silent:
            self._mark_silent(zone, code)
        found = self._found.setdefault(zone, _Part())
        found.add(read_instance(payload, zone=zone) for payload in instances)
        return silent

    def _add_silent(self, page: Page, *, named: bool) -> None:
        """Mark the places that the page says it could not reach.

        Where it only says that something is lacking, and no zone was *named*, all are in doubt.
        """
        silent = page.get("unreachables", [])
        for link in silent if isinstance(silent, list) else [None]:
            if isinstance(link, str):
                self._mark_silent(_last(link), "UNREACHABLE")
                named = True
            else:
                self._doubtful = True
        if _warning(page) not in {None, _NOTHING_HERE} and not named:
            self._doubtful = True

    def _mark_silent(self, place: str, code: str | None) -> None:
        self._troubled[place] = error_for(SILENT_ZONE, self._call(place), code=str(code))

    def _call(self, zone: str = "") -> Call:
        return Call(operation=LIST_ALL_INSTANCES, project=self._project, zone=zone)


def _warning(document: Mapping[str, Any]) -> str | None:
    """Return the code of the warning that *document* carries, if it carries one."""
    warning = document.get("warning")
    if warning is None:
        return None
    code = warning.get("code") if isinstance(warning, Mapping) else None
    return code if isinstance(code, str) and code.isidentifier() else "a warning without a code"


def _last(link: str) -> str:
    return link.rpartition("/")[2]

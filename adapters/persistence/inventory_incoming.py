"""Carrying observed resources into the database: COPY into a table of this transaction."""

import re
from collections.abc import Iterable, Iterator

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.schema import CreateTable, DropTable

from adapters.persistence.columns import document, moment, text
from adapters.persistence.session import Session
from adapters.persistence.storable import json_text, storable_text
from domain.inventory import Fingerprint, ObservedResource
from domain.reconciliation import Newcomer, SeenAgain
from domain.sightings import Mark

incoming = Table(
    "incoming_resources",
    MetaData(),
    text("external_id"),
    text("name", required=False),
    text("region", required=False),
    text("status", required=False),
    text("uri", required=False),
    moment("cloud_created_at", required=False),
    document("tags", required=False),
    document("attributes"),
    text("details_fingerprint"),
    text("tags_fingerprint", required=False),
    text("mark", required=False),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)

CONTENT: tuple[Column[object], ...] = tuple(incoming.columns)[1:]
"""What an observation says of a resource, apart from which resource it is."""

_COPY = f"COPY {incoming.name} FROM STDIN WITH (FORMAT text, ENCODING 'UTF8')"
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_NULL = "\\N"


def bring_in(session: Session, observations: Iterable[Newcomer | SeenAgain]) -> None:
    """Put *observations* into the table `incoming`, which this transaction alone sees."""
    session.run(CreateTable(incoming))
    session.copy(_COPY, copy_lines(observations))


def clear_away(session: Session) -> None:
    """Drop the table, so that the same transaction may bring in another scope."""
    session.run(DropTable(incoming))


def copy_lines(observations: Iterable[Newcomer | SeenAgain]) -> Iterator[bytes]:
    """Yield one line of COPY's text format for each of *observations*."""
    for observation in observations:
        yield _line(observation.observed, observation.fingerprint, observation.mark)


def _line(seen: ObservedResource, fingerprint: Fingerprint, mark: Mark | None) -> bytes:
    fields = (
        _field(seen.external_id),
        _field(seen.name),
        _field(seen.region),
        _field(seen.status),
        _field(seen.uri),
        seen.created_at.isoformat() if seen.created_at else _NULL,
        _NULL if seen.tags is None else json_text(seen.tags).replace("\\", "\\\\"),
        json_text(seen.attributes).replace("\\", "\\\\"),
        fingerprint.details,
        fingerprint.tags or _NULL,
        mark or _NULL,
    )
    return ("\t".join(fields) + "\n").encode()


def _field(value: str | None) -> str:
    if value is None:
        return _NULL
    kept = storable_text(value)
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], kept) if _SPECIAL.search(kept) else kept

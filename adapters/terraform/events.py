"""What a line of Terraform's output means; pure. Any bytes at all give a record."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from adapters.terraform.event_text import harmless, shortened
from domain.terraform import Address, ChangeAction, EventType, LogLevel, LogRecord

LONGEST_PARSED: Final = 8 * 1024 * 1024
"""Bytes; a longer line is kept as text and not looked into."""

Redact = Callable[[str], str]
_Word = TypeVar("_Word", bound=StrEnum)


def record_of(line: bytes, *, offset: int, now: datetime, redact: Redact) -> LogRecord:
    """Return what *line* says, which begins at *offset* and has its line break, if any.

    *now* stands in for a time that it does not tell.
    """
    document = _document(line)
    if document is None:
        return _raw(line, offset=offset, now=now, redact=redact)
    kind = _word(EventType, document.get("type"), EventType.OTHER)
    what = _subject(document)
    return LogRecord(
        offset=offset,
        length=len(line),
        at=_time(document.get("@timestamp")) or now,
        level=_word(LogLevel, document.get("@level"), LogLevel.INFO),
        type=EventType.OTHER if kind is EventType.RAW else kind,
        message=_shown(_message(document, kind), redact),
        address=_address(document, what),
        action=_action(what),
        cloud_id=_cloud_id(what) if kind is EventType.APPLY_COMPLETE else None,
    )


def _raw(line: bytes, *, offset: int, now: datetime, redact: Redact) -> LogRecord:
    text = line.decode("utf-8", errors="replace").rstrip("\r\n")
    return LogRecord(
        offset=offset,
        length=len(line),
        at=now,
        level=LogLevel.INFO,
        type=EventType.RAW,
        message=_shown(text, redact),
    )


def _shown(text: str, redact: Redact) -> str:
    """Hide what is secret first: it is recognised only as long as it is unchanged and whole."""
    return shortened(harmless(redact(text)))


def _document(line: bytes) -> Mapping[str, Any] | None:
    """Return the message that *line* is, or None if it is none of Terraform's."""
    if len(line) > LONGEST_PARSED or not line.lstrip().startswith(b"{"):
        return None
    try:
        document = json.loads(line.decode("utf-8", errors="replace"))
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) and "@message" in document else None


def _subject(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the part that names an object and what is done to it; empty if there is none."""
    for part in ("hook", "change"):
        if isinstance(found := document.get(part), dict):
            return found
    return {}


def _message(document: Mapping[str, Any], kind: EventType) -> str:
    said = str(document["@message"])
    diagnostic = document.get("diagnostic")
    if kind is not EventType.DIAGNOSTIC or not isinstance(diagnostic, dict):
        return said
    parts = (diagnostic.get("summary"), diagnostic.get("detail"))
    return ": ".join(part for part in parts if isinstance(part, str) and part) or said


def _address(document: Mapping[str, Any], what: Mapping[str, Any]) -> Address | None:
    resource = what.get("resource")
    found = resource.get("addr") if isinstance(resource, dict) else None
    if found is None and isinstance(diagnostic := document.get("diagnostic"), dict):
        found = diagnostic.get("address")
    return Address(harmless(found)) if isinstance(found, str) and found else None


def _action(what: Mapping[str, Any]) -> ChangeAction | None:
    found = what.get("action")
    return _word(ChangeAction, found, ChangeAction.OTHER) if isinstance(found, str) else None


def _cloud_id(what: Mapping[str, Any]) -> str | None:
    """Return the id by which the object can be taken over; a mere name is none."""
    found = what.get("id_value")
    if what.get("id_key") != "id" or not isinstance(found, str):
        return None
    return harmless(found) or None


def _word(words: type[_Word], found: object, otherwise: _Word) -> _Word:
    try:
        return words(str(found))
    except ValueError:
        return otherwise


def _time(found: object) -> datetime | None:
    try:
        told = datetime.fromisoformat(str(found))
        return told.astimezone(UTC) if told.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None

"""Reading one record of a cloud's answer leniently: what is odd is noted, never fatal."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Any

from domain.timestamps import in_utc

_UNKEEPABLE = {0: "\ufffd", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}

_DICTIONARIES = (dict, Mapping)
"""The first is what a record is, and quick to see; the second says what it may be."""

_WHOLE = re.compile(r"-?[0-9]{1,20}")


class Record:
    """One record, and what was odd about it so far.

    A path such as `State.Name` leads through nested records. What is absent or null is None.
    """

    def __init__(self, payload: object, *, oddities: dict[str, None] | None = None) -> None:
        """Read *payload*; a record within another notes its *oddities* there."""
        self._payload = payload if isinstance(payload, _DICTIONARIES) else {}
        self._oddities: dict[str, None] = {} if oddities is None else oddities

    @property
    def oddities(self) -> tuple[str, ...]:
        """A sentence for each thing that was not as documented."""
        return tuple(self._oddities)

    def note(self, oddity: str) -> None:
        """Remember one more oddity."""
        self._oddities[oddity] = None

    def identity(self, path: str) -> str | None:
        """Return the text at *path* as it is: an identity may not be mended."""
        value = self._find(path)
        return value if isinstance(value, str) and value else None

    def text(self, path: str, *, expected: bool = False) -> str | None:
        """Return the text at *path*; an *expected* one is odd when it is not there."""
        value = self._find(path)
        if isinstance(value, str) and value:
            return self._keepable(path, value)
        if value is None or value == "":
            if expected:
                self.note(f"{path} is missing")
            return None
        self.note(f"{path} is not text")
        return None

    def flag(self, path: str) -> bool | None:
        """Return the truth value at *path*."""
        value = self._find(path)
        if value is None or isinstance(value, bool):
            return value
        self.note(f"{path} is neither true nor false")
        return None

    def number(self, path: str) -> int | None:
        """Return the whole number at *path*; clouds send those of 64 bits as text."""
        value = self._find(path)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and _WHOLE.fullmatch(value):
            return int(value)
        if value is not None:
            self.note(f"{path} is not a whole number")
        return None

    def moment(self, path: str) -> datetime | None:
        """Return the time at *path*, in UTC; text is read as ISO 8601 with a zone."""
        value = self._find(path)
        if isinstance(value, str):
            with suppress(ValueError):
                value = datetime.fromisoformat(value)
        if isinstance(value, datetime) and value.tzinfo is not None:
            try:
                return in_utc(path, value)
            except OverflowError:
                pass
        if value is not None:
            self.note(f"{path} is not a time")
        return None

    def records(self, path: str) -> list["Record"]:
        """Return the records listed at *path*."""
        return [Record(each, oddities=self._oddities) for each in self._items(path)]

    def texts(self, path: str) -> list[str]:
        """Return the texts listed at *path*, in their order."""
        texts = []
        for each in self._items(path):
            if isinstance(each, str):
                texts.append(self._keepable(path, each))
            else:
                self.note(f"{path} has an entry that is not text")
        return texts

    def labels(self, path: str) -> dict[str, str]:
        """Return the dictionary of texts at *path*; a null value is empty."""
        value = self._find(path)
        if value is not None and not isinstance(value, Mapping):
            self.note(f"{path} is not a dictionary")
            return {}
        labels: dict[str, str] = {}
        for key, text in (value or {}).items():
            if key and isinstance(text, str | None):
                labels[self._keepable(path, key)] = self._keepable(path, text or "")
            else:
                self.note(f"{path} has an entry that is no key and value")
        return labels

    def tags(self, path: str = "Tags") -> dict[str, str]:
        """Return the list of keys and values at *path* as a dictionary; a null value is empty."""
        tags: dict[str, str] = {}
        for each in self._items(path):
            key = each.get("Key") if isinstance(each, Mapping) else None
            value = each.get("Value") if isinstance(each, Mapping) else None
            if isinstance(key, str) and key and isinstance(value, str | None):
                tags[self._keepable(path, key)] = self._keepable(path, value or "")
            else:
                self.note(f"{path} has an entry that is no key and value")
        return tags

    def _items(self, path: str) -> list[Any]:
        value = self._find(path)
        if value is None or isinstance(value, list):
            return value or []
        self.note(f"{path} is not a list")
        return []

    def _find(self, path: str) -> Any:  # noqa: ANN401 - whatever the cloud sent
        value: Any = self._payload
        for step in _steps(path):
            if isinstance(value, _DICTIONARIES):
                value = value.get(step)
            elif value is None:
                return None
            else:
                self.note(f"{path} is not where it should be")
                return None
        return value

    def _keepable(self, path: str, text: str) -> str:
        if text.isascii() and "\x00" not in text:  # nearly every text, at a tenth of the time
            return text
        kept = text.translate(_UNKEEPABLE)
        if kept != text:
            self.note(f"{path} has characters that cannot be kept")
        return kept


@cache  # paths are written in our code, so there are some dozens
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))

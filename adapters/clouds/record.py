"""Reading one record of a cloud's answer leniently: what is odd is noted, never fatal."""

import re
from collections.abc import Iterable, Mapping
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

    A listing of thousands reads millions of values: what is as documented is seen first here, and
    told apart with as few calls as can be.
    """

    __slots__ = ("_oddities", "_payload")

    def __init__(self, payload: object, *, oddities: dict[str, None] | None = None) -> None:
        """Read *payload*; a record within another notes its *oddities* there."""
        self._payload: Mapping[str, Any] = payload if isinstance(payload, _DICTIONARIES) else {}
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
            plain = value.isascii() and "\x00" not in value
            return value if plain else self._keepable(path, value)
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
        if value is None:
            return None
        try:
            read = datetime.fromisoformat(value) if isinstance(value, str) else value
            if isinstance(read, datetime) and read.tzinfo is not None:
                return in_utc(path, read)
        except (ValueError, OverflowError):
            pass
        self.note(f"{path} is not a time")
        return None

    def records(self, path: str) -> list["Record"]:
        """Return the records listed at *path*."""
        oddities = self._oddities
        return [Record(each, oddities=oddities) for each in self._items(path)]

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
        if value is None:
            return {}
        if not isinstance(value, _DICTIONARIES):
            self.note(f"{path} is not a dictionary")
            return {}
        return self._paired(path, value.items())

    def tags(self, path: str = "Tags") -> dict[str, str]:
        """Return the list of keys and values at *path* as a dictionary; a null value is empty."""
        pairs = (
            (each.get("Key"), each.get("Value"))
            if isinstance(each, _DICTIONARIES)
            else (None, None)
            for each in self._items(path)
        )
        return self._paired(path, pairs)

    def _paired(self, path: str, pairs: Iterable[tuple[object, object]]) -> dict[str, str]:
        kept: dict[str, str] = {}
        for key, text in pairs:
            if isinstance(key, str) and key and (text is None or isinstance(text, str)):
                kept[self._keepable(path, key)] = self._keepable(path, text) if text else ""
            else:
                self.note(f"{path} has an entry that is no key and value")
        return kept

    def _items(self, path: str) -> list[Any]:
        value = self._find(path)
        if isinstance(value, list):
            return value
        if value is not None:
            self.note(f"{path} is not a list")
        return []

    def _find(self, path: str) -> Any:  # noqa: ANN401 - whatever the cloud sent
        if "." not in path:
            return self._payload.get(path)
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

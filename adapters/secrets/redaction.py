"""Hiding secrets in any text, by value where we know it and by shape where we do not."""

import json
import re
from collections.abc import Iterator
from threading import Lock
from typing import Final, NamedTuple
from urllib.parse import quote

HIDDEN = "****"

SHORTEST_LEARNED = 6
"""Anything shorter would be hidden inside ordinary words."""
MOST_LEARNED = 4_000
"""So many values are remembered, those learned last, so that a long-lived worker does not grow."""

_SECRET_FIELD = re.compile(
    r"secret|token|passw|private|credential|access_key|api_?key|external_id", re.IGNORECASE
)


class Shape(NamedTuple):
    """What a secret looks like that nobody told us of."""

    words: tuple[str, ...]
    """In small letters; none of them in a text, and the pattern cannot match there."""
    pattern: re.Pattern[str]
    shown: str


SHAPES: Final = (
    Shape(
        ("-----begin ",),
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
            re.DOTALL,
        ),
        HIDDEN,
    ),
    Shape(("akia", "asia"), re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b"), HIDDEN),
    Shape(("://",), re.compile(r"(?<=://)([^\s:/@]*):[^\s/@]+@"), rf"\1:{HIDDEN}@"),
    Shape(
        ("bearer", "basic"),
        re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"),
        rf"\1 {HIDDEN}",
    ),
    Shape(
        ("secret", "passw", "token", "key", "signature"),
        re.compile(
            r"(?i)((?:secret|password|passwd|token|access_?key|api_?key|signature)[\w-]*"
            r"[\\\"']*\s*[=:]\s*[\\\"']*)[^\s\\\"',;&]{6,}"
        ),
        rf"\1{HIDDEN}",
    ),
)


class Redactor:
    """Learns the secrets that this process opened and hides them wherever they would appear."""

    def __init__(self) -> None:
        self._kept: set[str] = set()
        self._learned: dict[str, None] = {}
        self._lock = Lock()

    def learn(self, secret: str, *, keep: bool = False) -> None:
        """Hide *secret* from now on; of a JSON document, each of its secret-looking leaves too.

        Only what was learned with *keep* is never forgotten: the service's own secrets, which
        it learns once, while those of its users are learned at each use.
        """
        spellings = [
            spelling
            for value in (secret, *_secret_leaves(secret))
            for spelling in _spellings(value)
            if len(spelling) >= SHORTEST_LEARNED
        ]
        with self._lock:
            if keep:
                self._kept.update(spellings)
                return
            for spelling in spellings:
                self._learned.pop(spelling, None)
                self._learned[spelling] = None
            for oldest in list(self._learned)[:-MOST_LEARNED]:
                del self._learned[oldest]

    def redact(self, text: str) -> str:
        """Return *text* with everything hidden that is, or looks like, a secret."""
        with self._lock:
            learned = [value for value in (*self._kept, *self._learned) if value in text]
        for value in sorted(learned, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return _without_shapes(text)


def _without_shapes(text: str) -> str:
    """Hide what looks like a secret; most lines have not one of the words that it takes.

    In other alphabets there are letters that a pattern takes for ours, such as the long s; so only
    what is plain ASCII is searched for words.
    """
    small = text.lower() if text.isascii() else None
    for words, pattern, shown in SHAPES:
        if small is None or any(word in small for word in words):
            text = pattern.sub(shown, text)
    return text


def _secret_leaves(text: str) -> Iterator[str]:
    """Yield what stands below secret-looking names in *text*; nothing if it is not JSON."""
    try:
        document = json.loads(text)
    except ValueError:
        return
    yield from _leaves(document, secret=False)


def _leaves(value: object, *, secret: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, secret=secret or bool(_SECRET_FIELD.search(str(name))))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, secret=secret)
    elif isinstance(value, str) and secret:
        yield value


def _spellings(value: str) -> Iterator[str]:
    """Yield *value* as it may appear: as it is, in a URL, escaped in JSON, and line by line."""
    yield value
    yield quote(value, safe="")
    yield json.dumps(value)[1:-1]
    if "\n" in value:
        yield from (line for line in value.splitlines() if not line.startswith("-----"))

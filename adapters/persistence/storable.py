"""What PostgreSQL cannot keep in a text, replaced deterministically by what it can."""

import json
import math
import re
from collections.abc import Mapping

from domain.inventory import Json

_SURROGATE = re.compile("[\ud800-\udfff]")
_NUL_PICTURE = "\u2400"
_REPLACEMENT = "\ufffd"


def storable_text(text: str) -> str:
    """Return *text* with NUL shown as a picture of it and lone surrogates replaced."""
    if text.isascii() and "\x00" not in text:
        return text
    return _SURROGATE.sub(_REPLACEMENT, text.replace("\x00", _NUL_PICTURE))


def storable(value: Json) -> Json:
    """Return *value* with each text in it storable, and numbers that JSON lacks as texts."""
    match value:
        case str():
            return storable_text(value)
        case float() if not math.isfinite(value):
            return str(value)
        case Mapping():
            return {storable_text(str(key)): storable(inner) for key, inner in value.items()}
        case list() | tuple():
            return [storable(inner) for inner in value]
        case _:
            return value


_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def json_text(value: Mapping[str, Json] | Mapping[str, str]) -> str:
    r"""Return *value* as JSON that PostgreSQL accepts.

    Most documents are plain, so they are encoded first and looked at afterwards: only an
    escape (`\u`) or a number that JSON lacks makes the slow way necessary.
    """
    try:
        text = _encode(value)
    except ValueError:
        return _encode(storable(dict(value)))
    return _encode(storable(dict(value))) if "\\u" in text else text

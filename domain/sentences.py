"""Making what somebody else said fit for a person: one sentence on one line; pure."""

import re
from typing import Final

_GAP: Final = re.compile(r"(?:\s|\\r|\\n)+")
"""White space, and line breaks that a program spelt out when it quoted another one."""
_LAST_MARKS: Final = (".", "!", "?")


def one_line(text: str) -> str:
    """Return *text* on one line, with single spaces and none at its ends."""
    return _GAP.sub(" ", text).strip()


def capitalized(text: str) -> str:
    """Return *text* with a capital first letter and nothing else changed."""
    return text[:1].upper() + text[1:]


def counted(number: int, one: str, several: str = "") -> str:
    """Return *number* with its noun, as in `1 sync` and `2 syncs`.

    *several* is what to say of any number but one, where that is not *one* with an s.
    """
    return f"{number} {one if number == 1 else several or one + 's'}"


def as_sentence(text: str) -> str:
    """Return *text* on one line and with a full stop, which programs often leave out.

    Of nothing it makes nothing.
    """
    line = one_line(text)
    return line if not line or line.endswith(_LAST_MARKS) else f"{line}."

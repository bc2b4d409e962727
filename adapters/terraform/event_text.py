"""Making any text of somebody else's fit to be shown and kept."""

import re
from typing import Final

LONGEST_MESSAGE: Final = 65_536
"""Characters; no person reads more in one line."""

_DANGEROUS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and line feed: they can rewrite a terminal
    "\u202a-\u202e\u2066-\u2069"  # changes of direction: they can make a text read otherwise
    "\ud800-\udfff]"  # halves of characters: no database keeps them
)
_REPLACEMENT: Final = "\ufffd"
_CUT: Final = "... (cut)"


def harmless(text: str) -> str:
    """Return *text* with what could hurt a terminal, a reader or a database replaced."""
    return _DANGEROUS.sub(_REPLACEMENT, text.replace("\r\n", "\n"))


def shortened(text: str) -> str:
    """Return *text*, cut where it is longer than anybody reads."""
    if len(text) <= LONGEST_MESSAGE:
        return text
    return text[: LONGEST_MESSAGE - len(_CUT)] + _CUT

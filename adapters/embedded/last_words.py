"""The last thing that a program wrote into its log, as a sentence for a person."""

import json
import re
from pathlib import Path
from typing import Final

_TAIL: Final = 64 * 1024
"""Bytes; a line may hold a whole traceback."""
_LONGEST: Final = 300
_NO_SENTENCE: Final = re.compile(r"\s|[{}\[\]^~]|Traceback \(|During handling|The above exception")
"""How lines begin that are a piece of a traceback, or of JSON that is cut off."""


def last_words(log: Path, *, since: int = 0) -> str:
    """Return what the last line of *log* says, of what was written after *since* bytes.

    Of a line that is JSON it is the message, with the last line of its traceback, if any. A line
    that is only a piece of a traceback is passed over.
    """
    try:
        lines = _lines(log, since)
    except OSError:
        return "it wrote no log."
    said = (_sentence(line) for line in reversed(lines))
    return next((words[:_LONGEST] for words in said if words), "it said nothing.")


def _lines(log: Path, since: int) -> list[str]:
    with log.open("rb") as file:
        size = file.seek(0, 2)
        begin = max(since if since <= size else 0, size - _TAIL)
        file.seek(begin)
        lines = file.read().decode(errors="replace").splitlines()
    return lines[1:] if begin == size - _TAIL and begin > since else lines  # the first one is cut


def _sentence(line: str) -> str:
    try:
        document = json.loads(line)
    except ValueError:
        return "" if _NO_SENTENCE.match(line) else " ".join(line.split())
    if not isinstance(document, dict):
        return " ".join(line.split())
    # the log escapes line breaks within a message, and a traceback in it would begin there
    message = str(document.get("event", "")).partition("\\n")[0]
    traceback = str(document.get("exception", "")).strip()
    return " ".join(f"{message} {traceback.rpartition(chr(10))[2]}".split())

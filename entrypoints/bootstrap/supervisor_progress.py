"""What a starting and stopping service tells whoever started it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TextIO


class Progress:
    """Writes one JSON object a line, from any thread; a reader who has gone disturbs nothing."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._one_by_one = Lock()

    def tell(self, event: str, **facts: str | float | bool | None) -> None:
        """Write *event* with its *facts*, at once. No fact may be a secret."""
        try:
            with self._one_by_one:
                self._stream.write(json.dumps({"event": event, **facts}) + "\n")
                self._stream.flush()
        except (OSError, ValueError):  # a broken pipe, or one that was closed
            return

    @contextmanager
    def starting(self, part: str, **facts: bool) -> Iterator[None]:
        """Tell that *part* starts, and then, with *facts*, that it is ready."""
        began = time.monotonic()
        self.tell("starting", part=part)
        yield
        self.tell("ready", part=part, seconds=round(time.monotonic() - began, 2), **facts)

"""What goes wrong on demand."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from entrypoints.sandbox.rest.wire import Reply, Request, json_reply


@dataclass(slots=True, kw_only=True)
class Countdown:
    """When something that can strike does: not at first, and not for ever."""

    after: int = 0
    """So many chances pass before."""
    times: int | None = None
    """So often it strikes; None: for good."""

    def due(self) -> bool:
        """Tell whether it strikes at this chance, and count it."""
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return self.times is None or self.times >= 0


@dataclass(slots=True, kw_only=True)
class Fault(Countdown):
    """What goes wrong with requests whose line *pattern* is found in."""

    pattern: str
    """A regular expression; see `Request.line` for what it is searched in."""
    status: int = 503
    document: object = None
    """The answer as JSON; None: see *body*."""
    body: bytes | None = None
    """The answer as it is; None: empty."""
    headers: Mapping[str, str] = field(default_factory=dict)
    dropped: bool = False
    """The connection breaks off instead."""
    delay: float = 0.0
    """It takes so many seconds before anything happens."""

    def strikes(self, request: Request) -> bool:
        """Tell whether this request goes wrong, and count it."""
        return re.search(self.pattern, request.line) is not None and self.due()

    def reply(self, _: Request) -> Reply | None:
        """Return what is answered; None: the connection breaks off."""
        time.sleep(self.delay)
        if self.dropped:
            return None
        if self.document is not None:
            return json_reply(self.document, status=self.status, headers=self.headers)
        return Reply(status=self.status, body=self.body or b"", headers=self.headers)

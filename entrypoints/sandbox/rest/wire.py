"""HTTP as the sandbox's clouds see it: a question with its parts, and an answer."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

JSON = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question."""

    method: str
    path: str
    """Without the query, percent-encoded as it came."""
    query: Mapping[str, str] = field(default_factory=dict)
    """Decoded; of a name that comes twice the last value."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """With names in lower case."""
    body: bytes = field(default=b"", repr=False)

    @property
    def document(self) -> Any:  # noqa: ANN401 - JSON
        """The body, which is JSON.

        Raises:
            ValueError: it is not.
        """
        return json.loads(self.body)

    @property
    def line(self) -> str:
        """What is asked in one line, with the query decoded: "GET /subscriptions?page=2"."""
        query = "&".join(f"{name}={value}" for name, value in self.query.items())
        return f"{self.method} {self.path}{'?' if query else ''}{query}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Callable[[Request], Reply]


def json_reply(
    document: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Reply:
    """Return *document* as an answer."""
    return Reply(
        status=status, body=json.dumps(document).encode(), headers={**JSON, **(headers or {})}
    )


def request_from(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Request:
    """Return what is asked for with *target*, a path that may have a query."""
    path, _, query = target.partition("?")
    return Request(
        method=method,
        path=path,
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers={name.lower(): value for name, value in headers.items()},
        body=body,
    )

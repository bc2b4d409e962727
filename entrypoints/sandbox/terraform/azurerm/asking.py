"""One question to Azure, and one answer."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

from entrypoints.sandbox.terraform.resource_type import CloudRefused

Document = dict[str, Any]

_PATIENCE: Final = 30.0
"""Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What Azure answered."""

    status: int
    document: Document
    wait: float
    """Seconds to wait before asking again."""

    @property
    def code(self) -> str:
        """What Azure calls the error, if it is one."""
        return str((self.document.get("error") or {}).get("code", "Unknown"))

    @property
    def message(self) -> str:
        """What Azure says of the error, if it is one."""
        return str((self.document.get("error") or {}).get("message", "no reason was given"))


@cache
def _trust() -> ssl.SSLContext:
    # The default context reads SSL_CERT_FILE, in which the sandbox's certificate is.
    return ssl.create_default_context()


def exchange(method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    """Ask once, over a connection of its own: each thread may, and the sandbox is near.

    Raises:
        CloudRefused: nobody answers.
    """
    parts = urlsplit(url)
    connection = HTTPSConnection(parts.netloc, timeout=_PATIENCE, context=_trust())
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    try:
        connection.request(method, target, body=body, headers=dict(headers))
        answer = connection.getresponse()
        return Answer(
            status=answer.status,
            document=_document(answer.read()),
            wait=float(answer.getheader("Retry-After") or 1),
        )
    except (OSError, HTTPException) as exc:
        raise CloudRefused(f"{method} {parts.netloc}{parts.path}: no answer", str(exc)) from exc
    finally:
        connection.close()


def _document(body: bytes) -> Document:
    try:
        document = json.loads(body or b"{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}

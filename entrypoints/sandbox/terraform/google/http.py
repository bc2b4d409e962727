"""Questions to a Google service, and its refusals in the words of its own provider."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from entrypoints.sandbox.terraform.resource_type import CloudRefused

Json = dict[str, Any]

PATIENCE: Final = 60.0
"""Seconds to wait for an answer."""
OPENER: Final = build_opener(ProxyHandler({}))
"""Goes there directly: the sandbox is on this machine."""
_NOT_FOUND: Final = 404


class ApiError(Exception):
    """A service refused; the text is as Google's libraries put it."""

    def __init__(self, status: int, message: str, reason: str) -> None:
        super().__init__(f"googleapi: Error {status}: {message}, {reason}")
        self.status = status


class Service:
    """One service: its address, with a slash at the end, and what brings a token."""

    def __init__(self, base: str, token: Callable[[], str]) -> None:
        self._base = base
        self._token = token

    def ask(self, method: str, path: str, body: object = None) -> Json:
        """Return the answer; nothing when it is empty.

        Raises:
            ApiError: the service refuses.
            CloudRefused: it does not answer, or there is no token.
        """
        question = Request(  # noqa: S310 - the sandbox
            self._base + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._token()}",
                "Content-Type": "application/json",
            },
        )
        try:
            with OPENER.open(question, timeout=PATIENCE) as answer:
                return _document(answer.read())
        except HTTPError as error:
            with error:
                raise _refusal(error) from None
        except OSError as error:
            raise unreachable(self._base, error) from None

    def find(self, path: str) -> Json | None:
        """Return what is there; None: nothing.

        Raises:
            ApiError: the service refuses for another reason.
            CloudRefused: it does not answer, or there is no token.
        """
        try:
            return self.ask("GET", path)
        except ApiError as error:
            if error.status == _NOT_FOUND:
                return None
            raise


@contextmanager
def refusals(action: str) -> Iterator[None]:
    """Let what is refused say that it was *action*, "Error creating Network" for example.

    Raises:
        CloudRefused: in place of ApiError.
    """
    try:
        yield
    except ApiError as error:
        raise CloudRefused(f"{action}: {error}") from None


def unreachable(address: str, error: OSError) -> CloudRefused:
    """Return the refusal when nobody answers at *address*."""
    why = getattr(error, "reason", error)
    return CloudRefused(
        f"Nobody answers at {address}: {why}.", "Start the sandbox, or correct its address."
    )


def _refusal(error: HTTPError) -> ApiError:
    try:
        told = json.load(error)["error"]
        return ApiError(error.code, told["message"], told["errors"][0]["reason"])
    except (ValueError, KeyError, IndexError, TypeError):
        return ApiError(error.code, "got HTTP response code with no error in it", "unknown")


def _document(body: bytes) -> Json:
    document: Json = json.loads(body) if body else {}
    return document

"""The door where Azure's refusals and the SDK's exceptions become ours."""

import json
import re
import ssl
from collections.abc import Iterator, Mapping
from typing import Protocol

from azure.core.exceptions import AzureError, ClientAuthenticationError
from msal.exceptions import MsalError  # type: ignore[import-untyped] # it ships no types

from adapters.azure.meanings import (
    BY_CLASS,
    BY_CODE,
    BY_STATUS,
    BY_TOKEN_STATUS,
    DENIED,
    DOWN,
    REFUSED,
    UNREADABLE,
    UNTRUSTED,
)
from adapters.azure.operations import Call
from adapters.azure.waiting import asked_wait
from adapters.clouds.meaning import Meaning
from application.ports.errors import PortError, Transient

SDK_ERRORS = (
    AzureError,
    MsalError,
    # A bundle of certificates that is not there, and what requests does not translate:
    OSError,
    # What the SDK raises when an answer is not what it should be:
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    RuntimeError,
)

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")
_MESSAGE_LEFT_OUT = "(message left out)"


class Answer(Protocol):
    """What of an HTTP response says why there is no answer."""

    @property
    def status_code(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, under names of any case."""

    @property
    def content(self) -> bytes:
        """The body."""


class TokenRefused(Exception):
    """Entra ID answered, but not with a token; what it said in words is not kept."""

    def __init__(self, *, code: str | None, status: int, retry_after: float | None) -> None:
        super().__init__(code or f"HTTP {status}")
        self.code = code
        self.status = status
        self.retry_after = retry_after


class Subject:
    """Whom a refusal is about; it turns refusals of one application into errors."""

    def __init__(self, *, client: str) -> None:
        self._client = client

    def refused(self, answer: Answer, call: Call) -> PortError:
        """Return what it means that Azure Resource Manager answered *call* with *answer*."""
        code = _code(answer.content)
        meaning = (BY_CODE.get(code) if code else None) or _by_status(answer.status_code)
        said = code or f"HTTP {answer.status_code}"
        return self._error(meaning, call, code=said, wait=asked_wait(answer.headers))

    def failed(self, exc: Exception, call: Call) -> PortError:
        """Return what *exc*, one of `SDK_ERRORS`, means to us; raise it `from exc`."""
        for each in _causes(exc):
            if isinstance(each, PortError):
                return each
            if isinstance(each, TokenRefused):
                return self._error(
                    _refusal_of_token(each), call, code=str(each), wait=each.retry_after
                )
        root = _behind_the_sign_in(exc)
        meaning = UNTRUSTED if _is_untrusted(root) else _by_class(root)
        name = type(root).__name__
        _forget_messages(exc)
        return self._error(meaning, call, code=name)

    def unreadable(self, call: Call, *, lacking: str) -> PortError:
        """Return the error for an answer that came, *lacking* what makes it one."""
        return self._error(UNREADABLE, call, code=lacking)

    def error(self, meaning: Meaning, call: Call, *, code: str) -> PortError:
        """Return *meaning* as the error for *call*."""
        return self._error(meaning, call, code=code)

    def _error(
        self, meaning: Meaning, call: Call, *, code: str, wait: float | None = None
    ) -> PortError:
        operation = call.operation
        said = {
            "permission": operation.permission,
            "role": operation.role,
            "provider": operation.provider,
            "place": call.place,
            "client": self._client,
            "code": code,
        }
        return meaning.error(
            meaning.summary.format(**said),
            remedy=meaning.remedy.format(**said),
            permission=operation.permission if meaning is DENIED else None,
            retry_after=wait if issubclass(meaning.error, Transient) else None,
        )


def _code(body: bytes) -> str | None:
    """Return the code in an error's body, if it is one that can be shown."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    error = document.get("error", document) if isinstance(document, Mapping) else None
    code = error.get("code") if isinstance(error, Mapping) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None


def _by_status(status: int) -> Meaning:
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status >= 500:  # noqa: PLR2004 - HTTP
        return DOWN
    return REFUSED if status >= 400 else UNREADABLE  # noqa: PLR2004 - HTTP


def _refusal_of_token(refused: TokenRefused) -> Meaning:
    known = BY_CODE.get(refused.code) if refused.code else None
    return known or BY_TOKEN_STATUS.get(refused.status) or _by_status(refused.status)


def _by_class(exc: BaseException) -> Meaning:
    ancestors = (BY_CLASS.get(each.__name__) for each in type(exc).__mro__)
    return next(filter(None, ancestors), REFUSED)


def _causes(exc: BaseException | None) -> Iterator[BaseException]:
    """Yield *exc* and what led to it, each once."""
    seen: set[int] = set()
    while exc is not None and id(exc) not in seen:
        seen.add(id(exc))
        yield exc
        exc = exc.__cause__ or getattr(exc, "inner_exception", None) or exc.__context__


def _behind_the_sign_in(exc: Exception) -> BaseException:
    """Return what kept the SDK from signing in; it hides everything behind one exception."""
    return next((each for each in _causes(exc) if type(each) is not ClientAuthenticationError), exc)


def _is_untrusted(exc: BaseException) -> bool:
    return any(isinstance(each, ssl.SSLCertVerificationError) for each in _causes(exc))


def _forget_messages(exc: Exception) -> None:
    """Drop what Azure said: it may quote what it was sent."""
    for each in _causes(exc):
        if isinstance(each, AzureError):
            each.message = _MESSAGE_LEFT_OUT
            each.args = (_MESSAGE_LEFT_OUT,)

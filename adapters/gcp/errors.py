"""The door where Google's refusals and the SDK's exceptions become ours."""

import json
import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import requests
from google.api_core.exceptions import (
    GoogleAPICallError,
    GoogleAPIError,
    RetryError,
    from_http_status,
)
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.cloud.bigquery.exceptions import BigQueryError
from google.cloud.storage.exceptions import InvalidPathError  # type: ignore[import-untyped]
from google.resumable_media import DataCorruption, InvalidResponse

from adapters.clouds.meaning import Meaning
from adapters.clouds.waiting import seconds_to_wait
from adapters.gcp.meanings import (
    BY_CLASS,
    BY_GRANT,
    BY_REASON,
    BY_STATUS,
    DOWN,
    KEY_NOT_ACCEPTED,
    PERMISSION_LACKS,
    REFUSED,
    UNREADABLE,
    UNTRUSTED,
)
from adapters.gcp.operations import Call
from application.ports.errors import PortError, Transient

SDK_ERRORS = (
    GoogleAPIError,
    GoogleAuthError,
    BigQueryError,
    InvalidPathError,
    InvalidResponse,
    DataCorruption,
    # All of requests' own, what the system says, and certificates that are not there:
    OSError,
    # What the SDK raises when an answer is not what it should be:
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    RecursionError,
    OverflowError,
)

_LEFT_OUT = "(message left out)"
_REASON = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")
_GRANT_ERROR = re.compile(r"[a-z][a-z_]{0,39}")
_QUOTA = ("quota_limit", "quota_unit")


def refusal(response: requests.Response) -> GoogleAPICallError:
    """Return the SDK's exception for *response*, with Google's reasons and without its words."""
    error = _error_in(response.content)
    refused: GoogleAPICallError = from_http_status(  # type: ignore[no-untyped-call]
        response.status_code,
        _LEFT_OUT,
        errors=_reasons_in(error.get("errors")),
        details=_reasons_in(error.get("details")),
        response=response,
    )
    return refused


def reasons(exc: GoogleAPICallError) -> tuple[str, ...]:
    """Return why Google refused, the more precise reasons first."""
    given = (*_mappings(exc.details), *_mappings(exc.errors))
    texts = (each.get("reason") for each in given)
    return tuple(each for each in texts if isinstance(each, str) and _REASON.fullmatch(each))


def is_per_minute(exc: GoogleAPICallError) -> bool:
    """Tell whether what is used up is filled again within a minute."""
    for each in _mappings(exc.details):
        quota = each.get("metadata")
        if isinstance(quota, Mapping):
            named = " ".join(str(quota.get(name)) for name in _QUOTA).lower()
            if "/min" in named or "perminute" in named:
                return True
    return False


def asked_wait(exc: BaseException) -> float | None:
    """Return how many seconds the answer behind *exc* asks us to wait; None if it does not say."""
    response = exc.response if isinstance(exc, GoogleAPICallError) else None
    headers = getattr(response, "headers", None) or {}
    return seconds_to_wait(headers.get("Retry-After"), sent=headers.get("Date"))


def is_untrusted(exc: BaseException) -> bool:
    """Tell whether *exc* is about a certificate that nobody vouches for."""
    return any(isinstance(each, ssl.SSLCertVerificationError) for each in _causes(exc))


def port_error(exc: Exception, call: Call) -> PortError:
    """Return what *exc*, one of `SDK_ERRORS`, means to us; raise it `from exc`."""
    root = _root(exc)
    code, meaning = _understood(root)
    for each in (exc, root):
        _forget_message(each, code)
    wait = asked_wait(root) if issubclass(meaning.error, Transient) else None
    return error_for(meaning, call, code=code, wait=wait)


def unreadable(call: Call, *, lacking: str) -> PortError:
    """Return the error for an answer that came, *lacking* what makes it one."""
    return error_for(UNREADABLE, call, code=lacking)


def error_for(meaning: Meaning, call: Call, *, code: str, wait: float | None = None) -> PortError:
    """Return *meaning* as the error for *call*."""
    operation = call.operation
    said = {
        "asked": operation.permission or "the request for an access token",
        "place": call.place,
        "project": call.project,
        "role": operation.role,
        "service": operation.service.value,
        "code": code,
    }
    return meaning.error(
        meaning.summary.format(**said),
        remedy=meaning.remedy.format(**said),
        permission=operation.permission if meaning in PERMISSION_LACKS else None,
        retry_after=wait,
    )


def _understood(exc: BaseException) -> tuple[str, Meaning]:
    if isinstance(exc, GoogleAPICallError):
        return _refused(exc)
    if isinstance(exc, RefreshError):
        return _grant_refused(exc)
    if is_untrusted(exc) or _lacks_a_bundle(exc):
        return type(exc).__name__, UNTRUSTED
    return _by_class(exc)


def _lacks_a_bundle(exc: BaseException) -> bool:
    """Tell whether requests found no certificates where it was told to look.

    It says so with Python's own class; where the system says something, there is a number.
    """
    return type(exc) is OSError and exc.errno is None and "CA certificate bundle" in str(exc)


def _by_class(exc: BaseException) -> tuple[str, Meaning]:
    name = type(exc).__name__
    ancestors = (BY_CLASS.get(each.__name__) for each in type(exc).__mro__)
    return name, next(filter(None, ancestors), REFUSED)


def _refused(exc: GoogleAPICallError) -> tuple[str, Meaning]:
    known = reasons(exc)
    for reason in known:
        if reason in BY_REASON:
            return reason, BY_REASON[reason]
    status = exc.code
    if status is None:
        return _by_class(exc)
    return (known[0] if known else f"HTTP {int(status)}"), _by_status(status)


def _by_status(status: int) -> Meaning:
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status >= 500:  # noqa: PLR2004 - HTTP
        return DOWN
    return REFUSED if status >= 400 else UNREADABLE  # noqa: PLR2004 - HTTP


def _grant_refused(exc: RefreshError) -> tuple[str, Meaning]:
    """Judge a refusal of the token service by what it said, which is in the exception."""
    said = next((each for each in exc.args if isinstance(each, Mapping)), None)
    if said is None:
        return "no token", UNREADABLE
    code = str(said.get("error"))
    shown = code if _GRANT_ERROR.fullmatch(code) else "no error code"
    if exc.retryable:
        return shown, DOWN
    if "error" not in said:
        return "access_token is missing", UNREADABLE
    words = str(said.get("error_description")).lower()
    found = (meaning for fragment, meaning in BY_GRANT if fragment in words)
    return shown, next(found, KEY_NOT_ACCEPTED)


def _root(exc: BaseException) -> BaseException:
    """Return what went wrong first, where the SDK only says that something did."""
    for each in _causes(exc):
        if isinstance(each, GoogleAPICallError | RefreshError | requests.RequestException):
            return each
    return exc


def _causes(exc: BaseException | None) -> Iterator[BaseException]:
    """Yield *exc* and what led to it, each once."""
    seen: set[int] = set()
    while exc is not None and id(exc) not in seen:
        seen.add(id(exc))
        yield exc
        exc = exc.__cause__ or exc.__context__


def _error_in(body: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    error = document.get("error") if isinstance(document, Mapping) else None
    return error if isinstance(error, Mapping) else {}


def _reasons_in(entries: object) -> list[dict[str, Any]]:
    """Return what of *entries* says why, and which quota is used up."""
    return [
        {"reason": each.get("reason"), "metadata": each.get("metadata")}
        for each in _mappings(entries)
    ]


def _mappings(entries: object) -> list[Mapping[str, Any]]:
    if not isinstance(entries, Sequence) or isinstance(entries, str | bytes):
        return []
    return [each for each in entries if isinstance(each, Mapping)]


def _forget_message(exc: BaseException, code: str) -> None:
    """Drop what Google said: it may quote what it was sent."""
    if isinstance(exc, GoogleAPIError | RefreshError):
        exc.args = (f"{code} {_LEFT_OUT}",)
    if isinstance(exc, GoogleAPICallError | RetryError):
        exc.message = _LEFT_OUT
    if isinstance(exc, GoogleAPICallError):
        exc._errors = exc._details = ()  # noqa: SLF001 - its text is made of them

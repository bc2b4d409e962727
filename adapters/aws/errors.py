"""The door where the SDK's exceptions become ours."""

from typing import Any, NamedTuple

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError, UndefinedModelAttributeError
from botocore.parsers import ResponseParserError

from adapters.aws.meanings import (
    BY_CLASS,
    BY_CODE,
    BY_QUESTION,
    BY_STATUS,
    DOWN,
    REFUSED,
    UNREADABLE,
)
from adapters.clouds.meaning import Meaning
from adapters.clouds.waiting import seconds_to_wait
from application.ports.errors import AccessDenied, PortError, Transient

SDK_ERRORS = (
    BotoCoreError,
    ClientError,
    Boto3Error,
    UndefinedModelAttributeError,
    ResponseParserError,
    # What the SDK's parsers and handlers raise when an answer is not what it should be:
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
)

_ACTIONS = {
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:HeadBucket": "s3:ListBucket",
    "resourcegroupstaggingapi:GetResources": "tag:GetResources",
}
"""Permissions that are not called like the operation they allow."""


class Operation(NamedTuple):
    """One question to AWS."""

    service: str
    name: str
    region: str

    @property
    def permission(self) -> str:
        """The permission it needs, as policies spell it."""
        spelled = f"{self.service}:{self.name}"
        return _ACTIONS.get(spelled, spelled)


def port_error(exc: Exception, operation: Operation) -> PortError:
    """Return what *exc*, one of `SDK_ERRORS`, means to us; raise it `from exc`."""
    code, meaning = _understood(exc)
    meaning = BY_QUESTION.get((operation.permission, code), meaning)
    if isinstance(exc, ClientError):
        _forget_message(exc)
    said = {"permission": operation.permission, "region": operation.region, "code": code}
    denied = issubclass(meaning.error, AccessDenied)
    return meaning.error(
        meaning.summary.format(**said),
        remedy=meaning.remedy.format(**said),
        permission=operation.permission if denied else None,
        retry_after=_retry_after(exc) if issubclass(meaning.error, Transient) else None,
    )


def unreadable(operation: Operation, *, lacking: str) -> PortError:
    """Return the error for an answer that came but *lacking* what makes it an answer."""
    return misread(operation, because=f"{lacking} is missing")


def misread(operation: Operation, *, because: str) -> PortError:
    """Return the error for an answer that is none *because* of what is said here."""
    said = {"permission": operation.permission, "region": operation.region, "code": because}
    return UNREADABLE.error(UNREADABLE.summary.format(**said), remedy=UNREADABLE.remedy)


def _understood(exc: Exception) -> tuple[str, Meaning]:
    if isinstance(exc, ClientError):
        code = error_code(exc)
        return code, BY_CODE.get(code) or _by_status(exc)
    name = type(exc).__name__
    ancestors = (BY_CLASS.get(each.__name__) for each in type(exc).__mro__)
    return name, next(filter(None, ancestors), REFUSED)


def _by_status(exc: ClientError) -> Meaning:
    status = _metadata(exc).get("HTTPStatusCode")
    if not isinstance(status, int):
        return REFUSED
    return BY_STATUS.get(status) or (DOWN if status >= 500 else REFUSED)  # noqa: PLR2004 - HTTP


def error_code(exc: ClientError) -> str:
    """Return the code in AWS's answer; empty if it has none."""
    return str((exc.response.get("Error") or {}).get("Code") or "")


def response_header(exc: BaseException | None, name: str) -> str | None:
    """Return a header of the answer that *exc* stands for, if it has one."""
    if not isinstance(exc, ClientError):
        return None
    value = (_metadata(exc).get("HTTPHeaders") or {}).get(name)
    return str(value) if value else None


def _metadata(exc: ClientError) -> dict[str, Any]:
    return exc.response.get("ResponseMetadata") or {}


def _retry_after(exc: Exception) -> float | None:
    """Return how many seconds the answer asks us to wait; None if it does not say."""
    sent = response_header(exc, "date")
    return seconds_to_wait(response_header(exc, "retry-after"), sent=sent)


def _forget_message(exc: ClientError) -> None:
    """Drop what AWS said: it may quote the signed request, session token included."""
    exc.args = (f"{error_code(exc)} (message left out)",)
    exc.response["Error"] = {"Code": error_code(exc)}

"""Whatever the SDK raises has a meaning of ours."""

import inspect
from collections.abc import Iterator
from types import ModuleType

import boto3.exceptions
import botocore.exceptions
import botocore.parsers
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from adapters.aws.errors import SDK_ERRORS, Operation, port_error
from adapters.aws.meanings import BY_CLASS, BY_CODE
from application.ports.errors import (
    AccessDenied,
    CredentialsExpired,
    PortError,
    Rejected,
    Throttled,
    TimedOut,
    Transient,
    Unavailable,
)

OPERATION = Operation("ec2", "DescribeVpcs", "eu-west-1")

CLOSED_REGION_CODES = """AccessDenied AccessDeniedException AuthFailure AuthorizationError
    InvalidClientTokenId UnauthorizedOperation UnrecognizedClientException"""


def client_error(code: str, status: int = 400, **headers: str) -> ClientError:
    answer = {
        "Error": {"Code": code, "Message": "as AWS says"},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers},
    }
    return ClientError(answer, "DescribeVpcs")


def errors_of(module: ModuleType) -> Iterator[type[Exception]]:
    for _, each in inspect.getmembers(module, inspect.isclass):
        own = each.__module__ == module.__name__
        if own and issubclass(each, Exception) and not issubclass(each, Warning):
            yield each


def sdk_errors() -> list[type[Exception]]:
    modules = (botocore.exceptions, botocore.parsers, boto3.exceptions)
    return [each for module in modules for each in errors_of(module)]


@pytest.mark.parametrize("error", sdk_errors(), ids=lambda each: each.__name__)
def test_every_exception_of_the_sdk_is_caught_and_has_a_meaning(error: type[Exception]) -> None:
    assert issubclass(error, SDK_ERRORS)
    roots = {"BotoCoreError", "Boto3Error"}  # never raised themselves; their children are all named
    if error.__name__ not in roots and not issubclass(error, ClientError):
        assert any(each.__name__ in BY_CLASS for each in error.__mro__)


PARSERS_FAULTS = {"ValueError", "TypeError", "KeyError", "AttributeError"}
"""Python's own, raised by the SDK over an answer that is none."""


def test_the_table_names_no_exception_that_the_sdk_does_not_have() -> None:
    known = {each.__name__ for each in sdk_errors()} | PARSERS_FAULTS
    assert BY_CLASS.keys() <= known


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("RequestLimitExceeded", Throttled),
        ("SlowDown", Throttled),
        ("Throttling", Throttled),
        ("TooManyRequestsException", Throttled),
        ("AccessDenied", AccessDenied),
        ("UnauthorizedOperation", AccessDenied),
        ("OptInRequired", AccessDenied),
        ("InvalidClientTokenId", CredentialsExpired),
        ("InvalidAccessKeyId", CredentialsExpired),
        ("SignatureDoesNotMatch", CredentialsExpired),
        ("AuthFailure", CredentialsExpired),
        ("UnrecognizedClientException", CredentialsExpired),
        ("ExpiredToken", CredentialsExpired),
        ("InternalServerErrorException", Unavailable),
        ("InternalError", Unavailable),
        ("ServiceUnavailable", Unavailable),
        ("RequestTimeout", TimedOut),
        ("InvalidNextTokenException", Unavailable),
        ("RequestChangedException", Unavailable),
        ("LimitExceededException", Throttled),
        ("RequestExpired", Rejected),
    ],
)
def test_a_code_means(code: str, expected: type[PortError]) -> None:
    assert type(port_error(client_error(code), OPERATION)) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, Rejected),
        (403, AccessDenied),
        (429, Throttled),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
def test_an_unknown_code_is_judged_by_its_status(status: int, expected: type[PortError]) -> None:
    assert type(port_error(client_error("NewlyInvented", status), OPERATION)) is expected


def test_what_closed_regions_are_known_to_answer_has_a_meaning() -> None:
    assert set(CLOSED_REGION_CODES.split()) <= BY_CODE.keys()


def test_a_refusal_names_the_permission_to_grant_and_where() -> None:
    error = port_error(client_error("UnauthorizedOperation"), OPERATION)
    assert error.permission == "ec2:DescribeVpcs"
    assert "ec2:DescribeVpcs in eu-west-1" in error.summary
    assert "ec2:DescribeVpcs" in error.remedy


@pytest.mark.parametrize(
    ("service", "name", "permission"),
    [
        ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
        ("s3", "GetBucketTagging", "s3:GetBucketTagging"),
        ("resourcegroupstaggingapi", "GetResources", "tag:GetResources"),
    ],
)
def test_a_permission_is_spelled_as_policies_spell_it(
    service: str, name: str, permission: str
) -> None:
    assert Operation(service, name, "eu-west-1").permission == permission


SENT = "Sun, 22 Nov 2026 14:00:00 GMT"


@pytest.mark.parametrize(
    ("retry_after", "date", "seconds"),
    [
        ("7", None, 7.0),
        ("0", None, 0.0),
        ("Sun, 22 Nov 2026 14:01:30 GMT", SENT, 90.0),
        ("Sun, 22 Nov 2026 14:01:30 -0000", SENT, 90.0),
        ("Sun, 22 Nov 2026 13:00:00 GMT", SENT, 0.0),
        ("Sun, 22 Nov 2026 14:01:30 GMT", None, None),
        ("Sun, 22 Nov 2026 14:01:30 GMT", "today", None),
        ("Sun, 22 Nov 2026 14:01:30 +99999999999999", SENT, None),
        ("soon", SENT, None),
        ("-5", SENT, None),
        ("²", SENT, None),
    ],
)
def test_how_long_to_wait_is_passed_on_when_aws_says_in_seconds_or_as_a_time(
    retry_after: str, date: str | None, seconds: float | None
) -> None:
    headers = {"retry-after": retry_after} | ({"date": date} if date else {})
    error = port_error(client_error("SlowDown", 503, **headers), OPERATION)
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    ("code", "seconds"),
    [("SlowDown", 7.0), ("InternalError", 7.0), ("RequestTimeout", 7.0), ("AccessDenied", None)],
)
def test_how_long_to_wait_is_passed_on_whenever_trying_again_may_help(
    code: str, seconds: float | None
) -> None:
    error = port_error(client_error(code, 503, **{"retry-after": "7"}), OPERATION)
    assert error.retry_after == seconds


def test_a_server_that_is_not_there_may_be_there_later() -> None:
    error = port_error(EndpointConnectionError(endpoint_url="https://x"), OPERATION)
    assert isinstance(error, Transient)


@pytest.mark.parametrize("answer", [{}, {"Error": None}, {"Error": {}, "ResponseMetadata": None}])
def test_an_error_without_a_code_is_an_error_all_the_same(answer: dict[str, object]) -> None:
    error = ClientError({"Error": {}}, "DescribeVpcs")
    error.response = answer
    assert isinstance(port_error(error, OPERATION), Rejected)

"""Whatever the SDK raises and whatever Azure answers has a meaning of ours."""

import json
import pkgutil
import string
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module

import azure.core.exceptions
import azure.identity
import msal.exceptions  # type: ignore[import-untyped] # it ships no types
import pytest
from azure.core.exceptions import AzureError, ClientAuthenticationError, ServiceRequestError

from adapters.azure import meanings
from adapters.azure.errors import SDK_ERRORS, Subject, TokenRefused
from adapters.azure.meanings import BY_CLASS, BY_CODE, BY_STATUS
from adapters.azure.operations import LIST_VIRTUAL_MACHINES, Call
from adapters.clouds.meaning import Meaning
from application.ports.errors import (
    AccessDenied,
    Conflict,
    CredentialsExpired,
    NotFound,
    PortError,
    Rejected,
    Throttled,
    TimedOut,
    Transient,
    Unavailable,
)

CLIENT = "c0ffee00-1111-4222-8333-944455556666"
PLACE = "11111111-aaaa-4111-8111-111111111111"
SUBJECT = Subject(client=CLIENT)
CALL = Call(operation=LIST_VIRTUAL_MACHINES, subscription=PLACE)

PYTHONS_OWN = {
    "OSError",
    "TimeoutError",
    "ValueError",
    "TypeError",
    "KeyError",
    "AttributeError",
    "RuntimeError",
    "RecursionError",
}
"""Raised by the SDK over an answer that is none, or a file that is not there."""


@dataclass(frozen=True, kw_only=True)
class Said:
    status_code: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def refused(status: int, code: object, **headers: str) -> PortError:
    document = {"error": {"code": code, "message": "canary of a message"}}
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = Said(status_code=status, content=json.dumps(document).encode(), headers=said)
    return SUBJECT.refused(answer, CALL)


def all_below(error: type[BaseException]) -> Iterator[type[BaseException]]:
    yield error
    for each in error.__subclasses__():
        yield from all_below(each)


def sdk_errors() -> list[type[BaseException]]:
    """Load every module of the packages that can raise, and find their exceptions."""
    for package in (azure.core, azure.identity, msal):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not {"aio", "__main__"} & set(module.name.split(".")):
                with suppress(ImportError):  # of what is optional and not here
                    import_module(module.name)
    found = {*all_below(AzureError), *all_below(msal.exceptions.MsalError)}
    found |= {each for each in all_below(ValueError) if each.__module__ == "azure.core.exceptions"}
    return sorted(
        (each for each in found if each.__module__.split(".")[0] in {"azure", "msal"}),
        key=lambda each: each.__qualname__,
    )


@pytest.mark.parametrize("error", sdk_errors(), ids=lambda each: each.__name__)
def test_every_exception_of_the_sdk_is_caught_and_has_a_meaning_by_its_own_name(
    error: type[BaseException],
) -> None:
    assert issubclass(error, SDK_ERRORS)
    assert error.__name__ in BY_CLASS


def test_the_table_names_no_exception_that_the_sdk_does_not_have() -> None:
    known = {each.__name__ for each in sdk_errors()} | PYTHONS_OWN
    assert BY_CLASS.keys() <= known


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, "AuthorizationFailed", AccessDenied),
        (401, "InvalidAuthenticationToken", AccessDenied),
        (401, "ExpiredAuthenticationToken", AccessDenied),
        (401, "InvalidAuthenticationTokenTenant", AccessDenied),
        (401, "RBACAccessDenied", AccessDenied),
        (404, "SubscriptionNotFound", AccessDenied),
        (409, "ReadOnlyDisabledSubscription", AccessDenied),
        (409, "DisallowedOperation", AccessDenied),
        (409, "MissingSubscriptionRegistration", AccessDenied),
        (429, "TooManyRequests", Throttled),
        (429, "OperationNotAllowed", Throttled),
        (409, "OperationNotAllowed", Conflict),
        (429, "429", Throttled),
        (503, "ServerBusy", Throttled),
        (500, "InternalServerError", Unavailable),
        (504, "GatewayTimeout", TimedOut),
        (404, "ResourceNotFound", NotFound),
        (400, "InvalidApiVersionParameter", Rejected),
        (400, "Unheard", Rejected),
        (403, "Unheard", AccessDenied),
        (404, "Unheard", NotFound),
        (429, "Unheard", Throttled),
        (502, "Unheard", Unavailable),
        (302, None, Unavailable),
        (418, None, Rejected),
    ],
)
def test_a_refusal_means_what_its_code_says_or_else_its_status(
    status: int, code: object, expected: type[PortError]
) -> None:
    assert type(refused(status, code)) is expected


@pytest.mark.parametrize(
    ("number", "expected", "remedy"),
    [
        ("AADSTS7000215", CredentialsExpired, "its value, not its id"),
        ("AADSTS7000222", CredentialsExpired, "Make a new client secret"),
        ("AADSTS700016", CredentialsExpired, "Check client_id and tenant_id"),
        ("AADSTS90002", CredentialsExpired, "Check tenant_id"),
        ("AADSTS53003", AccessDenied, "conditional access"),
        ("AADSTS700024", Rejected, "Set this machine's clock"),
        ("AADSTS500133", Rejected, "Set this machine's clock"),
        ("AADSTS50034", CredentialsExpired, "sign-in log"),
        ("AADSTS99999", CredentialsExpired, "sign-in log"),
        ("AADSTS90033", Unavailable, "tried again"),
        ("AADSTS90055", Throttled, "tried again later"),
    ],
)
def test_entras_numbers_are_told_apart_in_words(
    number: str, expected: type[PortError], remedy: str
) -> None:
    error = SUBJECT.failed(signing_in(TokenRefused(code=number, status=400, retry_after=3)), CALL)
    assert type(error) is expected
    assert remedy in error.remedy
    assert number in error.summary
    assert error.retry_after == (3 if issubclass(expected, Transient) else None)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, CredentialsExpired),
        (401, CredentialsExpired),
        (403, AccessDenied),
        (404, Unavailable),
        (429, Throttled),
        (500, Unavailable),
        (504, TimedOut),
    ],
)
def test_a_refusal_by_entra_without_a_number_goes_by_its_status(
    status: int, expected: type[PortError]
) -> None:
    error = SUBJECT.failed(
        signing_in(TokenRefused(code=None, status=status, retry_after=None)), CALL
    )
    assert type(error) is expected


def test_what_kept_us_from_signing_in_is_found_behind_the_sdks_one_exception() -> None:
    assert type(SUBJECT.failed(signing_in(ServiceRequestError("gone")), CALL)) is Unavailable
    assert "ServiceRequestError" in str(SUBJECT.failed(signing_in(ServiceRequestError("")), CALL))
    assert type(SUBJECT.failed(signing_in(ValueError("no JSON")), CALL)) is Unavailable


def signing_in(cause: Exception) -> Exception:
    error = ClientAuthenticationError(message=f"Authentication failed: {cause}")
    error.__cause__ = cause
    return error


def test_a_refusal_names_the_permission_the_role_the_place_and_the_application() -> None:
    error = refused(403, "AuthorizationFailed")
    assert error.permission == "Microsoft.Compute/virtualMachines/read"
    assert f"Microsoft.Compute/virtualMachines/read in the subscription {PLACE}" in error.summary
    assert CLIENT in error.summary
    assert "Grant the Reader role" in error.remedy


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, "InternalServerError"),
        (401, "InvalidAuthenticationToken"),
        (401, "InvalidAuthenticationTokenTenant"),
        (409, "MissingSubscriptionRegistration"),
    ],
)
def test_only_a_refusal_for_want_of_a_permission_names_it_as_missing(
    status: int, code: str
) -> None:
    assert refused(status, code).permission is None


def test_a_sign_in_that_a_policy_blocks_lacks_no_permission() -> None:
    blocked = TokenRefused(code="AADSTS53003", status=400, retry_after=None)
    assert SUBJECT.failed(signing_in(blocked), CALL).permission is None


def test_a_provider_that_is_not_registered_is_named() -> None:
    error = refused(409, "MissingSubscriptionRegistration")
    assert "Register the resource provider Microsoft.Compute" in error.remedy


@pytest.mark.parametrize("code", ["two words", "x" * 200, "\x1b[31mred", "", 7, None, ["x"]])
def test_a_code_that_is_none_is_not_shown(code: object) -> None:
    assert "(HTTP 403)" in refused(403, code).summary


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"7", b'{"error": 7}', b"\xff\xfe", b"[" * 100_000]
)
def test_an_error_without_a_document_is_an_error_all_the_same(body: bytes) -> None:
    error = SUBJECT.refused(Said(status_code=400, content=body), CALL)
    assert type(error) is Rejected


def test_a_code_outside_of_the_usual_wrapper_is_understood() -> None:
    answer = Said(status_code=400, content=b'{"code": "SubscriptionNotFound", "message": "x"}')
    assert type(SUBJECT.refused(answer, CALL)) is AccessDenied


def test_what_azure_says_in_words_is_left_out_of_errors_and_of_what_caused_them() -> None:
    cause = AzureError("canary of a token")
    error = SUBJECT.failed(cause, CALL)
    assert "canary" not in str(error) + str(cause) + repr(cause)
    assert "canary" not in str(refused(403, "AuthorizationFailed"))


@pytest.mark.parametrize("status", [429, 500, 503, 408])
def test_how_long_to_wait_is_passed_on_whenever_trying_again_may_help(status: int) -> None:
    assert refused(status, "Unheard", Retry_After="1200").retry_after == 1200
    assert refused(403, "AuthorizationFailed", Retry_After="7").retry_after is None


def every_meaning() -> list[Meaning]:
    return [each for each in vars(meanings).values() if isinstance(each, Meaning)]


@pytest.mark.parametrize("meaning", every_meaning(), ids=lambda each: each.summary[:40])
def test_every_meaning_says_what_happened_and_what_to_do_in_a_sentence_each(
    meaning: Meaning,
) -> None:
    known = {"permission", "role", "provider", "place", "client", "code"}
    for sentence in (meaning.summary, meaning.remedy):
        named = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
        assert named <= known
        assert sentence.endswith(".")
    assert "{code}" in meaning.summary


def test_every_meaning_is_in_a_table() -> None:
    used = {*BY_CODE.values(), *BY_STATUS.values(), *BY_CLASS.values()}
    assert {each.summary for each in every_meaning()} - {each.summary for each in used} == {
        meanings.UNTRUSTED.summary
    }

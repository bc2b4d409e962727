"""Every exception and every reason that Google's SDK knows is in a table."""

import pkgutil
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module

import google.api_core
import google.auth
import google.cloud.storage._media.requests  # it defines exceptions of its own
import google.resumable_media.common
import pytest
import requests
from google.api_core.exceptions import (
    DataLoss,
    GoogleAPICallError,
    GoogleAPIError,
    Unknown,
    UploadCancelledError,
)
from google.auth.exceptions import GoogleAuthError
from google.cloud.bigquery.exceptions import BigQueryError
from google.cloud.storage import exceptions as storage_exceptions

from adapters.gcp.errors import SDK_ERRORS, port_error
from adapters.gcp.meanings import BY_CLASS, BY_REASON
from adapters.gcp.operations import LIST_NETWORKS, Call

NETWORKS = Call(operation=LIST_NETWORKS, project="shop-1")


def descendants(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for child in root.__subclasses__():
        yield from descendants(child)


def sdk_errors() -> list[type[Exception]]:
    """Load every module of the packages that can raise, and find their exceptions."""
    for package in (google.api_core, google.auth, requests):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            with suppress(ImportError, AttributeError):  # of what is optional and not here
                import_module(module.name)
    roots = (
        GoogleAPIError,
        GoogleAuthError,
        BigQueryError,
        requests.RequestException,
        storage_exceptions.InvalidPathError,
        storage_exceptions.InvalidResponse,
        storage_exceptions.DataCorruption,
        google.resumable_media.common.InvalidResponse,
        google.resumable_media.common.DataCorruption,
    )
    found = {each for root in roots for each in descendants(root)}
    ours = ("google.", "requests.")
    return sorted((each for each in found if each.__module__.startswith(ours)), key=str)


def carries_a_status(error: type[Exception]) -> bool:
    return issubclass(error, GoogleAPICallError) and error.code is not None


@pytest.mark.parametrize("error", sdk_errors(), ids=lambda each: each.__qualname__)
def test_every_exception_of_the_sdk_is_caught_and_has_a_meaning_by_its_own_name(
    error: type[Exception],
) -> None:
    assert issubclass(error, SDK_ERRORS)
    assert carries_a_status(error) or error.__name__ in BY_CLASS


PYTHONS_OWN = {
    "ValueError",
    "TypeError",
    "KeyError",
    "AttributeError",
    "RecursionError",
    "OverflowError",
    "OSError",
}
"""Raised by the SDK over an answer that is none, or over a bundle of certificates."""


def test_the_table_names_no_exception_that_the_sdk_does_not_have() -> None:
    assert BY_CLASS.keys() <= {each.__name__ for each in sdk_errors()} | PYTHONS_OWN


@pytest.mark.parametrize("error", [DataLoss, Unknown, UploadCancelledError])
def test_an_exception_without_a_status_means_what_its_name_does(
    error: type[GoogleAPICallError],
) -> None:
    expected = BY_CLASS[error.__name__].error
    assert type(port_error(error("x"), NETWORKS)) is expected


def test_every_reason_of_the_documentation_has_a_meaning() -> None:
    documented = """rateLimitExceeded userRateLimitExceeded quotaExceeded accessNotConfigured
        SERVICE_DISABLED forbidden notFound authError accountDisabled billingNotEnabled
        BILLING_DISABLED insufficientPermissions ACCESS_TOKEN_SCOPE_INSUFFICIENT backendError
        internalError invalid conditionNotMet responseTooLarge bytesBilledLimitExceeded
        accessDenied stopped timeout"""
    assert set(documented.split()) <= BY_REASON.keys()

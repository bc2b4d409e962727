"""Whatever the SDK raises has a meaning of ours."""

import errno
import json
import socket
import ssl
import traceback
from collections.abc import Mapping

import pytest
import requests
from google.api_core.exceptions import (
    Forbidden,
    GoogleAPICallError,
    RetryError,
    ServiceUnavailable,
)
from google.auth.exceptions import RefreshError, TransportError

from adapters.gcp.errors import port_error, refusal
from adapters.gcp.operations import LIST_BUCKETS, LIST_INSTANCES, LIST_NETWORKS, TOKEN, Call
from application.ports.errors import (
    AccessDenied,
    CredentialsExpired,
    NotFound,
    PortError,
    Rejected,
    Throttled,
    TimedOut,
    Unavailable,
)

NETWORKS = Call(operation=LIST_NETWORKS, project="shop-1")
SIGN_IN = Call(operation=TOKEN, project="shop-1")
CANARY = "canary-of-a-token"


def answer(
    status: int, error: object, headers: Mapping[str, str] | None = None
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = json.dumps({"error": error}).encode()
    response.headers.update(headers or {})
    return response


def refused(
    status: int, *reasons: str, call: Call = NETWORKS, details: object = (), **headers: str
) -> PortError:
    error = {
        "code": status,
        "message": f"as Google says, {CANARY}",
        "errors": [{"reason": reason, "message": CANARY} for reason in reasons],
        "details": details,
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return port_error(refusal(answer(status, error, named)), call)


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (403, "rateLimitExceeded", Throttled),
        (403, "userRateLimitExceeded", Throttled),
        (403, "quotaExceeded", Throttled),
        (429, "rateLimitExceeded", Throttled),
        (403, "forbidden", AccessDenied),
        (403, "accessNotConfigured", AccessDenied),
        (403, "insufficientPermissions", AccessDenied),
        (403, "billingNotEnabled", AccessDenied),
        (403, "accountDisabled", AccessDenied),
        (401, "authError", CredentialsExpired),
        (401, "required", CredentialsExpired),
        (400, "required", Rejected),
        (400, "invalid", Rejected),
        (400, "invalidQuery", Rejected),
        (400, "bytesBilledLimitExceeded", Rejected),
        (403, "responseTooLarge", Rejected),
        (404, "notFound", NotFound),
        (500, "internalError", Unavailable),
        (503, "backendError", Unavailable),
    ],
)
def test_a_reason_means(status: int, reason: str, expected: type[PortError]) -> None:
    assert type(refused(status, reason)) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (302, Unavailable),
        (400, Rejected),
        (401, CredentialsExpired),
        (403, AccessDenied),
        (404, NotFound),
        (418, Rejected),
        (429, Throttled),
        (500, Unavailable),
        (503, Unavailable),
        (504, TimedOut),
        (599, Unavailable),
    ],
)
def test_an_unknown_reason_is_judged_by_its_status(status: int, expected: type[PortError]) -> None:
    assert type(refused(status, "newlyInvented")) is expected
    assert type(refused(status)) is expected


@pytest.mark.parametrize(
    "error",
    ["invalid_request", None, [], {"errors": "none"}, {"details": [None, 7]}, {"errors": {}}],
)
def test_an_error_in_a_strange_shape_is_an_error_all_the_same(error: object) -> None:
    assert isinstance(port_error(refusal(answer(503, error)), NETWORKS), Unavailable)


@pytest.mark.parametrize("body", [b"<html>proxy</html>", b"", b"\xff", b"[" * 100_000])
def test_an_error_that_is_no_json_is_judged_by_its_status(body: bytes) -> None:
    response = answer(502, {})
    response._content = body
    assert isinstance(port_error(refusal(response), NETWORKS), Unavailable)


def test_the_more_precise_of_two_reasons_counts() -> None:
    details = [{"reason": "SERVICE_DISABLED"}]
    assert "not enabled" in refused(403, "forbidden", details=details).summary


def test_a_missing_role_is_named_with_the_permission_and_the_project() -> None:
    error = refused(403, "forbidden")
    assert error.permission == "compute.networks.list"
    assert "compute.networks.list in the project shop-1" in error.summary
    assert "roles/compute.viewer on the project shop-1" in error.remedy


def test_buckets_need_another_role() -> None:
    error = refused(403, "forbidden", call=Call(operation=LIST_BUCKETS, project="shop-1"))
    assert error.permission == "storage.buckets.list"
    assert "roles/storage.bucketViewer" in error.remedy


def test_a_service_that_is_off_says_which_one_to_switch_on() -> None:
    error = refused(403, "accessNotConfigured", details=[{"reason": "SERVICE_DISABLED"}])
    assert error.permission is None
    assert "Enable the Compute Engine API (compute.googleapis.com) for the project shop-1" in (
        error.remedy
    )


def test_a_zone_is_named_with_its_project() -> None:
    call = Call(operation=LIST_INSTANCES, project="shop-1", zone="europe-west1-b")
    assert "europe-west1-b of the project shop-1" in refused(503, call=call).summary


@pytest.mark.parametrize(
    ("said", "expected", "word"),
    [
        ("Invalid grant: account not found", CredentialsExpired, "does not know"),
        ("Robot is disabled.", CredentialsExpired, "disabled"),
        ("Invalid JWT Signature.", CredentialsExpired, "private key"),
        ("Invalid JWT: No valid verifier found for issuer.", CredentialsExpired, "private key"),
        ("Token must be ... in a reasonable timeframe. Check iat", Rejected, "clock"),
        ("Invalid JWT: Failed audience check.", Rejected, "token_uri"),
        ("Something new", CredentialsExpired, "no access token"),
        (None, CredentialsExpired, "no access token"),
    ],
)
def test_what_is_wrong_with_a_key_is_told_apart(
    said: str | None, expected: type[PortError], word: str
) -> None:
    data = {"error": "invalid_grant", "error_description": said}
    error = port_error(RefreshError(f"invalid_grant: {said}", data), SIGN_IN)  # type: ignore[no-untyped-call]
    assert type(error) is expected
    assert word in error.summary
    assert "(invalid_grant)" in error.summary


def test_a_token_service_that_answers_nonsense_is_not_taken_for_a_bad_key() -> None:
    for exc in (
        RefreshError("<html>", retryable=False),  # type: ignore[no-untyped-call]
        RefreshError("No access token in response.", {"token": "x"}),  # type: ignore[no-untyped-call]
        RefreshError("x", {"error": "server_error"}, retryable=True),  # type: ignore[no-untyped-call]
    ):
        assert isinstance(port_error(exc, SIGN_IN), Unavailable)


def test_what_lies_behind_a_failed_attempt_counts() -> None:
    hidden = TransportError("x")  # type: ignore[no-untyped-call]
    hidden.__cause__ = requests.ReadTimeout(f"x {CANARY}")
    assert isinstance(port_error(hidden, SIGN_IN), TimedOut)
    given_up = RetryError("x", None)  # type: ignore[no-untyped-call]
    given_up.__cause__ = ServiceUnavailable("x")  # type: ignore[no-untyped-call]
    assert isinstance(port_error(given_up, NETWORKS), Unavailable)


def test_a_certificate_that_nobody_vouches_for_is_told_as_such() -> None:
    error = requests.exceptions.SSLError("x")
    error.__cause__ = ssl.SSLCertVerificationError("x")
    assert "does not trust" in port_error(error, NETWORKS).summary


@pytest.mark.parametrize(
    "exc",
    [
        OSError(errno.EMFILE, "Too many open files"),
        OSError(errno.ENETUNREACH, "Network is unreachable"),
        PermissionError(errno.EACCES, "Permission denied", "/etc/hosts"),
        socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        OSError("something else without a number"),
    ],
)
def test_what_the_system_lacks_is_not_blamed_on_a_certificate(exc: OSError) -> None:
    error = port_error(exc, NETWORKS)
    assert isinstance(error, Unavailable)
    assert "could not answer" in error.summary
    assert "certificate" not in error.summary + error.remedy
    assert "CA_BUNDLE" not in error.remedy


def test_certificates_that_are_not_where_they_should_be_are_asked_for_by_name() -> None:
    session = requests.Session()
    with pytest.raises(OSError, match="bundle") as caught:
        session.get("https://127.0.0.1:1", verify="/nowhere/bundle.pem")
    error = port_error(caught.value, NETWORKS)
    assert isinstance(error, Unavailable)
    assert "REQUESTS_CA_BUNDLE" in error.remedy


def test_what_google_says_is_in_no_text() -> None:
    own = Forbidden(CANARY, errors=[{"reason": "forbidden", "message": CANARY}])  # type: ignore[no-untyped-call]
    token = RefreshError(CANARY, {"error": CANARY, "error_description": CANARY})  # type: ignore[no-untyped-call]
    given_up = RetryError(CANARY, own)  # type: ignore[no-untyped-call]
    for exc in (own, token, given_up):
        try:
            raise port_error(exc, NETWORKS) from exc
        except PortError as error:
            told = "".join(traceback.format_exception(error)) + repr(error)
        assert CANARY not in told


def test_how_long_to_wait_is_passed_on_when_google_says() -> None:
    assert refused(429, Retry_After="7").retry_after == 7.0
    assert refused(503, Retry_After="7").retry_after == 7.0
    assert refused(403, "rateLimitExceeded").retry_after is None
    assert refused(403, "forbidden", Retry_After="7").retry_after is None


def test_an_error_without_a_status_is_refused() -> None:
    assert isinstance(port_error(GoogleAPICallError("x"), NETWORKS), Rejected)  # type: ignore[no-untyped-call]

"""When it is worth asking again, and when it is not."""

import ssl
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
import requests
from google.auth.exceptions import RefreshError, TransportError

from adapters.gcp.errors import refusal
from adapters.gcp.retrying import ENTERING, LISTING, PROBING, Patience, patiently
from tests.unit.gcp.test_errors import answer

HASTE = Patience(
    attempts=4,
    attempts_when_down=3,
    connect_timeout=1,
    read_timeout=1,
    longest_wait=45,
    total=5,
    backoff=0.001,
)


def untrusted() -> Exception:
    error = requests.exceptions.SSLError("x")
    error.__cause__ = ssl.SSLCertVerificationError("x")
    return error


def refused(status: int, *reasons: str, retry_after: str = "", quota: str = "") -> Exception:
    details = [{"reason": "RATE", "metadata": {"quota_limit": quota}}] if quota else []
    error = {"errors": [{"reason": reason} for reason in reasons], "details": details}
    headers = {"Retry-After": retry_after} if retry_after else {}
    return refusal(answer(status, error, headers))


def attempts(exc: Exception, patience: Patience = HASTE) -> int:
    """How often a question that always fails with *exc* is put."""
    count = 0

    def ask() -> None:
        nonlocal count
        count += 1
        raise exc

    with pytest.raises(type(exc)) as caught:
        patiently(ask, patience)
    assert caught.value is exc
    return count


@pytest.mark.parametrize(
    ("exc", "expected"),
    [
        (refused(429), 4),
        (refused(408), 4),
        (refused(403, "rateLimitExceeded"), 4),
        (refused(403, "userRateLimitExceeded"), 4),
        (refused(403, "quotaExceeded", quota="ListRequestsPerMinutePerProject"), 4),
        (refused(403, "quotaExceeded"), 1),
        (refused(403, "quotaExceeded", quota="RequestsPerDay"), 1),
        (refused(500), 3),
        (refused(502), 3),
        (refused(503), 3),
        (refused(504), 3),
        (refused(501), 1),
        (refused(400), 1),
        (refused(401), 1),
        (refused(403, "forbidden"), 1),
        (refused(403, "accessNotConfigured"), 1),
        (refused(404), 1),
        (requests.ConnectionError("x"), 4),
        (requests.ReadTimeout("x"), 4),
        (requests.exceptions.ChunkedEncodingError("x"), 4),
        (TransportError("x"), 4),  # type: ignore[no-untyped-call]
        (RefreshError("x", {"error": "invalid_grant"}), 1),  # type: ignore[no-untyped-call]
        (untrusted(), 1),
        (ValueError("x"), 1),
    ],
    ids=str,
)
def test_a_failure_is_tried_again_only_where_that_may_help(exc: Exception, expected: int) -> None:
    assert attempts(exc) == expected


def failing(times: int, exc: Exception) -> Callable[[], str]:
    left = [exc] * times

    def ask() -> str:
        if left:
            raise left.pop()
        return "answer"

    return ask


def test_what_passes_is_sat_out() -> None:
    assert patiently(failing(3, refused(429)), HASTE) == "answer"


def test_the_server_says_how_long_to_wait() -> None:
    began = time.monotonic()
    assert patiently(failing(1, refused(503, retry_after="1")), HASTE) == "answer"
    assert 1 <= time.monotonic() - began < 2


def test_a_wait_that_is_too_long_is_not_waited_for() -> None:
    began = time.monotonic()
    assert attempts(refused(429, retry_after="46"), replace(HASTE, total=1000)) == 1
    assert attempts(refused(429, retry_after="40"), replace(HASTE, total=1)) == 1
    assert time.monotonic() - began < 1


def test_nobody_asks_for_ever() -> None:
    slow = replace(HASTE, attempts=1000, attempts_when_down=1000, backoff=0.05, total=0.3)
    began = time.monotonic()
    assert attempts(refused(503), slow) < 20
    assert time.monotonic() - began < 1


def test_a_zone_that_is_down_is_not_waited_for_as_long_as_a_limit() -> None:
    hurried = HASTE.giving_up_after(downs=2)
    assert attempts(refused(503), hurried) == 2
    assert attempts(refused(429), hurried) == 4


def test_a_listing_can_sit_out_the_limits_of_a_minute_and_a_probe_does_not_try() -> None:
    waits, wait = 0.0, LISTING.backoff
    for _ in range(LISTING.attempts - 1):
        waits, wait = waits + wait / 2, min(2 * wait, LISTING.longest_backoff)
    assert 45 < waits < LISTING.total
    assert PROBING.connect_timeout + PROBING.read_timeout < 15
    assert PROBING.total < ENTERING.total < LISTING.total

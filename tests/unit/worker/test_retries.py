from datetime import timedelta
from inspect import signature

import pytest

from application.use_cases.sync_credential import SyncCredential
from entrypoints.worker.retries import BASE_SECONDS, LONGEST_WAIT_SECONDS, seconds_before_retry


def wait_before_retry(
    retries: int = 0,
    *,
    retry_after: float | None = None,
    left: float | None = None,
    chance: float = 0.0,
) -> float | None:
    return seconds_before_retry(retries, retry_after=retry_after, left=left, chance=chance)


@pytest.mark.parametrize(("retries", "least"), [(0, 60), (1, 120), (2, 240)])
def test_each_try_waits_twice_as_long_as_the_one_before_and_a_little_by_chance(
    retries: int, least: float
) -> None:
    assert wait_before_retry(retries) == least
    assert wait_before_retry(retries, chance=1.0) == least * 1.25


def test_the_first_retry_comes_after_the_lease_of_the_try_that_broke_off() -> None:
    lease = signature(SyncCredential).parameters["lease_duration"].default
    assert lease <= timedelta(seconds=BASE_SECONDS)


def test_nobody_comes_back_sooner_than_asked() -> None:
    for chance in (0.0, 0.5, 1.0):
        wait = wait_before_retry(retry_after=400.0, chance=chance)
        assert wait is not None
        assert 400.0 <= wait <= 600.0


def test_a_short_request_to_wait_does_not_shorten_the_usual_wait() -> None:
    assert wait_before_retry(retry_after=1.0) == 60


def test_a_wait_beyond_what_the_broker_keeps_safe_is_left_to_the_schedule() -> None:
    too_long = LONGEST_WAIT_SECONDS + 1

    assert wait_before_retry(retry_after=too_long) is None


def test_nobody_waits_for_a_try_that_would_come_after_the_message_has_expired() -> None:
    assert wait_before_retry(left=61.0) == 60
    assert wait_before_retry(left=59.0) is None
    assert wait_before_retry(left=-1.0) is None

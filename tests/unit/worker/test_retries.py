import pytest

from entrypoints.worker.retries import LONGEST_WAIT_SECONDS, seconds_before_retry


def wait_before_retry(
    retries: int = 0,
    *,
    retry_after: float | None = None,
    left: float | None = None,
    chance: float = 0.0,
) -> float | None:
    return seconds_before_retry(retries, retry_after=retry_after, left=left, chance=chance)


@pytest.mark.parametrize(("retries", "longest"), [(0, 60), (1, 120), (2, 240)])
def test_each_try_waits_up_to_twice_as_long_as_the_one_before(retries: int, longest: float) -> None:
    assert wait_before_retry(retries) == longest
    assert wait_before_retry(retries, chance=1.0) == longest / 2


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

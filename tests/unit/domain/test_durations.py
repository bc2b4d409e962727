from datetime import timedelta

import pytest

from domain.durations import in_words


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(seconds=-5), "0 seconds"),
        (timedelta(seconds=0.4), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=119), "119 seconds"),
        (timedelta(seconds=120), "2 minutes"),
        (timedelta(minutes=119, seconds=59), "119 minutes"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
    ],
)
def test_a_duration_is_told_in_units_that_still_say_enough(duration: timedelta, words: str) -> None:
    assert in_words(duration) == words

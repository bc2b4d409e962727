"""How long Azure asks us to wait."""

from collections.abc import Mapping

import pytest

from adapters.azure.waiting import asked_wait

SENT = "Sun, 22 Nov 2026 14:00:00 GMT"
COSTS = "x-ms-ratelimit-microsoft.costmanagement-{}-retry-after"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Content-Type": "application/json"}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"Retry-After": "Sun, 22 Nov 2026 14:01:30 GMT", "Date": SENT}, 90.0),
        ({"Retry-After": "Sun, 22 Nov 2026 13:00:00 GMT", "Date": SENT}, 0.0),
        ({"Retry-After": "Sun, 22 Nov 2026 14:01:30 GMT"}, None),
        ({"Retry-After": "Sun, 22 Nov 2026 14:01:30 -0000", "Date": SENT}, 90.0),
        ({"Retry-After": "Sun, 22 Nov 2026 14:01:30 +99999999999999", "Date": SENT}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "²"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, None),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"x-ms-retry-after-ms": "250"}, 0.25),
        ({COSTS.format("entity"): "9"}, 9.0),
        ({COSTS.format("qpu"): "3", COSTS.format("tenant"): "31", "Retry-After": "5"}, 31.0),
        ({"X-Ms-RateLimit-Remaining-Subscription-Reads": "11999"}, None),
    ],
)
def test_the_longest_wait_of_all_that_are_asked_for_counts(
    headers: Mapping[str, str], seconds: float | None
) -> None:
    assert asked_wait(headers) == seconds

"""What a process keeps in memory does not grow without end."""

from dataclasses import replace

from adapters.pacing.local import LocalPacing
from domain.accounts import Provider
from domain.pacing import ApiCall

CALL = ApiCall(provider=Provider.GCP, account_id="p", api="compute.instances.list")


def test_buckets_that_are_full_again_are_forgotten() -> None:
    hours = [0.0]
    pacing = LocalPacing(now=lambda: 3600 * hours[0])
    for number in range(5000):
        hours[0] = number
        pacing.wait(replace(CALL, account_id=f"project-{number}"))
    assert len(pacing._buckets) <= 1000


def test_a_pause_is_not_forgotten() -> None:
    pacing = LocalPacing(now=lambda: 0.0)
    pacing.throttled(CALL, retry_after=600)
    for number in range(2000):
        pacing.wait(replace(CALL, account_id=f"project-{number}"))
    assert pacing._buckets["gcp:p:global:compute.list"].opens == 600

"""Killing what works on a resource at a moment that is known: the provider waits just then."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from domain.provisioning import ResourceId, RunAction
from tests.integration.terraform.everywhere.estate import Estate
from tests.integration.terraform.site import kill
from tests.integration.terraform.test_crashes import killed_terraform
from tests.waiting import soon

SLOW = 10.0
"""Seconds for which an operation is not answered: nobody lives to wait for them."""


@contextmanager
def slow(estate: Estate, operation: str, seconds: float = SLOW) -> Iterator[None]:
    """Let Terraform wait for the answer to *operation*, which the cloud has carried out."""
    estate.site.trouble(delays={operation: seconds})
    try:
        yield
    finally:
        estate.site.trouble()


def kill_all(
    estate: Estate, resource_id: ResourceId, action: RunAction, *, when: Callable[[], bool]
) -> None:
    """Let a worker begin, or go on, and kill it and its Terraform as soon as *when* holds."""
    estate.expire_leases()
    worker = estate.worker(action, resource_id)
    soon(when)
    kill(worker)
    killed_terraform(estate.site, resource_id)


def has(estate: Estate, resource_id: ResourceId, part: str) -> Callable[[], bool]:
    """Tell, whenever it is asked, whether the cloud has something with *part* in its id."""
    return lambda: any(part in each for each in estate.cloud(resource_id))


def kill_while_made(estate: Estate, resource_id: ResourceId, made: str, part: str) -> None:
    """Kill all when the cloud has the object of the type *made*, which no state knows yet."""
    with slow(estate, f"{made}.create"):
        kill_all(estate, resource_id, RunAction.PROVISION, when=has(estate, resource_id, part))
    assert not any(part in each for each in estate.known(resource_id))


def next_worker(estate: Estate, action: RunAction, resource_id: ResourceId) -> None:
    """Let the lease of who was killed run out, and another one work to the end."""
    estate.expire_leases()
    estate.site.go_on(action, resource_id)

"""How a refusal is scripted, and how a resource is to be after one and after a retry."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain.provisioning import ResourceId, ResourceStatus, RunStatus
from tests.integration.terraform.everywhere.estate import Estate

QUOTA = "QuotaExceeded: 4 of 4 are in use"


@contextmanager
def refusing(estate: Estate, *operations: str) -> Iterator[None]:
    """Let the cloud refuse *operations*, such as "aws_vpc.create"."""
    estate.site.trouble(failures=dict.fromkeys(operations, QUOTA))
    try:
        yield
    finally:
        estate.site.trouble()


def failed(estate: Estate, resource_id: ResourceId, words: str = QUOTA) -> None:
    """It failed, in one sentence that has the cloud's own words, and the log says the same."""
    run = estate.site.run(resource_id)
    assert estate.site.resource(resource_id).status is ResourceStatus.FAILED
    assert (run.status, run.leaks) == (RunStatus.ERRORED, ())
    assert run.error is not None and words in run.error
    assert len(run.error.splitlines()) == 1 and run.error.endswith(".")
    assert words in estate.site.said(resource_id)


def is_as_asked(estate: Estate, resource_id: ResourceId) -> None:
    """The resource is active, the cloud has each object once, and the state knows just those."""
    assert estate.site.resource(resource_id).status is ResourceStatus.ACTIVE, estate.site.run(
        resource_id
    )
    assert estate.cloud(resource_id) == estate.known(resource_id) != []
    assert estate.site.no_process_left(resource_id)


def is_gone(estate: Estate, resource_id: ResourceId) -> None:
    """The resource is destroyed, and the cloud has nothing of it."""
    status = estate.site.resource(resource_id).status
    assert status is ResourceStatus.DESTROYED, estate.site.run(resource_id)
    assert estate.cloud(resource_id) == estate.known(resource_id) == []
    assert estate.site.no_process_left(resource_id)

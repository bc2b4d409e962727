"""Tasks of the queue `terraform`.

They may take long: Terraform waits for the cloud. A message that is held for longer than the
broker hides it from other workers would be handed out twice, so a task stops watching before.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from celery.exceptions import SoftTimeLimitExceeded

from domain.provisioning import ResourceId
from entrypoints.worker.tasks.base import Outcome

if TYPE_CHECKING:
    from application.terraform_work import RunReport
    from entrypoints.bootstrap.container import Container

SOFT_TIME_LIMIT: Final = 3000
"""Seconds after which a task leaves Terraform alone at its work; another task goes on with it."""
TIME_LIMIT: Final = 3300
"""Seconds after which its process is killed; Terraform is not."""

_LEFT_RUNNING: Final = "left_running"


def provision_resource(container: "Container", resource_id: int) -> Outcome:
    """Build a resource, or go on building it."""
    from application.use_cases.provision_resource import (  # noqa: PLC0415 - loads pydantic
        ProvisionResourceRequest,
    )

    request = ProvisionResourceRequest(resource_id=ResourceId(resource_id))
    return _outcome(lambda: container.provision_resource()(request), resource_id)


def destroy_resource(container: "Container", resource_id: int) -> Outcome:
    """Take a resource down, or go on with it."""
    from application.use_cases.destroy_resource import (  # noqa: PLC0415 - loads pydantic
        DestroyResourceRequest,
    )

    request = DestroyResourceRequest(resource_id=ResourceId(resource_id))
    return _outcome(lambda: container.destroy_resource()(request), resource_id)


def tidy_workspaces(container: "Container") -> Outcome:
    """Remove what runs that ended have left where Terraform worked."""
    return container.tidy_workspaces()().as_dict()


def _outcome(work: Callable[[], "RunReport"], resource_id: int) -> Outcome:
    """Return what *work* reports; after its time the lease is given back and Terraform goes on."""
    try:
        return work().as_dict()
    except SoftTimeLimitExceeded:
        return {"resource_id": resource_id, "outcome": _LEFT_RUNNING}

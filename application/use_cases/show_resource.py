"""Show one resource with everything that happened to it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from application.owning import resource_for, user_asking
from application.ports.provisioning import ManagedObject, TerraformOutput
from application.ports.secret_box import SecretBox
from application.ports.unit_of_work import OpenUnitOfWork
from application.use_cases.list_resources import ResourceOverview, overview
from domain.inventory import Json
from domain.leases import Holding, terraform_lease
from domain.provisioning import ResourceId, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowResourceRequest:
    """Which resource to show, and whether with what is sensitive."""

    resource_id: ResourceId
    reveal: bool = False
    user_email: str | None = None
    """Whose it must be; None: an operator asks, who may have everybody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceStory:
    """One resource, its runs, its objects and its outputs."""

    overview: ResourceOverview
    runs: Sequence[Run]
    """The oldest first."""
    objects: Sequence[ManagedObject]
    """What the newest state says exists, by address."""
    output: TerraformOutput
    sensitive: Mapping[str, Json] | None
    """Sensitive outputs; None unless they were asked for."""
    worked_on_by: Holding | None
    """Who works on it at the moment; None if nobody does."""


class ShowResource:
    """Show one resource; what is sensitive of its outputs only to who asks for it."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork, secret_box: SecretBox) -> None:
        self._unit_of_work = unit_of_work
        self._secret_box = secret_box

    def __call__(self, request: ShowResourceRequest) -> ResourceStory:
        """Return everything known of the resource.

        Raises:
            NotFound: this user has no such resource, or there is no such user.
            Rejected: what is sensitive cannot be opened.
        """
        with self._unit_of_work() as work:
            user = user_asking(work, request.user_email)
            resource = resource_for(work, user, request.resource_id)
            runs = work.runs.of_resource(resource.id)
            items = work.resources.main_objects([resource.id]).get(resource.id, ())
            objects = work.states.objects(resource.id)
            output = work.resources.output(resource.id)
            worker = work.leases.holding(terraform_lease(resource.id))
            sealed = work.resources.sensitive_outputs(resource.id) if request.reveal else None
        sensitive = json.loads(self._secret_box.open(sealed).reveal()) if sealed else {}
        return ResourceStory(
            overview=overview(resource, runs[-1] if runs else None, items, built=bool(objects)),
            runs=runs,
            objects=objects,
            output=output,
            sensitive=sensitive if request.reveal else None,
            worked_on_by=worker,
        )

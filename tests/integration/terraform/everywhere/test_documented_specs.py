"""What the reference shows as examples can be built in the sandbox as it stands."""

from typing import Any

import yaml

from application.use_cases.request_resource import RequestResourceRequest
from domain.inventory import ResourceKind
from domain.provisioning import ResourceStatus, RunAction
from tests.docs.markdown import blocks, read, sections
from tests.integration.terraform.everywhere.estate import Estate
from tests.integration.terraform.site import EMAIL

CREDENTIALS = {"aws": "main", "azure": "azure", "gcp": "gcp"}


def examples() -> dict[ResourceKind, dict[str, Any]]:
    """The one of each kind; the resource group first, in which another one is to be."""
    page = sections(read("docs/reference/specs.md"))
    kinds = sorted(ResourceKind, key=lambda kind: kind is not ResourceKind.AZURE_RESOURCE_GROUP)
    return {kind: an_example(page[f"`{kind}`"]) for kind in kinds}


def an_example(section: str) -> dict[str, Any]:
    written = blocks(section, "json") + blocks(section, "yaml")  # JSON is YAML too
    (spec,) = map(yaml.safe_load, written)
    return dict(spec)


def test_every_example_of_the_reference_is_built_in_the_sandbox(estate: Estate) -> None:
    trouble = {}
    for kind, spec in examples().items():
        credential = CREDENTIALS[kind.provider.value]
        request = RequestResourceRequest(user_email=EMAIL, credential_name=credential, spec=spec)
        resource_id = estate.site.container.request_resource()(request).resource.id
        built = estate.site.go_on(RunAction.PROVISION, resource_id)
        if built.status is not ResourceStatus.ACTIVE:
            trouble[kind] = estate.site.run(resource_id).error
    assert trouble == {}

"""Every module plans what was asked for, and makes what the inventory expects to see.

To plan, Terraform first validates: what its `validate` would find, it finds here too.
"""

from collections.abc import Iterator, Mapping

import pytest

from domain.accounts import Provider
from domain.inventory import ObservedResource, ResourceKind
from domain.specs.base import Spec
from tests.integration.terraform.modules_rig import Workshop, opened
from tests.integration.terraform.provider_rig import INSTALLATION
from tests.integration.terraform.wishes import LEAST, MOST, Wish

OURS = {
    "managed-by": "multi-cloud",
    "multi-cloud-resource-id": "12",
    "multi-cloud-installation": INSTALLATION,
}
SPECIAL_MARKS: dict[ResourceKind, dict[str, str]] = {
    ResourceKind.AWS_EC2_INSTANCE: {**OURS, "multi-cloud-address": "aws_instance.this"},
    ResourceKind.AWS_VPC: {**OURS, "multi-cloud-address": "aws_vpc.this"},
    ResourceKind.GCP_NETWORK: {},
}
"""EC2 gives its objects their ids, so a tag says which is which; networks carry no labels."""


@pytest.fixture(scope="module")
def workshops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[Provider, Workshop]]:
    """One workshop for each cloud, empty."""
    folder = tmp_path_factory.mktemp
    with (
        opened(Provider.AWS, folder("aws")) as aws,
        opened(Provider.AZURE, folder("azure")) as azure,
        opened(Provider.GCP, folder("gcp")) as gcp,
    ):
        yield {Provider.AWS: aws, Provider.AZURE: azure, Provider.GCP: gcp}


@pytest.mark.parametrize("wish", MOST, ids=str)
def test_terraform_plans_to_make_what_was_asked_for_and_nothing_else(
    workshops: Mapping[Provider, Workshop], wish: Wish
) -> None:
    planned = workshops[wish.spec.provider].quick_bench(wish.name, wish.spec).run("plan")
    assert planned.problems == []
    assert planned.planned == dict.fromkeys(wish.made, "create")


@pytest.mark.parametrize("wish", LEAST, ids=str)
def test_what_is_made_is_what_the_inventory_expects_to_see(
    workshops: Mapping[Provider, Workshop], wish: Wish
) -> None:
    workshop, spec = workshops[wish.spec.provider], wish.spec
    rig = workshop.bench(wish.name, spec)
    applied = rig.run("apply", "-auto-approve")
    assert applied.problems == []
    assert {each["hook"]["resource"]["addr"] for each in applied.all("apply_complete")} == wish.made
    outputs = applied.all("outputs")[-1]["outputs"]
    seen = seen_of(workshop, spec, str(outputs["id"]["value"]))
    expected = spec.expectation()
    assert expected.status is None or seen.status in expected.status
    assert seen.attributes == {**seen.attributes, **expected.attributes}
    assert seen.tags == {**expected.tags, **SPECIAL_MARKS.get(spec.resource_kind, OURS)}


def seen_of(workshop: Workshop, spec: Spec, identity: str) -> ObservedResource:
    """Return what the inventory sees of the object that the module calls its main one."""
    found = [
        each for each in workshop.seen(spec.resource_kind) if each.external_id == identity.lower()
    ]
    assert len(found) == 1, identity
    return found[0]

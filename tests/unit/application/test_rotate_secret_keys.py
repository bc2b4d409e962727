"""What Terraform knows is brought under the newest key like the keys of credentials."""

import pytest

from adapters.fakes.secret_box import FakeSecretBox
from application.ports.provisioning import StoredState, TerraformOutput
from application.ports.secret_box import SecretBox, SecretText
from application.use_cases.rotate_secret_keys import RotateSecretKeys, RotateSecretKeysReport
from domain.accounts import Credential
from domain.provisioning import Resource
from tests.contract.provisioning_builders import (
    LINEAGE,
    add_resource,
    become,
)
from tests.contract.terraform_archive_contract import GONE
from tests.unit.application.world import World

OLD = FakeSecretBox("old")


@pytest.fixture
def owner(world: World) -> Credential:
    """Somebody whose own key is sealed with the older key."""
    credential = world.a_credential()
    with world.unit_of_work() as work:
        work.credentials.replace_secret(credential.id, OLD.seal(SecretText("key")))
        work.commit()
    return credential


def a_resource(world: World, owner: Credential, name: str, *, box: SecretBox = OLD) -> Resource:
    """A resource with a sensitive output and two versions of its state, sealed in *box*."""
    resource = add_resource(world.unit_of_work, owner, name=name)
    output = TerraformOutput(logs=("done",))
    with world.unit_of_work() as work:
        work.resources.save_output(
            resource.id, output, sensitive=box.seal(SecretText(f"output of {name}"))
        )
        for serial in (1, 2):
            sealed = box.seal(SecretText(f"state {serial} of {name}"))
            state = StoredState(lineage=LINEAGE, serial=serial, sealed=sealed, lock_file=None)
            work.states.put(resource.id, state, [], at=world.clock.now())
        work.commit()
    return resource


def rotate(world: World, *keys: str) -> RotateSecretKeysReport:
    box = FakeSecretBox(*keys)
    return RotateSecretKeys(unit_of_work=world.unit_of_work, secret_box=box, page_size=2)()


def opened(world: World, resource: Resource, box: SecretBox) -> list[str]:
    """Open everything that is sealed of the resource."""
    with world.unit_of_work() as work:
        output = work.resources.sensitive_outputs(resource.id)
        states = [version.sealed for version in work.states.versions(resource.id)]
    return [box.open(sealed).reveal() for sealed in (output, *states) if sealed]


def test_every_state_and_output_opens_with_the_newest_key_alone(
    world: World, owner: Credential
) -> None:
    names = ["a", "b", "c", "d", "e"]
    resources = [a_resource(world, owner, name) for name in names]
    become(world.unit_of_work, resources[0], *GONE)
    report = rotate(world, "new", "old")
    assert (report.resealed, report.complete) == (1 + 3 * len(names), True)
    assert report.as_dict() == {"resealed": 16, "unreadable": 0}
    for name, resource in zip(names, resources, strict=True):
        expected = [f"output of {name}", f"state 2 of {name}", f"state 1 of {name}"]
        assert opened(world, resource, FakeSecretBox("new")) == expected


def test_a_resource_without_anything_sealed_is_no_trouble(world: World, owner: Credential) -> None:
    add_resource(world.unit_of_work, owner)
    report = rotate(world, "new", "old")
    assert (report.resealed, report.complete) == (1, True)


def test_a_resource_that_no_key_opens_is_named_and_stops_no_other(
    world: World, owner: Credential
) -> None:
    lost = a_resource(world, owner, "lost", box=FakeSecretBox("lost"))
    kept = a_resource(world, owner, "kept")
    report = rotate(world, "new", "old")
    assert (report.resealed, report.unreadable_resources) == (4, (lost.id,))
    assert (report.complete, report.as_dict()["unreadable"]) == (False, 1)
    assert len(opened(world, kept, FakeSecretBox("new"))) == 3
    assert len(opened(world, lost, FakeSecretBox("lost"))) == 3

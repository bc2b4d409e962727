"""Whatever is logged deep inside of some work can say whose it is."""

from collections.abc import Iterator
from typing import Any

import pytest

from adapters.fakes.clouds import FakeCloud
from application.subject import piece_of_work, subject
from domain.accounts import AccountId
from domain.inventory import ObservedResource, ResourceKind, Scope
from tests.builders import IRELAND, OHIO, VPC
from tests.unit.application.building import Building
from tests.unit.application.test_update_provider_health import update_health
from tests.unit.application.world import World


class ListeningCloud(FakeCloud):
    """Notes what its callers say that they are about."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[dict[str, Any]] = []

    def account_id(self) -> AccountId:
        self.heard.append(dict(subject()))
        return super().account_id()

    def list_resources(self, scope: Scope) -> Iterator[ObservedResource]:
        self.heard.append(dict(subject()))
        return iter(())

    def probe_kind(self, kind: ResourceKind) -> None:
        self.heard.append(dict(subject()))


@pytest.fixture
def cloud() -> ListeningCloud:
    return ListeningCloud()


def test_the_threads_of_a_sync_know_its_task_and_its_run(
    world: World, cloud: ListeningCloud
) -> None:
    cloud.open(VPC, IRELAND, OHIO)
    credential = world.a_credential(cloud=cloud)
    with piece_of_work(task_id="t"):
        report = world.sync(credential)
    assert report.run is not None
    assert len(cloud.heard) == 1 + 2
    assert all(heard == {"task_id": "t", "run_id": report.run.id} for heard in cloud.heard)


def test_the_threads_of_a_round_of_checks_know_their_own_credential(world: World) -> None:
    clouds = [ListeningCloud() for _ in range(3)]
    credentials = [world.a_credential(cloud=cloud) for cloud in clouds]
    with piece_of_work(task_id="t"):
        update_health(world)
        assert dict(subject()) == {"task_id": "t"}
    for credential, cloud in zip(credentials, clouds, strict=True):
        ids = {"credential_id": credential.id, "user_id": credential.user_id}
        assert cloud.heard
        assert all(heard == {"task_id": "t", **ids} for heard in cloud.heard)


def test_work_on_a_resource_knows_its_run_its_user_and_its_credential() -> None:
    building = Building()
    requested = building.request()
    with piece_of_work():
        building.provision(requested.resource.id)
        assert dict(subject()) == {
            "user_id": building.credential.user_id,
            "credential_id": building.credential.id,
            "run_id": requested.run.id,
        }

"""What a run of Terraform changed in the cloud is looked at as soon as the run has ended."""

from itertools import count

import pytest

from adapters.fakes.clouds import FakeCloud
from application.use_cases.disable_credential import DisableCredential, DisableCredentialRequest
from domain.inventory import ItemState, Management
from domain.jobs import JobRecord, JobStatus, Urgency
from domain.provisioning import ResourceId, RunStatus
from tests.builders import IRELAND, a_resource
from tests.builders import VPC as VPC_KIND
from tests.unit.application.background import deliver
from tests.unit.application.building import LEASE, VPC, Building, WorkerKilled


@pytest.fixture
def building() -> Building:
    return Building()


@pytest.fixture
def cloud(building: Building) -> FakeCloud:
    return building.world.clouds.connect(building.credential.id, FakeCloud())


def wish(building: Building) -> JobRecord | None:
    """Return the next sync, if the workers are to do one as soon as they can."""
    job = building.world.job(building.credential)
    waits = job is not None and job.status is JobStatus.QUEUED
    return job if waits else None


def synced(building: Building) -> None:
    """Do the sync that was asked for, as a worker does."""
    asked = wish(building)
    assert asked is not None
    deliver(building.world, building.credential, asked.message_id)
    assert wish(building) is None


def seen(building: Building, cloud: FakeCloud, resource_id: ResourceId) -> str:
    """Have the cloud list what was built; return how it calls it."""
    cloud_id = building.known(resource_id)[VPC]
    cloud.put(VPC_KIND, IRELAND, a_resource(cloud_id))
    return cloud_id


def test_what_was_built_is_looked_at_at_once(building: Building, cloud: FakeCloud) -> None:
    resource = building.built()
    cloud_id = seen(building, cloud, resource.id)
    asked = wish(building)
    assert asked is not None
    assert (asked.urgency, asked.due_at) == (Urgency.ASKED, building.world.clock.now())
    synced(building)
    item = building.world.items(building.credential)[cloud_id]
    assert (item.management, item.resource_id) == (Management.MANAGED, resource.id)


def test_what_was_destroyed_is_looked_at_at_once_and_deleted_with_proof_only(
    building: Building, cloud: FakeCloud
) -> None:
    resource = building.built()
    cloud_id = seen(building, cloud, resource.id)
    synced(building)
    building.request_destruction(resource.id)
    building.destroy(resource.id)
    cloud.remove(VPC_KIND, IRELAND, cloud_id)
    synced(building)
    assert building.world.items(building.credential)[cloud_id].state is ItemState.MISSING
    building.world.sync(building.credential)
    assert building.world.items(building.credential)[cloud_id].state is ItemState.DELETED


def test_an_apply_that_failed_half_way_is_looked_at_too(building: Building) -> None:
    resource_id = building.request().resource.id
    building.terraform(resource_id).broken[VPC] = "VpcLimitExceeded"
    building.provision(resource_id)
    assert building.run(resource_id).status is RunStatus.ERRORED
    assert wish(building) is not None


def test_a_run_that_never_came_to_an_apply_changed_nothing(building: Building) -> None:
    resource_id = building.request().resource.id
    building.cancel(resource_id)
    building.provision(resource_id)
    assert building.run(resource_id).status is RunStatus.CANCELED
    assert wish(building) is None


def test_a_sync_that_is_under_way_may_have_passed_by_and_is_followed_by_another(
    building: Building,
) -> None:
    resource = building.built()
    running = known(building).begun(at=building.world.clock.now())
    save(building, running)
    building.request_destruction(resource.id)
    building.destroy(resource.id)
    assert wish(building) is None
    told = running.with_wishes_of(known(building))
    save(building, told.succeeded(at=building.world.clock.now(), by=running.message_id))
    assert wish(building) is not None


def known(building: Building) -> JobRecord:
    job = building.world.job(building.credential)
    assert job is not None
    return job


def save(building: Building, job: JobRecord) -> None:
    with building.world.unit_of_work() as work:
        work.jobs.save(job)
        work.commit()


def test_nobody_looks_with_a_credential_that_was_disabled_meanwhile(building: Building) -> None:
    resource_id = building.request().resource.id
    killed_while_applying(building, resource_id)
    DisableCredential(unit_of_work=building.world.unit_of_work, clock=building.world.clock)(
        DisableCredentialRequest(user_email=building.email, name=building.credential.name.text)
    )
    building.provision(resource_id)
    assert building.run(resource_id).status is RunStatus.APPLIED
    assert wish(building) is None


def killed_while_applying(building: Building, resource_id: ResourceId) -> None:
    lives = count()
    while building.run(resource_id).status is not RunStatus.APPLYING:
        building.lives = next(lives)
        with pytest.raises(WorkerKilled):
            building.provision(resource_id)
        building.world.clock.advance(LEASE)
    building.lives = None


def test_the_wish_and_the_end_of_the_run_are_one(building: Building) -> None:
    """Wherever the worker dies, a run that has ended has its sync, and no other has."""
    resource_id = building.request().resource.id
    for lives in range(100):
        building.lives = lives
        try:
            building.provision(resource_id)
        except WorkerKilled:
            ended = not building.run(resource_id).status.active
            assert ended is (wish(building) is not None)
            building.world.clock.advance(LEASE)
        else:
            break
    assert building.run(resource_id).status is RunStatus.APPLIED
    assert wish(building) is not None

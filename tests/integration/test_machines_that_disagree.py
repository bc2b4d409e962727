"""Two machines on one database, and the clock of one is off by days: the database's time counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.fakes.clock import FakeClock
from adapters.fakes.clouds import FakeCloud, FakeClouds
from adapters.fakes.job_queue import FakeJobQueue
from adapters.secrets.box import new_key
from application.ports.inventory import InventoryFilter
from application.run_requests import RequestedRun
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.request_resource import RequestResourceRequest
from application.use_cases.retry_resource import RetryResourceRequest
from application.use_cases.sync_credential import SyncCredentialRequest
from application.use_cases.update_provider_health import UpdateProviderHealthRequest
from domain.accounts import Credential
from domain.inventory import ItemState
from domain.provisioning import RunStatus
from entrypoints.bootstrap.container import Container, build_container
from entrypoints.bootstrap.settings import Settings
from tests.builders import INSTANCE, IRELAND, a_resource

ANN = "ann@example.org"
NAME = "main"
KEYS = {"access_key_id": "AKIATESTTESTTESTTEST", "secret_access_key": "not-asked-for"}
A_DAY = timedelta(days=1)
LONG_AGO = timedelta(days=1000)
"""More than anything is kept."""
SOON = timedelta(minutes=1)


@pytest.fixture
def settings(migrated_database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database=SecretStr(migrated_database_url),
        secret_key=SecretStr(new_key().reveal()),
        data_dir=tmp_path,
    )


@pytest.fixture
def clouds() -> FakeClouds:
    return FakeClouds()


@contextmanager
def a_machine(
    settings: Settings, clouds: FakeClouds, *, ahead: timedelta = timedelta(0)
) -> Iterator[Container]:
    """Run the service where the clock is off by *ahead*; its messages are all lost."""
    service = build_container(settings)
    service.clouds.override(clouds)
    service.clock.override(FakeClock(datetime.now(UTC) + ahead))
    service.job_queue.override(FakeJobQueue())
    service.recovery_patience.override(timedelta(0))
    try:
        yield service
    finally:
        service.shutdown_resources()


@pytest.fixture
def right(settings: Settings, clouds: FakeClouds) -> Iterator[Container]:
    with a_machine(settings, clouds) as service:
        yield service


@pytest.fixture
def cloud() -> FakeCloud:
    cloud = FakeCloud()
    cloud.put(INSTANCE, IRELAND, *(a_resource(f"i-{number}") for number in range(5)))
    return cloud


@pytest.fixture
def credential(right: Container, clouds: FakeClouds, cloud: FakeCloud) -> Credential:
    right.add_user()(AddUserRequest(email=ANN))
    added = right.add_credential()(
        AddCredentialRequest(user_email=ANN, provider="aws", name=NAME, document=KEYS)
    )
    clouds.connect(added.id, cloud)
    return added


def sync(service: Container, credential: Credential) -> None:
    service.sync_credential()(
        SyncCredentialRequest(user_id=credential.user_id, credential_id=credential.id)
    )


def remembered_changes(service: Container) -> int:
    with service.unit_of_work() as work:
        return len(work.inventory.changes(limit=1000))


def ask_for_a_bucket(service: Container) -> RequestedRun:
    spec = {"kind": "aws_s3_bucket", "name": "a-bucket-of-ann", "region": "eu-west-1"}
    return service.request_resource()(
        RequestResourceRequest(user_email=ANN, credential_name=NAME, spec=spec)
    )


def seconds_from_now(service: Container, moment: datetime) -> float:
    with service.unit_of_work() as work:
        return abs((work.now() - moment).total_seconds())


@pytest.mark.usefixtures("credential")
def test_a_run_that_was_asked_for_where_it_is_tomorrow_already_is_recovered_as_soon_as_any(
    settings: Settings, clouds: FakeClouds, right: Container
) -> None:
    with a_machine(settings, clouds, ahead=A_DAY) as early:
        requested = ask_for_a_bucket(early)

    assert seconds_from_now(right, requested.run.queued_at) < SOON.total_seconds()
    assert right.recover_runs()().runs == 1


@pytest.mark.usefixtures("credential")
def test_a_run_that_is_retried_where_it_is_tomorrow_already_is_recovered_as_soon_as_any(
    settings: Settings, clouds: FakeClouds, right: Container
) -> None:
    first = ask_for_a_bucket(right)
    with right.unit_of_work() as work:
        work.runs.save(first.run.moved_to(RunStatus.CANCELED, at=work.now()))
        work.commit()
    with a_machine(settings, clouds, ahead=A_DAY) as early:
        retry = RetryResourceRequest(resource_id=first.resource.id)
        again = early.retry_resource()(retry)

    assert seconds_from_now(right, again.run.queued_at) < SOON.total_seconds()
    assert right.recover_runs()().runs == 1


@pytest.mark.usefixtures("credential")
@pytest.mark.parametrize("days", [-1, 1])
def test_a_machine_whose_clock_is_off_is_no_more_and_no_less_patient_with_a_run(
    settings: Settings, clouds: FakeClouds, right: Container, days: int
) -> None:
    ask_for_a_bucket(right)
    with a_machine(settings, clouds, ahead=days * A_DAY) as off:
        assert off.recover_runs()().runs == 1
        off.recovery_patience.override(timedelta(hours=1))
        assert off.recover_runs()().runs == 0


def test_what_is_young_outlives_a_clean_up_where_it_is_years_later_already(
    settings: Settings,
    clouds: FakeClouds,
    right: Container,
    credential: Credential,
    cloud: FakeCloud,
) -> None:
    for number in range(3):
        sync(right, credential)
        cloud.remove(INSTANCE, IRELAND, f"i-{number}")
    before = remembered_changes(right)
    assert before

    with a_machine(settings, clouds, ahead=LONG_AGO) as early:
        assert set(early.clean_up_old_logs()().forgotten.values()) == {0}
    assert remembered_changes(right) == before


def test_what_was_written_down_where_it_is_years_ago_still_is_not_old(
    settings: Settings,
    clouds: FakeClouds,
    right: Container,
    credential: Credential,
    cloud: FakeCloud,
) -> None:
    with a_machine(settings, clouds, ahead=-LONG_AGO) as late:
        sync(late, credential)
        cloud.remove(INSTANCE, IRELAND, "i-0")
        for _ in range(3):
            sync(late, credential)
        gone = [state for _, state in states(right, credential) if state is ItemState.DELETED]
    assert gone

    assert set(right.clean_up_old_logs()().forgotten.values()) == {0}
    assert remembered_changes(right)


def states(service: Container, credential: Credential) -> list[tuple[str, ItemState]]:
    with service.unit_of_work() as work:
        chosen = InventoryFilter(credential_id=credential.id, states=frozenset(ItemState))
        found = work.inventory.page(chosen, after=None, limit=100)
    return [(item.resource.external_id, item.state) for item in found]


@pytest.mark.parametrize("days", [-1, 1])
def test_a_credential_that_is_added_where_the_clock_is_off_is_new_and_not_stale(
    settings: Settings, clouds: FakeClouds, right: Container, days: int
) -> None:
    right.add_user()(AddUserRequest(email=ANN))
    with a_machine(settings, clouds, ahead=days * A_DAY) as off:
        added = off.add_credential()(
            AddCredentialRequest(user_email=ANN, provider="aws", name=NAME, document=KEYS)
        )

    assert seconds_from_now(right, added.created_at) < SOON.total_seconds()


def test_a_credential_that_was_checked_where_it_is_tomorrow_already_is_checked_again_today(
    settings: Settings, clouds: FakeClouds, right: Container, credential: Credential
) -> None:
    everything = UpdateProviderHealthRequest()
    with a_machine(settings, clouds, ahead=A_DAY) as early:
        assert early.update_provider_health()(everything).checked == 1
        assert early.update_provider_health()(everything).checked == 0
    with right.unit_of_work() as work:
        health = work.health.get(credential.id)
    assert health is not None
    assert seconds_from_now(right, health.checked_at) < SOON.total_seconds()

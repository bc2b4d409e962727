import socket
from typing import Any, NoReturn

import pytest
from dependency_injector import containers, providers
from pydantic import SecretStr

from adapters.fakes.sync_observer import RecordingObserver
from application.use_cases.add_user import AddUser
from entrypoints.bootstrap.container import Container, build_container
from entrypoints.bootstrap.errors import SettingsError
from entrypoints.bootstrap.settings import Settings

BUILT = [providers.Factory, providers.BaseSingleton, providers.Resource]
"""Sorts of provider that build; a `Callable` of the container acts, with I/O."""


@pytest.fixture
def settings() -> Settings:
    return Settings(
        database=SecretStr("postgresql://nobody@127.0.0.1:1/nothing"),
        broker=SecretStr("redis://127.0.0.1:1/0"),
    )


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("Building must not do I/O.")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def build_everything(container: containers.Container) -> list[str]:
    """Build every provider there is; return the names of those that do not build."""
    broken = []
    for name, provider in container.providers.items():
        if isinstance(provider, tuple(BUILT)):
            try:
                provider()
            except TypeError:
                broken.append(name)
    return broken


@pytest.mark.usefixtures("no_network")
def test_every_provider_can_be_built_without_any_input_or_output(settings: Settings) -> None:
    container = build_container(settings)
    assert build_everything(container) == []
    assert len(list(container.traverse(types=BUILT))) > 30
    container.shutdown_resources()


def test_a_misspelt_keyword_would_be_caught_by_building(settings: Settings) -> None:
    class Misspelt(Container):
        add_user: providers.Provider[AddUser] = providers.Factory(AddUser, unit_of_wrok=None)

    assert build_everything(Misspelt(settings=settings)) == ["add_user"]


def test_each_process_has_one_clock_one_box_and_one_identity(settings: Settings) -> None:
    container = build_container(settings)
    assert container.clock() is container.clock()
    assert container.secret_box() is container.secret_box()
    assert container.holder() == container.holder()
    assert build_container(settings).holder() != container.holder()


def test_every_unit_of_work_is_fresh(settings: Settings) -> None:
    container = build_container(settings)
    assert container.unit_of_work() is not container.unit_of_work()
    container.shutdown_resources()


def test_who_watches_syncs_is_chosen_per_container(settings: Settings) -> None:
    observer = RecordingObserver()
    assert build_container(settings, observer=observer).sync_observer() is observer
    assert build_container(settings).sync_observer() is not observer


def test_what_is_not_configured_is_missed_only_by_those_who_need_it() -> None:
    container = build_container(Settings())
    container.secret_box()
    container.clouds()
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        container.unit_of_work()
    with pytest.raises(SettingsError, match="CELERY_BROKER_URL"):
        container.job_queue()


def test_what_opens_secrets_for_work_is_begun_with_the_right_key_only(settings: Settings) -> None:
    container = build_container(settings)
    begun_after = {
        name: provider.kwargs["first"]
        for name, provider in container.providers.items()
        if isinstance(provider, providers.Factory) and "first" in provider.kwargs
    }
    jobs: list[Any] = [container.sync_credential, container.update_cost_data]
    assert set(begun_after) == {
        "add_credential",
        "confirm_drift",
        "destroy_resource",
        "provision_resource",
        "update_provider_health",
    }
    taken_up_after = [job.args[0].kwargs["prove_key"] for job in jobs]
    assert {*begun_after.values(), *taken_up_after} == {container.key_proof}

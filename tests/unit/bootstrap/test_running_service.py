"""Whose database goes away because `multicloud up` stops is told so, and nobody else."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.embedded.folder_lock import FolderLock
from application.ports.errors import PortError, Rejected, Unavailable
from entrypoints.bootstrap.data_folder import CONNECTIONS, UP_LOCK
from entrypoints.bootstrap.errors import SettingsError
from entrypoints.bootstrap.running_service import noticing_its_end
from entrypoints.bootstrap.settings import Settings, load_settings

ADDRESSES = {"database_url": "postgresql://up/db", "broker_url": "redis://up/0"}
AWAY = Unavailable("PostgreSQL cannot be reached.", remedy="See that it runs.")


@contextmanager
def up_on(folder: Path) -> Iterator[None]:
    lock = FolderLock(folder / UP_LOCK)
    lock.acquire()
    (folder / CONNECTIONS).write_text(json.dumps(ADDRESSES))
    yield
    lock.release()


def stops(folder: Path) -> None:
    (folder / CONNECTIONS).unlink()  # the first that it does, long before its servers end


def told(settings: Settings, error: PortError, *, stopping: bool = True) -> str:
    """Return what a command says that meets *error*, maybe because the service has stopped."""
    try:
        with noticing_its_end(settings):
            if stopping:
                stops(settings.data_dir)
            raise error
    except PortError as said:
        return str(said)


def test_who_works_beside_a_service_that_stops_is_told_that_it_stopped(tmp_path: Path) -> None:
    with up_on(tmp_path):
        assert told(load_settings(tmp_path), AWAY) == (
            f"The `multicloud up` that ran on {tmp_path} has stopped, and this command works on "
            "its servers. Start it again with `multicloud up`, then try again."
        )


def test_while_the_service_runs_its_own_trouble_is_told(tmp_path: Path) -> None:
    with up_on(tmp_path):
        assert told(load_settings(tmp_path), AWAY, stopping=False) == str(AWAY)


def test_who_uses_servers_of_their_own_is_told_of_those(tmp_path: Path) -> None:
    with up_on(tmp_path):
        mine = {"database": SecretStr("postgresql://mine/db"), "broker": None}
        assert told(load_settings(tmp_path).model_copy(update=mine), AWAY) == str(AWAY)


def test_what_has_nothing_to_do_with_the_servers_is_told_as_it_is(tmp_path: Path) -> None:
    refused = Rejected("There is nothing to do.")
    with up_on(tmp_path):
        assert told(load_settings(tmp_path), refused) == str(refused)


def test_while_a_service_starts_or_stops_nobody_is_told_that_none_runs(tmp_path: Path) -> None:
    with up_on(tmp_path):
        stops(tmp_path)
        settings = load_settings(tmp_path)
        with pytest.raises(SettingsError) as caught:
            _ = settings.database_url
    assert str(caught.value) == (
        f"`multicloud up` on {tmp_path} is starting or stopping, and DATABASE_URL is not set. "
        "Wait until it says that multicloud is up, then try again."
    )

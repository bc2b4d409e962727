import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.embedded.folder_lock import FolderLock
from application.ports.secret_box import SecretText
from entrypoints.bootstrap.data_folder import CONNECTIONS, SECRET_KEY, UP_LOCK
from entrypoints.bootstrap.errors import SettingsError
from entrypoints.bootstrap.settings import (
    Settings,
    environment_name,
    load_settings,
    unknown_variables,
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


ADDRESSES = {
    "database_url": "postgresql://up/db",
    "broker_url": "redis://up/0",
    "result_backend": "redis://up/1",
}


@contextmanager
def a_service_on(folder: Path, connections: str = json.dumps(ADDRESSES)) -> Iterator[None]:
    """Do on *folder* what a running service does there, and at its end what a killed one does."""
    lock = FolderLock(folder / UP_LOCK)
    lock.acquire()
    (folder / CONNECTIONS).write_text(connections)
    yield
    lock.release()


@pytest.fixture
def running_service(data: Path) -> Iterator[None]:
    with a_service_on(data):
        yield


@pytest.mark.usefixtures("running_service")
def test_the_environment_always_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://mine/db")
    settings = load_settings()
    assert settings.database_url == "postgresql://mine/db"
    assert settings.broker_url == "redis://up/0"


@pytest.mark.usefixtures("running_service")
def test_where_the_environment_is_silent_the_running_service_is_used() -> None:
    settings = load_settings()
    assert settings.database_url == "postgresql://up/db"
    assert settings.broker_url == "redis://up/0"
    assert settings.result_backend == "redis://up/1"


def test_what_a_killed_service_left_behind_leads_nowhere_and_does_not_count(data: Path) -> None:
    with a_service_on(data):
        pass
    with pytest.raises(SettingsError, match="no `multicloud up` runs"):
        _ = load_settings().database_url


@pytest.mark.parametrize(
    ("broker", "pacing", "expected"),
    [
        ("redis://r/0", None, "redis://r/0"),
        ("redis+socket:///run/s", None, "redis+socket:///run/s"),
        ("redis://r/0", "rediss://p/1", "rediss://p/1"),
        ("sentinel://s:26379", None, None),
        ("sentinel://s:26379", "redis://p/0", "redis://p/0"),
        (None, None, None),
    ],
)
def test_calls_are_paced_in_the_broker_unless_that_is_none_for_it(
    broker: str | None, pacing: str | None, expected: str | None
) -> None:
    settings = Settings(
        broker=SecretStr(broker) if broker else None, pacing=SecretStr(pacing) if pacing else None
    )
    assert settings.pacing_url == expected


def test_a_place_for_the_pacing_that_is_no_redis_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MULTICLOUD_PACING_URL", "sentinel://:hidden@s:26379")
    with pytest.raises(SettingsError, match=r"MULTICLOUD_PACING_URL is not valid: .*Redis") as told:
        load_settings()
    assert "hidden" not in str(told.value)


@pytest.mark.usefixtures("running_service")
def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    assert load_settings().database_url == "postgresql://up/db"


@pytest.mark.usefixtures("running_service")
def test_results_go_to_a_configured_broker_not_to_the_one_of_a_running_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://mine/0")
    assert load_settings().result_backend == "redis://mine/0"


@pytest.mark.parametrize(
    ("needed", "variable"),
    [
        ("database_url", "DATABASE_URL"),
        ("broker_url", "CELERY_BROKER_URL"),
        ("result_backend", "CELERY_RESULT_BACKEND"),
    ],
)
def test_whoever_needs_what_is_not_configured_gets_a_sentence(needed: str, variable: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{variable} is not set .*`multicloud up`"):
        getattr(load_settings(), needed)


def test_the_secret_key_comes_from_the_data_folder_unless_it_is_set(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().secret_keys is None
    (data / SECRET_KEY).write_text("key-of-the-folder\n")
    assert load_settings().secret_keys == SecretText("key-of-the-folder")
    monkeypatch.setenv("MULTICLOUD_SECRET_KEY", "newest,older")
    assert load_settings().secret_keys == SecretText("newest,older")
    (data / SECRET_KEY).write_text("")  # what is not needed is not looked at
    assert load_settings().secret_keys == SecretText("newest,older")


def test_the_data_folder_can_be_chosen_by_whoever_asks(data: Path, tmp_path: Path) -> None:
    (data / SECRET_KEY).write_text("key-of-the-environment")
    settings = load_settings(tmp_path)
    assert settings.data_dir == tmp_path
    assert settings.secret_keys is None


def test_no_secret_shows_in_the_repr_of_settings() -> None:
    settings = Settings(
        database=SecretStr("postgresql://app:canary-1@db/x"),
        broker=SecretStr("redis://:canary-2@cache/0"),
        results=SecretStr("redis://:canary-3@cache/1"),
        secret_key=SecretStr("canary-4"),
    )
    assert "canary" not in f"{settings!r}{settings}"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(Exception, match="frozen"):
        Settings().worker_concurrency = 9


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("MULTICLOUD_WORKER_CONCURRENCY", "many", "MULTICLOUD_WORKER_CONCURRENCY is not valid"),
        ("MULTICLOUD_WORKER_CONCURRENCY", "0", "whole number from 1 to 256"),
        ("MULTICLOUD_WORKER_CONCURRENCY", "1.5", "it must be a whole number from 1 to 256.$"),
        ("MULTICLOUD_PAGE_SIZE", "9" * 5000, "it must be a whole number from 1 to 100000.$"),
        ("MULTICLOUD_TERRAFORM_ON_STOP", "canary", "it must be 'leave' or 'interrupt'.$"),
        ("DATABASE_URL", "canary", "DATABASE_URL is not valid: it is not written like an address"),
        ("DATABASE_URL", "postgresql://[::canary@db/x", "DATABASE_URL is not valid"),
        ("CELERY_BROKER_URL", "redis://:canary@host:port/0", "CELERY_BROKER_URL is not valid"),
        ("CELERY_BROKER_URL", "sentinel://a:1;sentinel://b:canary", "CELERY_BROKER_URL is not"),
        ("MULTICLOUD_LOG_FORMAT", "xml", "'auto', 'json' or 'console'"),
        ("MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS", "canary", "it must be true or false.$"),
        ("MULTICLOUD_KEEP_SYNC_RUNS_DAYS", "0", "KEEP_SYNC_RUNS_DAYS is not valid"),
        ("MULTICLOUD_KEEP_DELETED_ITEMS_DAYS", "3", r"_DAYS is 3, shorter .* \(180\)"),
        ("MULTICLOUD_KEEP_COSTS_DAYS", "99999999999", "a whole number from 1 to 36500"),
        ("MULTICLOUD_COST_HISTORY_DAYS", "401", "COST_HISTORY_DAYS is not valid"),
        ("MULTICLOUD_KEEP_COSTS_DAYS", "89", "COST_HISTORY_DAYS is 90, further .* set it lower"),
    ],
)
def test_an_unacceptable_value_is_one_sentence_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=sentence) as caught:
        load_settings()
    assert "\n" not in str(caught.value)
    assert "canary" not in str(caught.value)


def test_all_variables_that_are_not_acceptable_are_told_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MULTICLOUD_WORKER_CONCURRENCY", "many")
    monkeypatch.setenv("MULTICLOUD_LOG_LEVEL", "loud")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value) == (
        "MULTICLOUD_WORKER_CONCURRENCY is not valid: it must be a whole number from 1 to 256. "
        "MULTICLOUD_LOG_LEVEL is not valid: it must be 'debug', 'info', 'warning' or 'error'."
    )


@pytest.mark.parametrize("field", Settings.model_fields)
@pytest.mark.parametrize("value", ["canary", "-1", "1.5", "9" * 30, "9" * 5000, "\udc80", " "])
def test_whatever_a_variable_is_set_to_is_refused_in_words_of_our_own(
    monkeypatch: pytest.MonkeyPatch, field: str, value: str
) -> None:
    monkeypatch.setenv(environment_name(field), value)
    told = ""
    try:
        load_settings()
    except SettingsError as error:
        told = str(error)
    assert environment_name(field) in told or not told
    assert not re.search("[Ii]nput|pydantic|valid (integer|string)|canary", told)


def test_retention_is_set_in_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULTICLOUD_KEEP_SYNC_RUNS_DAYS", "7")
    monkeypatch.setenv("MULTICLOUD_KEEP_COSTS_DAYS", "90")
    monkeypatch.setenv("MULTICLOUD_KEEP_TERRAFORM_LOGS_DAYS", "8")
    assert load_settings().retention.sync_runs == timedelta(days=7)
    assert load_settings().retention.terraform_logs == timedelta(days=8)
    assert load_settings().retention.costs == load_settings().cost_history == timedelta(days=90)


def test_damaged_connections_are_a_sentence(data: Path) -> None:
    with (
        a_service_on(data, '{"database_url": '),
        pytest.raises(SettingsError, match="is damaged"),
    ):
        load_settings()


def test_a_data_folder_that_is_a_file_is_a_folder_that_knows_nothing(data: Path) -> None:
    data.rmdir()
    data.write_text("")
    settings = load_settings()
    assert settings.secret_keys is None
    with pytest.raises(SettingsError) as told:
        _ = settings.database_url
    assert str(told.value) == (
        f"DATABASE_URL is not set, and {data} is a file, not a folder. "
        "Move it away, or set MULTICLOUD_DATA_DIR to a folder."
    )


def test_a_misspelt_variable_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULTICLOUD_LOG_FROMAT", "json")
    monkeypatch.setenv("MULTICLOUD_DEBUG", "1")
    assert unknown_variables() == ["MULTICLOUD_LOG_FROMAT"]


def test_every_setting_says_what_it_is_for_and_has_a_public_name() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description
        assert environment_name(name).isupper()

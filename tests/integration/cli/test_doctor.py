"""Finding out what does not work, and what to do about it."""

import re
from pathlib import Path

import pytest

from adapters.secrets.box import new_key
from tests.integration.cli.shell import USER, Shell

NOBODY = "127.0.0.1:9"
DOCUMENT = {"access_key_id": "AKIACANARYCANARYCANA", "secret_access_key": "canary/secret/value"}


@pytest.fixture
def patient(shell: Shell, valkey_url: str) -> Shell:
    return Shell({**shell.environment, "CELERY_BROKER_URL": valkey_url})


def found(shell: Shell, **changed: str | None) -> dict[str, dict[str, object]]:
    said = shell("doctor", "--format", "json", **changed)
    checks = said.json()
    assert said.code == (0 if all(check["ok"] for check in checks) else 1)
    return {check["part"]: check for check in checks}


def test_what_works_is_said_to_work_and_a_missing_worker_is_missed(patient: Shell) -> None:
    checks = found(patient)
    broken = {part for part, check in checks.items() if not check["ok"]}
    assert broken == {"workers"}
    assert "celery -A entrypoints.worker worker" in str(checks["workers"]["what_to_do"])


def test_the_terraform_in_use_is_named_with_where_its_providers_come_from(
    shell: Shell, tmp_path: Path
) -> None:
    assert re.match(r"(Terraform|OpenTofu) [1-9]", str(found(shell)["terraform"]["found"]))
    mirrored = found(shell, MULTICLOUD_TERRAFORM_MIRROR=str(tmp_path))["terraform"]
    assert str(mirrored["found"]).endswith(f"providers come from {tmp_path}")


def test_a_terraform_that_is_not_there_is_missed(shell: Shell) -> None:
    check = found(shell, TERRAFORM_BIN="no-such-terraform")["terraform"]
    assert check["ok"] is False
    assert "TERRAFORM_BIN" in str(check["what_to_do"])


def test_a_mirror_that_is_no_folder_is_noticed(shell: Shell, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    check = found(shell, MULTICLOUD_TERRAFORM_MIRROR=str(nowhere))["terraform"]
    assert str(nowhere) in str(check["found"])
    assert "MULTICLOUD_TERRAFORM_MIRROR" in str(check["what_to_do"])


def test_the_room_on_the_disk_of_the_data_folder_is_told(patient: Shell) -> None:
    assert str(found(patient)["disk space"]["found"]).endswith(" MB are free")


def test_a_database_that_is_down_is_named_without_its_password(patient: Shell) -> None:
    url = f"postgresql://app:canary@{NOBODY}/inventory"
    check = found(patient, DATABASE_URL=url)["database"]
    assert check["ok"] is False
    assert "canary" not in str(check)
    assert check["what_to_do"]
    assert "canary" not in patient("users", "list", DATABASE_URL=url).sentence


def test_a_broker_that_is_down_is_named_without_its_password(patient: Shell) -> None:
    checks = found(patient, CELERY_BROKER_URL=f"redis://:canary@{NOBODY}/0")
    assert checks["broker"]["ok"] is False
    assert "CELERY_BROKER_URL" in str(checks["broker"]["what_to_do"])
    assert "canary" not in str(checks)
    assert "workers" not in checks


def test_before_anything_is_set_up_each_part_says_what_to_do_about_itself(tmp_path: Path) -> None:
    checks = found(Shell({"MULTICLOUD_DATA_DIR": str(tmp_path)}))
    for part in ("secret key", "broker", "database"):
        assert checks[part]["ok"] is False
        assert "`multicloud up`" in str(checks[part]["what_to_do"])
        assert str(checks[part]["what_to_do"]) not in str(checks[part]["found"])
    assert "MULTICLOUD_SECRET_KEY" in str(checks["secret key"]["what_to_do"])


def test_a_database_without_tables_is_sent_to_the_upgrade(
    shell: Shell, empty_database_url: str
) -> None:
    empty = Shell({**shell.environment, "DATABASE_URL": empty_database_url})
    assert "multicloud db upgrade" in str(found(empty)["database"]["what_to_do"])
    assert "multicloud db upgrade" in empty("users", "list").sentence
    empty.done("db", "upgrade")
    assert found(empty)["database"]["ok"] is True
    empty.done("db", "upgrade")


def test_a_key_that_opens_nothing_stored_is_noticed(patient: Shell) -> None:
    patient.done("users", "add", USER)
    patient.add_credential("main", DOCUMENT)
    checks = found(patient, MULTICLOUD_SECRET_KEY=new_key().reveal())
    check = checks["stored secrets"]
    assert str(check["found"]).startswith("The key of this process does not open the one stored")
    assert "MULTICLOUD_SECRET_KEY" in str(check["what_to_do"])
    assert not [part for part in checks if part.startswith("credential ")]


def test_one_secret_of_another_key_is_named_beside_those_that_open(patient: Shell) -> None:
    patient.done("users", "add", USER)
    for name in ("main", "lost"):
        patient.add_credential(name, DOCUMENT)
    patient.seal_with_another_key("lost")
    checks = found(patient)
    assert checks["stored secrets"]["found"] == "1 of 2 stored secrets cannot be opened: lost."
    assert f"credential lost of {USER}" in checks


@pytest.mark.parametrize("key", [None, "not a key"])
def test_a_missing_or_malformed_key_is_noticed(patient: Shell, key: str | None) -> None:
    check = found(patient, MULTICLOUD_SECRET_KEY=key)["secret key"]
    assert check["ok"] is False
    assert "MULTICLOUD_SECRET_KEY" in f"{check['found']}{check['what_to_do']}"


def test_a_misspelt_setting_is_noticed(patient: Shell) -> None:
    check = found(patient, MULTICLOUD_LOG_LEVLE="info")["settings"]
    assert "MULTICLOUD_LOG_LEVLE" in str(check["found"])


def test_a_data_folder_that_is_none_is_noticed(patient: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    check = found(patient, MULTICLOUD_DATA_DIR=str(tmp_path / "file"))["data folder"]
    assert check["found"] == f"{tmp_path / 'file'} is a file, not a folder."
    assert check["what_to_do"] == "Move it away, or set MULTICLOUD_DATA_DIR to a folder."


def test_an_unacceptable_setting_is_a_sentence(patient: Shell) -> None:
    assert patient("doctor", MULTICLOUD_PAGE_SIZE="many").sentence.startswith(
        "MULTICLOUD_PAGE_SIZE is not valid"
    )

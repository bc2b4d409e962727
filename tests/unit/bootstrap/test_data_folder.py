import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.secrets.box import FernetSecretBox
from application.ports.secret_box import SecretText
from entrypoints.bootstrap.data_folder import SECRET_KEY, ensure_secret_key, read_secret_key
from entrypoints.bootstrap.errors import SettingsError


def test_a_missing_key_is_made_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "some" / "where"
    ensure_secret_key(folder)
    assert stat.S_IMODE((folder / SECRET_KEY).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    box = FernetSecretBox(keys=SecretText(read_secret_key(folder)), learn=lambda _: None)
    assert box.open(box.seal(SecretText("x"))) == SecretText("x")


def test_a_key_that_is_there_stays(tmp_path: Path) -> None:
    ensure_secret_key(tmp_path)
    before = read_secret_key(tmp_path)
    ensure_secret_key(tmp_path)
    assert read_secret_key(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == [SECRET_KEY]


def test_many_who_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    def start(_: int) -> str:
        ensure_secret_key(tmp_path)
        return read_secret_key(tmp_path)

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(start, range(32)))) == 1


def test_a_file_where_the_folder_is_to_be_is_called_one(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for folder in (file, file / "data"):
        with pytest.raises(SettingsError) as told:
            ensure_secret_key(folder)
        assert told.value.summary == f"{file} is a file, not a folder."
        assert told.value.remedy == "Move it away, or set MULTICLOUD_DATA_DIR to a folder."


def test_a_folder_that_cannot_be_made_for_another_reason_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"too long\)\. Correct .* MULTICLOUD_DATA_DIR\.$"):
        ensure_secret_key(tmp_path / ("x" * 300))


def test_an_empty_file_is_no_key_and_none_is_made_in_its_place(tmp_path: Path) -> None:
    (tmp_path / SECRET_KEY).write_text("\n")
    for use in (read_secret_key, ensure_secret_key):
        with pytest.raises(SettingsError, match=r"secret\.key is empty: put the key back"):
            use(tmp_path)
    assert (tmp_path / SECRET_KEY).read_text() == "\n"


def test_a_new_key_is_on_the_disk_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = []

    def fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        flushed.append((path == tmp_path, (tmp_path / SECRET_KEY).exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    ensure_secret_key(tmp_path)
    assert flushed == [(False, False), (True, True)]  # the draft, and then its new name


def test_a_lost_key_is_not_replaced_beside_a_database_that_was_sealed_with_it(
    tmp_path: Path,
) -> None:
    ensure_secret_key(tmp_path)
    (tmp_path / "postgresql" / "data").mkdir(parents=True)
    ensure_secret_key(tmp_path)
    (tmp_path / "secret.key").unlink()
    with pytest.raises(SettingsError, match="put it back from a copy"):
        ensure_secret_key(tmp_path)
    assert not (tmp_path / "secret.key").exists()

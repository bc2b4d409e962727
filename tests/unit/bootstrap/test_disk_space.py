"""What is said of the room on the disk of the data folder."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from application.ports.errors import Rejected
from entrypoints.bootstrap.disk_space import full_disk, room_in


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A disk on which `free` bytes may be written."""
    disk = SimpleNamespace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk)
    return disk


def test_a_disk_without_room_for_the_next_file_of_postgresql_is_full(
    free: SimpleNamespace, tmp_path: Path
) -> None:
    free.free = 16 * 1024 * 1024
    assert full_disk(tmp_path) == (f"The disk of {tmp_path} is full (16 MB free): make room on it.")

    free.free = 18_000_000
    assert full_disk(tmp_path) == ""


def test_little_room_is_to_be_mended_before_it_is_full(
    free: SimpleNamespace, tmp_path: Path
) -> None:
    free.free = 199_999_999
    with pytest.raises(Rejected, match=f"199 MB are free on the disk of {tmp_path}") as refused:
        room_in(tmp_path)
    assert refused.value.remedy.startswith("Make room on it")

    free.free = 1_200_000_000
    assert room_in(tmp_path) == "1,200 MB are free"


def test_a_folder_that_is_not_made_yet_has_the_room_of_where_it_will_be(tmp_path: Path) -> None:
    assert room_in(tmp_path / "to" / "be" / "made").endswith("MB are free")


def test_a_disk_that_cannot_be_read_is_not_called_full(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fails(_: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(shutil, "disk_usage", fails)

    assert full_disk(tmp_path) == ""
    with pytest.raises(Rejected, match="cannot be read: Input/output error"):
        room_in(tmp_path)

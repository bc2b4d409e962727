import errno
import stat
from pathlib import Path

import pytest

from adapters.terraform.files import disk_errors, private_folder, read_whole, write_whole
from adapters.terraform.state_file import StateFile
from application.ports.errors import Unavailable
from tests.unit.terraform.states import a_state


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, r"The disk of /data is full\. Make room"),
        (errno.EDQUOT, r"The disk of /data is full\. Make room"),
        (errno.EACCES, r"/data cannot be used: .+\. Let the user"),
        (errno.EROFS, r"/data cannot be used: .+\. Let the user"),
        (errno.EIO, r"/data failed: .+\. See that its disk"),
    ],
)
def test_what_the_disk_refuses_is_told_with_what_to_do(number: int, words: str) -> None:
    with pytest.raises(Unavailable, match=words), disk_errors(Path("/data")):
        raise OSError(number, "it says so")


def test_a_file_is_its_owners_and_what_is_there_already_is_not_written_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "text"
    write_whole(path, "é")
    first = path.stat()
    write_whole(path, "é", durable=True)
    assert (path.stat().st_ino, stat.S_IMODE(first.st_mode)) == (first.st_ino, 0o600)
    write_whole(path, "other", durable=True)
    assert path.stat().st_ino != first.st_ino
    assert [each.name for each in tmp_path.iterdir()] == ["text"]
    assert read_whole(path) == "other"


def test_a_failed_write_leaves_what_was_there_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(path, "new")
    assert [each.name for each in tmp_path.iterdir()] == ["text"]


def test_no_file_and_an_empty_one_are_the_same(tmp_path: Path) -> None:
    assert read_whole(tmp_path / "none") is None
    (tmp_path / "empty").write_text(" \n", encoding="utf-8")
    assert read_whole(tmp_path / "empty") is None


def test_each_folder_that_is_made_is_its_owners(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def put(folder: Path, *, stored: str | None, unstored: str | None) -> StateFile:
    for name, text in (("terraform", stored), ("errored", unstored)):
        if text is not None:
            (folder / f"{name}.tfstate").write_text(text, encoding="utf-8")
    return StateFile(folder)


@pytest.mark.parametrize("stored", [None, "", "{", a_state(serial=3)])
def test_a_state_that_terraform_could_not_store_comes_first_if_it_is_newer(
    tmp_path: Path, stored: str | None
) -> None:
    newer = a_state(serial=4)
    assert put(tmp_path, stored=stored, unstored=newer).text() == newer


@pytest.mark.parametrize("unstored", ["{", a_state(serial=2), a_state(serial=9, lineage="other")])
def test_one_that_is_broken_older_or_of_something_else_does_not(
    tmp_path: Path, unstored: str
) -> None:
    stored = a_state(serial=3)
    assert put(tmp_path, stored=stored, unstored=unstored).text() == stored


def test_a_broken_state_is_given_as_it_is_and_not_taken_for_none(tmp_path: Path) -> None:
    assert put(tmp_path, stored='{"version": 4,', unstored=None).text() == '{"version": 4,'


def test_a_state_that_is_put_leaves_no_other_beside_it(tmp_path: Path) -> None:
    state = put(tmp_path, stored="{", unstored=a_state(serial=9))
    (tmp_path / "terraform.tfstate.backup").write_text("{", encoding="utf-8")
    state.put(a_state(serial=4))
    assert state.text() == a_state(serial=4)
    assert [each.name for each in tmp_path.iterdir()] == ["terraform.tfstate"]

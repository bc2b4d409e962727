import errno
import stat
from pathlib import Path

import pytest

from adapters.terraform.files import disk_errors, private_folder, read_whole, write_whole
from application.ports.errors import Unavailable


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

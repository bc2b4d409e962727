"""Which state counts, and what lies beside it."""

import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.terraform.state_file import StateFile
from tests.unit.terraform.states import a_state

LOCK = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX)
    print("locked", flush=True)
    sys.stdin.read()
"""


@contextmanager
def at_work(state: Path) -> Iterator[None]:
    """Have another process lock the file as Terraform does."""
    command = [sys.executable, "-I", "-S", "-c", LOCK, str(state)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        yield
        other.communicate()


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let no file grow beyond *size* bytes, which is as near to a full disk as a test gets."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


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
    assert [each.name for each in tmp_path.iterdir()] == ["terraform.tfstate"]
    assert (tmp_path / "terraform.tfstate").read_text(encoding="utf-8") == newer


@pytest.mark.parametrize("unstored", ["{", a_state(serial=2), a_state(serial=9, lineage="other")])
def test_one_that_is_broken_older_or_of_something_else_does_not(
    tmp_path: Path, unstored: str
) -> None:
    stored = a_state(serial=3)
    assert put(tmp_path, stored=stored, unstored=unstored).text() == stored
    assert (tmp_path / "terraform.tfstate").read_text(encoding="utf-8") == stored
    assert (tmp_path / "errored.tfstate").exists()


def test_what_a_terraform_at_work_writes_into_is_not_replaced(tmp_path: Path) -> None:
    state = put(tmp_path, stored=a_state(serial=3), unstored=a_state(serial=4))
    with at_work(tmp_path / "terraform.tfstate"):
        assert state.text() == a_state(serial=4)
        assert (tmp_path / "errored.tfstate").exists()
    assert state.text() == a_state(serial=4)
    assert not (tmp_path / "errored.tfstate").exists()


def test_a_state_that_still_cannot_be_stored_stays_where_it_is(tmp_path: Path) -> None:
    unstored = a_state(serial=4)
    state = put(tmp_path, stored=None, unstored=unstored)
    for _ in range(2):
        with pytest.raises(OSError, match="File too large"), files_of_at_most(1):
            state.text()
    assert [each.name for each in tmp_path.iterdir()] == ["errored.tfstate"]
    assert state.text() == unstored


def test_a_broken_state_is_given_as_it_is_and_not_taken_for_none(tmp_path: Path) -> None:
    assert put(tmp_path, stored='{"version": 4,', unstored=None).text() == '{"version": 4,'


def test_a_state_that_is_put_leaves_no_other_beside_it(tmp_path: Path) -> None:
    state = put(tmp_path, stored="{", unstored=a_state(serial=9))
    (tmp_path / "terraform.tfstate.backup").write_text("{", encoding="utf-8")
    state.put(a_state(serial=4))
    assert state.text() == a_state(serial=4)
    assert [each.name for each in tmp_path.iterdir()] == ["terraform.tfstate"]


def test_a_state_that_is_put_does_not_destroy_what_another_lineage_knows(tmp_path: Path) -> None:
    other = a_state(serial=9, lineage="the/other")
    state = put(tmp_path, stored=other, unstored=None)
    state.put(a_state(serial=4))
    assert state.text() == a_state(serial=4)
    aside = tmp_path / "terraform.tfstate.the%2Fother"
    assert aside.read_text(encoding="utf-8") == other


def test_no_state_is_no_file(tmp_path: Path) -> None:
    put(tmp_path, stored=a_state(serial=3), unstored=a_state(serial=9)).put("")
    assert list(tmp_path.iterdir()) == []

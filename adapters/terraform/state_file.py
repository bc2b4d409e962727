"""The state in the folder of a resource: read as it is, replaced in one step."""

import fcntl
from pathlib import Path
from typing import Final
from urllib.parse import quote

from adapters.terraform.files import read_whole, write_whole
from domain.errors import InvalidValue
from domain.terraform_state import TerraformState, read_state

_STATE: Final = "terraform.tfstate"
_UNSTORED: Final = "errored.tfstate"
"""Where Terraform leaves a state that it could not write to its place."""
_LEFTOVERS: Final = (_UNSTORED, f"{_STATE}.backup")


class StateFile:
    """The state of one resource, in *folder*."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def text(self) -> str | None:
        """Return the state; None if there is no file, or an empty one.

        What Terraform could not store comes first, if it is whole and newer. It is put in its
        place, for Terraform itself looks there only.

        Raises:
            OSError: the file cannot be read, or what was not stored still cannot be.
        """
        unstored = read_whole(self._folder / _UNSTORED)
        stored = read_whole(self._folder / _STATE)
        if unstored is None or not _takes_precedence(unstored, stored):
            return stored
        if not _in_use(self._folder / _STATE):
            self.put(unstored)
        return unstored

    def files(self) -> list[Path]:
        """Return every file that there may be of it."""
        return [self._folder / name for name in (_STATE, *_LEFTOVERS)]

    def put(self, text: str) -> None:
        """Put *text* in the place of the state, and remove what Terraform left beside it.

        An empty *text* removes all of it. A whole state of another lineage is not removed but put
        aside: nobody else may know what that knows.

        Raises:
            OSError: the file cannot be written.
        """
        if text:
            self._put_aside(text)
            write_whole(self._folder / _STATE, text, durable=True)
        for each in self.files()[1:] if text else self.files():
            each.unlink(missing_ok=True)

    def _put_aside(self, text: str) -> None:
        coming = _whole(text)
        for name in (_STATE, _UNSTORED):
            there = _whole(read_whole(self._folder / name) or "")
            if there is not None and coming is not None and there.lineage != coming.lineage:
                aside = f"{_STATE}.{quote(there.lineage, safe='')}"
                (self._folder / name).replace(self._folder / aside)


def _in_use(state: Path) -> bool:
    """Tell whether a Terraform works with it: it would write into the file that we replaced."""
    try:
        with state.open("r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _takes_precedence(unstored: str, stored: str | None) -> bool:
    newest = _whole(unstored)
    if newest is None:
        return False
    return newest.newer_than(None if stored is None else _whole(stored))


def _whole(text: str) -> TerraformState | None:
    try:
        return read_state(text)
    except InvalidValue:
        return None

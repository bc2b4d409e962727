"""Where the folders of all resources are."""

import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from adapters.terraform.files import disk_errors
from adapters.terraform.leftovers import at_work, leftovers
from adapters.terraform.state_file import StateFile
from adapters.terraform.workspace import SubprocessWorkspace, Surroundings
from application.ports.terraform import Workspaces
from domain.provisioning import ResourceId

_APART: Final = "apart-"
_LONGEST_LOOK: Final = 3600.0
"""Seconds after which a workspace apart was left behind by somebody who was killed."""


class SubprocessWorkspaces(Workspaces):
    """One folder for each resource, below *root*."""

    def __init__(self, root: Path, surroundings: Surroundings) -> None:
        self._root = root
        self._around = surroundings
        self._swept = False

    def of(self, resource_id: ResourceId) -> SubprocessWorkspace:
        """Return the folder with the resource's number; the first time, sweep up as well."""
        if not self._swept:
            self._sweep()
        # resolved, because the kernel tells which files are open by their real paths
        return SubprocessWorkspace(self._root.resolve() / str(resource_id), self._around)

    def untidy(self) -> list[ResourceId]:
        """Look into every folder that has the number of a resource; sweep up as well."""
        self._sweep()
        with disk_errors(self._root):
            folders = [each for each in self._root.glob("*") if each.name.isdecimal()]
            return sorted(ResourceId(int(each.name)) for each in folders if _untidy(each))

    def apart(self) -> SubprocessWorkspace:
        """Return a folder with a name that nobody can guess; sweep up those left behind."""
        self._sweep()
        name = _APART + secrets.token_hex(8)
        return SubprocessWorkspace(self._root.resolve() / name, self._around)

    def _sweep(self) -> None:
        """Remove what was left apart; somebody else may be doing so at the same time."""
        self._swept = True
        for left in self._root.glob(f"{_APART}*"):
            with suppress(FileNotFoundError):
                age = time.time() - left.lstat().st_mtime
                if age > _LONGEST_LOOK and not at_work(left):
                    shutil.rmtree(left, ignore_errors=True)


def _untidy(folder: Path) -> bool:
    return any(each.exists() for each in (*leftovers(folder), *StateFile(folder).files()))

"""Folders and files that are nobody else's business."""

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from application.ports.errors import Rejected

_LONGEST_SOCKET_PATH: Final = 100
"""Bytes; Linux takes 107 and macOS 103."""


def data_folder(folder: Path) -> Path:
    """Return *folder*, made for us alone if need be; one that is there keeps its permissions.

    Raises:
        Rejected: it cannot be made or written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise _unusable(folder, exc) from exc
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _unusable(folder, PermissionError(0, "permission denied"))
    return folder


def private_folder(folder: Path, *, mode: int = 0o700) -> Path:
    """Return *folder*, made if need be, with exactly *mode*.

    Raises:
        Rejected: it cannot be made or written.
    """
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        folder.chmod(mode)
    except OSError as exc:
        raise _unusable(folder, exc) from exc
    return folder


def write_private(path: Path, text: str) -> None:
    """Put *text* into *path* in one step, readable by its owner only, and flushed to disk.

    Raises:
        OSError: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)


def socket_folder(preferred: Path, *, longest_name: int, owner: int) -> Path:
    """Return a folder for sockets that only user *owner* may enter.

    It is *preferred*, or a short one of our own if sockets in *preferred* had too long a path.

    Raises:
        Rejected: it cannot be made, or somebody else made it before us.
    """
    if len(os.fsencode(preferred)) + 1 + longest_name <= _LONGEST_SOCKET_PATH:
        return _own(private_folder(preferred), owner)
    digest = hashlib.sha256(os.fsencode(preferred.resolve())).hexdigest()[:16]
    short = _short_parent() / f"multicloud-{owner}-{digest}"
    with suppress(FileExistsError):
        short.mkdir(mode=0o700)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
        raise Rejected(
            f"{short} belongs to somebody else.",
            remedy="Remove it, or choose a data folder with a shorter path.",
        )
    return _own(private_folder(short), owner)


def _unusable(folder: Path, error: OSError) -> Rejected:
    return Rejected(
        f"The folder {folder} cannot be used: {error.strerror}.",
        remedy="Correct its permissions or choose another folder with MULTICLOUD_DATA_DIR.",
    )


def _own(folder: Path, owner: int) -> Path:
    if owner != os.geteuid():
        os.chown(folder, owner, -1)
    return folder


def _short_parent() -> Path:
    usual = Path(tempfile.gettempdir())
    return usual if len(os.fsencode(usual)) < _LONGEST_SOCKET_PATH // 3 else Path("/tmp")  # noqa: S108

"""Folders and files that are nobody else's business."""

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from application.ports.errors import Rejected

NAME_A_FOLDER: Final = "Move it away, or set MULTICLOUD_DATA_DIR to a folder."
_LONGEST_SOCKET_PATH: Final = 100
"""Bytes; Linux takes 107 and macOS 103."""


def what_is_in_the_way(folder: Path) -> str:
    """Say what stands where *folder* is to be and is none; nothing if nothing does."""
    with suppress(OSError):
        nearest = next(path for path in _and_parents(folder) if path.exists())
        if not nearest.is_dir():
            return f"{nearest} is a file, not a folder."
    return ""


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


def write_private(path: Path, text: str, *, keep_existing: bool = False) -> None:
    """Put *text* into *path* in one step, readable by its owner only, and flushed to disk.

    Whoever reads *path*, even after a loss of power, finds all of it or what was there before.
    With *keep_existing*, a file that is there, or that somebody else makes meanwhile, stays.

    Raises:
        OSError: it cannot be written.
    """
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        _place(Path(draft), path, keep_existing=keep_existing)
    finally:
        Path(draft).unlink(missing_ok=True)
    _flush_folder(path.parent)


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


def _place(draft: Path, path: Path, *, keep_existing: bool) -> None:
    if not keep_existing:
        draft.replace(path)
        return
    with suppress(FileExistsError):
        path.hardlink_to(draft)


def _flush_folder(folder: Path) -> None:
    """Have the names in *folder* written down, without which a flushed file can still be lost."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _and_parents(folder: Path) -> tuple[Path, ...]:
    whole = folder.absolute()
    return (whole, *whole.parents)


def _unusable(folder: Path, error: OSError) -> Rejected:
    if in_the_way := what_is_in_the_way(folder):
        return Rejected(in_the_way, remedy=NAME_A_FOLDER)
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

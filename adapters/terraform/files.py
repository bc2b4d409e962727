"""Files that only their owner may read, and what is said when the disk does not take them."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from application.ports.errors import Unavailable

PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_REFUSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Tell what goes wrong with files in *folder* in the words of the port.

    Raises:
        Unavailable: in the place of any OSError.
    """
    try:
        yield
    except OSError as exc:
        raise _translated(folder, exc) from exc


def _translated(folder: Path, error: OSError) -> Unavailable:
    if error.errno in _FULL:
        return Unavailable(
            f"The disk of {folder} is full.", remedy="Make room on it; then the work can go on."
        )
    if error.errno in _REFUSED:
        return Unavailable(
            f"{folder} cannot be used: {error.strerror}.",
            remedy="Let the user that runs the worker read and write it.",
        )
    return Unavailable(
        f"{folder} failed: {error.strerror or error}.", remedy="See that its disk is in order."
    )


def private_folder(folder: Path) -> Path:
    """Return *folder*, made for its owner alone, with those above it, if need be.

    Raises:
        OSError: it cannot be made.
    """
    for each in (*reversed(folder.parents), folder):
        if not each.exists():
            each.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    return folder


def write_whole(path: Path, text: str, *, durable: bool = False) -> None:
    """Put *text* into *path* in one step; what is there already stays as it is.

    Whoever reads *path* finds all of it or what was there before: with *durable*, even after
    a loss of power.

    Raises:
        OSError: it cannot be written.
    """
    content = text.encode("utf-8")
    if _holds(path, content):
        return
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(descriptor)
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
    if durable:
        flush_folder(path.parent)


def read_whole(path: Path) -> str | None:
    """Return what is in *path*; None if there is no such file, or nothing in it.

    Raises:
        OSError: it cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    return text if text.strip() else None


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except FileNotFoundError:
        return False


def flush_folder(folder: Path) -> None:
    """Have the names in *folder* written down, without which a flushed file can still be lost.

    Raises:
        OSError: it cannot be done.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""How much room there is where the data folder is."""

import shutil
from pathlib import Path
from typing import Final

from application.ports.errors import Rejected

_MEGABYTE: Final = 1_000_000
_FULL: Final = 17 * _MEGABYTE
"""PostgreSQL ends where it cannot make the next file of its log, 16 MiB at once."""
_LITTLE: Final = 200 * _MEGABYTE


def full_disk(folder: Path) -> str:
    """Return a sentence if the disk of *folder* is full, or nothing."""
    try:
        free = _free(folder)
    except OSError:
        return ""
    if free >= _FULL:
        return ""
    return f"The disk of {folder} is full ({_megabytes(free)} free): make room on it."


def room_in(folder: Path) -> str:
    """Say how much room there is for *folder*.

    Raises:
        Rejected: it is little, or cannot be told.
    """
    try:
        free = _free(folder)
    except OSError as exc:
        raise Rejected(
            f"How much room there is for {folder} cannot be read: {exc.strerror}.",
            remedy="See that the folder is mounted and may be read.",
        ) from exc
    if free < _LITTLE:
        raise Rejected(
            f"{_megabytes(free)} are free on the disk of {folder}.",
            remedy=f"Make room on it: where it is full, PostgreSQL and the workers of this folder "
            f"stop. From {_megabytes(_LITTLE)} on this is no longer said.",
        )
    return f"{_megabytes(free)} are free"


def _free(folder: Path) -> int:
    """Return how many bytes may be written where *folder* is or would be made."""
    whole = folder.absolute()
    nearest = next(path for path in (whole, *whole.parents) if path.exists())
    return shutil.disk_usage(nearest).free


def _megabytes(count: int) -> str:
    return f"{count // _MEGABYTE:,} MB"

"""Whom PostgreSQL runs as, and how that user gets to its files."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Final

from application.ports.errors import Rejected

STAND_IN: Final = "multicloud_postgres"
"""The user for PostgreSQL where we are root, as whom it refuses to run."""


def stand_in_for_root() -> str | None:
    """Return the user to run PostgreSQL as, made if need be; None means ourselves.

    Raises:
        Rejected: we are root, and the user cannot be made.
    """
    if os.geteuid() != 0:
        return None
    if not _exists(STAND_IN) and not _made(STAND_IN):
        raise Rejected(
            f"PostgreSQL does not run as root, and the user {STAND_IN} cannot be made.",
            remedy="Run as another user, or set DATABASE_URL.",
        )
    return STAND_IN


def let_pass(path: Path) -> None:
    """Make every folder above *path* passable, though not readable, for other users.

    Raises:
        OSError: a folder's permissions cannot be changed.
    """
    for above in path.resolve().parents:
        mode = stat.S_IMODE(above.stat().st_mode)
        if not mode & stat.S_IXOTH:
            above.chmod(mode | stat.S_IXOTH)


def uid_of(user: str | None) -> int:
    """Return the number of *user*, or ours."""
    return os.geteuid() if user is None else pwd.getpwnam(user).pw_uid


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _made(user: str) -> bool:
    program = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin")
    if program is None:
        return False
    argv = [program, "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", user]
    return subprocess.run(argv, capture_output=True, check=False).returncode == 0  # noqa: S603

"""What the data folder tells those who start on this machine."""

import json
import os
from pathlib import Path

from adapters.embedded.folder_lock import is_held
from adapters.embedded.folders import NAME_A_FOLDER, what_is_in_the_way, write_private
from adapters.secrets.box import new_key
from entrypoints.bootstrap.errors import SettingsError

CONNECTIONS = "connections.json"
"""Written by a running `multicloud up`, removed when it stops; readable by its owner only."""
DATABASE = "postgresql"
"""The folder of the embedded PostgreSQL."""
UP_LOCK = "up.lock"
"""Held by a running `multicloud up`, and by nobody once it has ended, however it ended."""
SECRET_KEY = "secret.key"  # noqa: S105 - the name of a file


def usual_data_dir() -> Path:
    """Return the data folder of whoever runs this process."""
    if os.geteuid() == 0:
        return Path("/var/lib/multicloud")
    return Path.home() / ".local" / "share" / "multicloud"


def read_connections(data_dir: Path) -> dict[str, str]:
    """Return the addresses of the service that runs on *data_dir*; empty if none runs.

    A service that was killed leaves its addresses behind; they lead nowhere and do not count.

    Raises:
        SettingsError: they are there and cannot be read or understood.
    """
    text = _read(data_dir / CONNECTIONS)
    if not text or not service_runs(data_dir):
        return {}
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise SettingsError(
            f"{data_dir / CONNECTIONS} is damaged: stop `multicloud up`, delete the file and "
            "start it again."
        )
    return {name: value for name, value in document.items() if isinstance(value, str)}


def read_secret_key(data_dir: Path) -> str:
    """Return the keys kept in *data_dir*; empty if there are none.

    Raises:
        SettingsError: the file is there, and empty or not to be read.
    """
    path = data_dir / SECRET_KEY
    key = _read(path).strip()
    if not key and path.exists():
        raise SettingsError(
            f"{path} is empty: put the key back from a copy, or delete the file to have a new one "
            "made and enter every credential again."
        )
    return key


def ensure_secret_key(data_dir: Path) -> None:
    """Make sure that *data_dir* holds a key, making folder and key if need be, for us alone.

    A file that is there, or that somebody else makes meanwhile, is left alone.

    Raises:
        SettingsError: the folder cannot be written, the file is there and empty, or it is gone
            although the database here may hold what was sealed with it.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (data_dir / SECRET_KEY).exists():
            _refuse_to_replace_a_lost_key(data_dir)
            write_private(data_dir / SECRET_KEY, new_key().reveal() + "\n", keep_existing=True)
    except OSError as exc:
        raise unusable(data_dir, exc, folder=data_dir) from exc
    read_secret_key(data_dir)


def _refuse_to_replace_a_lost_key(data_dir: Path) -> None:
    if (data_dir / DATABASE / "data").exists():
        raise SettingsError(
            f"{data_dir / SECRET_KEY} is gone, and the credentials in the database beside it open "
            "with no other key: put it back from a copy, set MULTICLOUD_SECRET_KEY to it, or move "
            f"{data_dir / DATABASE} away to begin anew."
        )


def unusable(path: Path, error: Exception, *, folder: Path) -> SettingsError:
    """Return what to say of *path*, which is or is in *folder* and cannot be used for *error*."""
    if in_the_way := what_is_in_the_way(folder):
        return SettingsError(in_the_way, remedy=NAME_A_FOLDER)
    reason = getattr(error, "strerror", None) or "it is not text"
    return SettingsError(
        f"{path} cannot be used ({reason}).",
        remedy="Correct its permissions or choose another folder with MULTICLOUD_DATA_DIR.",
    )


def service_runs(data_dir: Path) -> bool:
    """Tell whether a `multicloud up` runs on *data_dir*, or begins or ends there.

    Raises:
        SettingsError: that cannot be seen.
    """
    try:
        return is_held(data_dir / UP_LOCK)
    except OSError as exc:
        raise unusable(data_dir / UP_LOCK, exc, folder=data_dir) from exc


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, ValueError) as exc:
        raise unusable(path, exc, folder=path.parent) from exc

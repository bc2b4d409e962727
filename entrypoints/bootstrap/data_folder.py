"""What the data folder tells those who start on this machine."""

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from adapters.secrets.box import new_key
from entrypoints.bootstrap.errors import SettingsError

CONNECTIONS = "connections.json"
"""Written by a running `multicloud up`, removed when it stops; readable by its owner only."""
SECRET_KEY = "secret.key"  # noqa: S105 - the name of a file


def usual_data_dir() -> Path:
    """Return the data folder of whoever runs this process."""
    if os.geteuid() == 0:
        return Path("/var/lib/multicloud")
    return Path.home() / ".local" / "share" / "multicloud"


def read_connections(data_dir: Path) -> dict[str, str]:
    """Return the addresses of the service that runs on *data_dir*; empty if none runs.

    Raises:
        SettingsError: the file is there and cannot be read or understood.
    """
    text = _read(data_dir / CONNECTIONS)
    try:
        document = json.loads(text or "{}")
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
        SettingsError: the file is there and cannot be read.
    """
    return _read(data_dir / SECRET_KEY).strip()


def ensure_secret_key(data_dir: Path) -> None:
    """Make sure that *data_dir* holds a key, making folder and key if need be, for us alone.

    Raises:
        SettingsError: the folder cannot be written.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (data_dir / SECRET_KEY).exists():
            _create(data_dir / SECRET_KEY, new_key().reveal() + "\n")
    except OSError as exc:
        raise _unusable(data_dir, exc) from exc


def _create(path: Path, text: str) -> None:
    """Put *text* into a new file in one step, so that nobody ever reads half a key.

    A file that somebody else made meanwhile is left alone.
    """
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, ValueError) as exc:
        raise _unusable(path, exc) from exc


def _unusable(path: Path, error: Exception) -> SettingsError:
    reason = getattr(error, "strerror", None) or "it is not text"
    return SettingsError(
        f"{path} cannot be used ({reason}): correct its permissions or choose another folder "
        "with MULTICLOUD_DATA_DIR."
    )

"""The service behind `multicloud up`: `python -P -m entrypoints.bootstrap.service --data-dir D`.

It starts PostgreSQL and Valkey, each unless DATABASE_URL or CELERY_BROKER_URL names another,
brings the schema up to date, writes the addresses into `connections.json` in the data folder,
runs a worker and beat, and stops everything when its standard input ends or SIGTERM comes. It
should lead a session of its own (`start_new_session=True`): whoever started it may then be
killed without it, and it notices by the end of its input. Without `-P`, Python would look for
our packages in the working directory first, and run whatever is called like one of them there.

On standard output it writes one JSON object a line. `event` decides what else is in it:

    starting  part                          postgresql, valkey, schema, worker or beat
    ready     part, seconds, embedded       embedded: is it ours? only for the two servers
    up        data_dir, logs                everything runs
    died      part, exit_code, why,         it will be started again in so many seconds;
              restart_in                    without an exit code it did not come up, or hung
    stopping  reason                        asked or failed
    stopped   part                          in the order beat, worker, valkey, postgresql
    failed    sentence                      for a person; nothing runs any more
    down                                    the last line

It exits with 0 if it was asked to stop, 1 if it failed, 2 if it was called wrongly.
"""

import argparse
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread

from adapters.embedded.folder_lock import FolderLock
from adapters.embedded.folders import data_folder
from adapters.secrets.box import FernetSecretBox
from application.ports.errors import Busy, PortError
from application.ports.secret_box import SecretText
from entrypoints.bootstrap.data_folder import CONNECTIONS, UP_LOCK, ensure_secret_key
from entrypoints.bootstrap.disk_space import full_disk
from entrypoints.bootstrap.errors import SettingsError
from entrypoints.bootstrap.logging import process_redactor
from entrypoints.bootstrap.settings import Settings, load_settings
from entrypoints.bootstrap.supervisor import Supervisor
from entrypoints.bootstrap.supervisor_progress import Progress
from entrypoints.bootstrap.supervisor_service import run_service

_STANDARD_INPUT = 0
_PATIENCE = 1.0
"""Seconds; whoever merely looks whether a service runs holds the lock for a moment."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until asked to stop; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -P -m entrypoints.bootstrap.service")
    parser.add_argument("--data-dir", type=Path, required=True)
    data_dir = parser.parse_args(arguments).data_dir.absolute()
    progress = Progress(sys.stdout)
    try:
        serve(data_dir, os.environ, progress=progress, asked_to_stop=_end_of_the_starter())
    except (PortError, SettingsError) as error:
        progress.tell("failed", sentence=_with_the_disk(str(error), data_dir))
        return 1
    except OSError as error:
        told = f"{data_dir} cannot be used: {error.strerror}."
        progress.tell("failed", sentence=_with_the_disk(told, data_dir))
        return 1
    finally:
        progress.tell("down")
    return 0


def serve(
    data_dir: Path, environment: Mapping[str, str], *, progress: Progress, asked_to_stop: Event
) -> None:
    """Run the service on *data_dir* until *asked_to_stop*; worker and beat get *environment*.

    Raises:
        PortError, SettingsError, OSError: it cannot run; nothing of it is left.
    """
    lock = FolderLock(data_folder(data_dir) / UP_LOCK)
    try:
        lock.acquire(patience=_PATIENCE)
    except Busy as exc:
        raise Busy(
            f"`multicloud up` runs on {data_dir} already.",
            remedy="Use that one, stop it, or choose another folder with MULTICLOUD_DATA_DIR.",
        ) from exc
    try:
        (data_dir / CONNECTIONS).unlink(missing_ok=True)  # left by one that was killed
        if load_settings(data_dir).secret_key is None:
            ensure_secret_key(data_dir)
        settings = load_settings(data_dir)
        _refuse_an_unusable_key(settings)
        supervisor = Supervisor(
            progress=progress,
            asked_to_stop=asked_to_stop,
            circumstances=partial(full_disk, data_dir),
        )
        run_service(supervisor, settings, environment, progress=progress)
    finally:
        lock.release()


def _with_the_disk(sentence: str, data_dir: Path) -> str:
    """Return *sentence*, and that the disk is full if it is and *sentence* does not say so."""
    if "is full (" in sentence:
        return sentence
    return " ".join(filter(None, (sentence, full_disk(data_dir))))


def _refuse_an_unusable_key(settings: Settings) -> None:
    """Seal nothing, so that a malformed key is told now and not by every sync."""
    box = FernetSecretBox(keys=settings.secret_keys, learn=process_redactor().learn)
    box.seal(SecretText(""))


def _end_of_the_starter() -> Event:
    """Return what is set when standard input ends or we are told to terminate."""
    ended = Event()

    def read_to_the_end() -> None:
        # Not through sys.stdin: its lock, held by this thread, would break the exit.
        with suppress(OSError):
            while os.read(_STANDARD_INPUT, 4096):
                pass
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: ended.set())
    Thread(target=read_to_the_end, daemon=True).start()
    return ended


if __name__ == "__main__":
    sys.exit(main())

"""What Terraform wrote, kept beside the folders from which the service removes it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

_EVERY = 0.02


@contextmanager
def keeping_logs(root: Path, kept: Path) -> Iterator[None]:
    """Give every log that appears below *root* meanwhile a second name below *kept*.

    Each is the same file: what is written into it later is in both.
    """
    stop = Event()
    thread = Thread(target=_keep, args=(root, kept, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _keep(root: Path, kept: Path, stop: Event) -> None:
    while not stop.wait(_EVERY):
        # a folder may go while we look, and another disk cannot have a second name for a file
        with suppress(OSError):
            for log in root.glob("*/runs/*/*.log"):
                target = kept / log.relative_to(root)
                if not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    os.link(log, target)

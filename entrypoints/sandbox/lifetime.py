"""How a sandbox process talks to whoever started it, and when it ends."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Mapping
from threading import Event, Thread

LARGEST_PORT = 65_535


def port_number(text: str) -> int:
    """Return *text* as a port, for a parser of arguments."""
    if not text.isascii() or not text.isdecimal() or int(text) > LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: it must be 0 to {LARGEST_PORT}")
    return int(text)


def announce(document: Mapping[str, object]) -> None:
    """Write *document* as the one line of JSON that says: ready."""
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


def refuse(sentence: str) -> int:
    """Say why it cannot be done, and return the exit code for that."""
    sys.stderr.write(sentence + "\n")
    return 1


def wait_for_the_end() -> None:
    """Return when standard input closes, as it does when the parent dies, or on SIGTERM, SIGINT."""
    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    Thread(target=_read_to_the_end, args=(ended,), daemon=True).start()
    ended.wait()


def _read_to_the_end(ended: Event) -> None:
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass  # started without standard input: there is nobody to wait for
    ended.set()

"""Lets containers reach clouds in a box, which listen on the loopback interface alone.

    python loopback.py serve         run the clouds, and hand on what comes from other containers
    python loopback.py reach COMMAND make them appear on this container's own loopback interface,
                                     and become COMMAND

Only the standard library: the file is mounted into the image as it is. What is asked of the clouds
is late by as many seconds as the file `latency` in the shared folder says.
"""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Final

SHARED: Final = Path("/var/lib/multicloud")
ANNOUNCEMENT: Final = SHARED / "sandbox.json"
MIRROR: Final = SHARED / "providers"
LATENCY: Final = SHARED / "latency"
_HOST: Final = "sandbox"
_PORTS: Final = (7001, 7002, 7003)
_LOOPBACK: Final = "127.0.0.1"
_CHUNK: Final = 65_536


def main() -> None:
    """Serve, or reach and become another program."""
    if sys.argv[1] == "serve":
        _serve()
    else:
        _in_the_background()
        os.execvp(sys.argv[2], sys.argv[2:])


def _serve() -> None:
    module = [sys.executable, "-P", "-m"]
    subprocess.run([*module, "entrypoints.sandbox.terraform", "mirror", str(MIRROR)], check=True)
    clouds = subprocess.Popen(
        [*module, "entrypoints.sandbox", "--port", str(_PORTS[0]), "--seed", "demo"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert clouds.stdout
    announcement = clouds.stdout.readline()
    _hand_on(socket.gethostbyname(socket.gethostname()), _LOOPBACK)
    ANNOUNCEMENT.write_text(announcement)
    clouds.wait()


def _in_the_background() -> None:
    """Hand on in a process that is no child of the command to come."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            _hand_on(_LOOPBACK, _HOST)
            while True:
                time.sleep(3600)
        os._exit(0)
    os.wait()


def _hand_on(here: str, there: str) -> None:
    for port in _PORTS:
        listening = socket.create_server((here, port), backlog=128)
        Thread(target=_accept, args=(listening, (there, port)), daemon=True).start()


def _accept(listening: socket.socket, there: tuple[str, int]) -> None:
    while True:
        near, _ = listening.accept()
        Thread(target=_connect, args=(near, there), daemon=True).start()


def _connect(near: socket.socket, there: tuple[str, int]) -> None:
    try:
        far = socket.create_connection(there)
    except OSError:
        near.close()
        return
    Thread(target=_copy, args=(far, near, False), daemon=True).start()
    _copy(near, far, there[0] == _HOST)


def _copy(source: socket.socket, target: socket.socket, late: bool) -> None:
    """Copy until *source* ends, and pass on that it did."""
    with suppress(OSError):
        while content := source.recv(_CHUNK):
            time.sleep(_latency() if late else 0.0)
            target.sendall(content)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _latency() -> float:
    try:
        return float(LATENCY.read_text() or 0)
    except (OSError, ValueError):
        return 0.0


if __name__ == "__main__":
    main()

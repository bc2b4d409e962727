"""`celery` and `multicloud` that begin at once: a process that has loaded them forks for each call.

Most of what a command takes is loading the program, and a page has many commands.
"""

import gc
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.embedded.child_process import ChildProcess

_PROGRAMS = {
    "celery": "from celery.__main__ import main",
    "multicloud": "from entrypoints.cli.main import main",
}
_LOADED = ("celery.bin.celery", "entrypoints.worker", "entrypoints.bootstrap.container")
_CALL = """#!{python} -IS
import json, os, socket, sys
there = socket.socket(socket.AF_UNIX)
there.connect({door!r})
call = [{program!r}, sys.argv[1:], os.getcwd(), dict(os.environ)]
socket.send_fds(there, [json.dumps(call).encode()], [0, 1, 2])
sys.exit(there.recv(1)[0])
"""


@contextmanager
def warm_programs(folder: Path) -> Iterator[Path]:
    """Give a folder of programs for the path of a shell, until the end of the block."""
    door = folder / "door"
    for program in _PROGRAMS:
        path = folder / program
        path.write_text(_CALL.format(python=sys.executable, door=str(door), program=program))
        path.chmod(0o755)
    server = ChildProcess.start(
        "What forks the programs",
        [sys.executable, "-m", "tests.docs.warm_programs", door],
        folder=Path(__file__).parents[2],
        log=folder / "log",
        environment=dict(os.environ),
    )
    try:
        server.wait_until(door.exists)
        yield folder
    finally:
        server.stop()


def _serve(door: str) -> None:
    for module in _LOADED:
        __import__(module)
    for program in _PROGRAMS.values():
        exec(program, {})
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(f"{door}.new")
    listening.listen(16)
    Path(f"{door}.new").rename(door)
    while True:
        caller, _ = listening.accept()
        if os.fork() == 0:
            os._exit(_answer(caller))
        caller.close()


def _answer(caller: socket.socket) -> int:
    """Be the program that was called, and tell the caller how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    message, streams, _, _ = socket.recv_fds(caller, 1 << 20, 3)
    program, arguments, folder, environment = json.loads(message)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w"))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [program, *arguments]
    code = _ended(program)
    sys.stdout.flush()
    sys.stderr.flush()
    caller.sendall(bytes([code]))
    return code


def _ended(program: str) -> int:
    names: dict[str, object] = {}
    exec(_PROGRAMS[program], names)
    try:
        return int(names["main"]() or 0)  # type: ignore[operator]
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - it is told, and the process ends
        traceback.print_exc()
        return 1


if __name__ == "__main__":
    _serve(sys.argv[1])

"""The way into `multicloud`, kept light: Ctrl-C may come while the commands are being loaded."""

import gc
import os
import sys
from pathlib import Path
from typing import Final

from entrypoints.cli import interruption

_CALLED_OFTEN: Final = (["alive"], ["ready"])
"""Commands that a supervisor runs every few seconds; loading the others would cost more."""
_NEW_OBJECTS: Final = 50_000
"""After how many Python looks for garbage. At its own 700 it looks at all that is being loaded
again and again, which is a fifth of the time that loading takes."""
_MODES: Final = {"stdin": "r", "stdout": "w", "stderr": "w"}


def main() -> None:
    """Run the command line of this process."""
    try:
        _run()
    except KeyboardInterrupt:
        sys.stderr.write(f"{interruption.SENTENCE}\n")
        sys.stderr.flush()
        os._exit(interruption.EXIT_CODE)


def _run() -> None:
    gc.set_threshold(_NEW_OBJECTS)
    _prepare_streams()
    if sys.argv[1:2] in _CALLED_OFTEN:
        from entrypoints.cli.alive import app  # noqa: PLC0415 - see above
    else:
        from entrypoints.cli.commands import app  # noqa: PLC0415
    from entrypoints.cli.failures import (  # noqa: PLC0415
        FAILED,
        json_was_asked_for,
        output_lost,
        output_written,
    )

    as_json = json_was_asked_for(sys.argv)
    try:
        app(prog_name="multicloud")
    except SystemExit as end:
        written = output_written(as_json=as_json)
        if end.code == interruption.EXIT_CODE:
            os._exit(end.code)  # Python would wait for listings that nobody wants any more
        if not written:
            sys.exit(FAILED)
        raise
    except OSError as error:
        if not output_lost(error, as_json=as_json):
            raise
        sys.exit(FAILED)


def _prepare_streams() -> None:
    """Let neither a closed stream nor a character that it cannot encode end a command."""
    for name, mode in _MODES.items():
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - for good
            setattr(sys, name, nowhere)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]

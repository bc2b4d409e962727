"""Looking at processes from the outside."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def alive(pid: int) -> bool:
    """Whether the process exists and is not merely waiting to be reaped."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def processes_about(text: str) -> list[int]:
    """Return the processes whose command line or environment names *text*, but for us."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                told = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if text.encode() in told and alive(int(entry.name)):
                found.append(int(entry.name))
    return found


def python(code: str, *arguments: object) -> "subprocess.Popen[str]":
    """Start *code* in a Python of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )

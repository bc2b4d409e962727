"""What processes have cost the processors, their children included, also those that have ended."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")


def of_tree(pid: int) -> float:
    """Return the seconds of process *pid*, of all below it, and of its children that have ended."""
    return sum(_ticks(each) for each in tree(pid)) / _TICKS


def peak_of(pid: int) -> int:
    """Return the MB that the largest process of the tree held at most."""
    return max(_peak_kb(each) for each in tree(pid)) // 1024


def tree(pid: int) -> Iterator[int]:
    """Yield process *pid* and all that it started, directly or not, and that still run."""
    yield pid
    for each in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in each.read_text(encoding="ascii").split():
            yield from tree(int(child))


def parent_of(pid: int) -> int:
    """Return who started process *pid*."""
    return int(_statistics(pid)[1])


def _ticks(pid: int) -> int:
    """Its own, in programs and in the kernel, and those of children that were waited for."""
    try:
        return sum(map(int, _statistics(pid)[11:15]))
    except FileNotFoundError:  # it has ended this moment; whoever waits for it counts it
        return 0


def _peak_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0])


def _statistics(pid: int) -> list[str]:
    """Return the fields of `/proc/<pid>/stat` from the third on, which is the state."""
    line = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return line.rpartition(")")[2].split()

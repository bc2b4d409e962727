"""What a process held at most; on its own, so that whoever asks pays for nothing else."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

_OF_THIS_PROCESS: Final = Path("/proc/self")
_FORGET_THE_PEAK: Final = "5"  # see clear_refs in proc(5)


def peak_mb() -> int:
    """The most memory this process ever held; `ru_maxrss` would include its parent's."""
    status = (_OF_THIS_PROCESS / "status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def peak_mb_of(work: Callable[[], object]) -> int:
    """Do *work*, and return the most memory this process held meanwhile, all that it holds."""
    (_OF_THIS_PROCESS / "clear_refs").write_text(_FORGET_THE_PEAK, encoding="ascii")
    work()
    return peak_mb()

"""What a step leaves in the folder of its run, from which anybody can tell how it stands.

`NNN.log` is everything the step writes. `NNN.step` tells the rest, twice over:

- it is locked, by an flock, by every process of the step from the very first: all of them inherit
  the open file, and the kernel frees it when the last one ends, however it ends;
- its lines say what happened, each a word and a number. The first is `claimed`, written before
  the log is made. The step's shell adds `started` with its own process id before it does
  anything else, and `ended` with the exit code when the command has ended. That needs no room on
  the disk but what the claim has taken already. A step that must never be started has the one
  line `forbidden` instead, or `unknown` where it may have been started in a folder that is gone.

`NNN.interrupted` says that the step was asked to end, which may be done once only.
"""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.terraform import sessions
from adapters.terraform.files import PRIVATE_FILE
from application.ports.terraform import Ended, Outcome, Unended
from domain.terraform import StepId

STEP: Final = "step"
LOG: Final = "log"
CLAIMED: Final = "claimed"
STARTED: Final = "started"
ENDED: Final = "ended"
FORBIDDEN: Final = "forbidden"
UNKNOWN: Final = "unknown"
INTERRUPTED: Final = "interrupted"


@dataclass(frozen=True, slots=True)
class StepFiles:
    """The files of one step."""

    folder: Path
    """The folder of its run."""
    number: int

    @classmethod
    def of(cls, runs: Path, step: StepId) -> "StepFiles":
        """Return where the files of *step* are, below the folder *runs*."""
        return cls(runs / str(step.run_id), step.number)

    def path(self, what: str) -> Path:
        """Return the path of one of the files."""
        return self.folder / f"{self.number:03}.{what}"

    @property
    def lock(self) -> Path:
        """The file that every process of the step keeps open and locked."""
        return self.path(STEP)

    @property
    def log(self) -> Path:
        """The file that holds what the step wrote."""
        return self.path(LOG)

    def outcome(self) -> Outcome:
        """Return how the step stands.

        The order matters: whoever was seen to have started before the lock was found free has
        ended, and then nothing is written any more.
        """
        started = self.started()
        if self.held():
            return Unended.RUNNING
        said = _said(self.lock)
        if STARTED in said and ENDED in said:  # the end alone came into a file made anew
            return Ended(exit_code=said[ENDED])
        if started or not self.folder.is_dir():
            return Unended.LOST
        if self.outlived():
            return Unended.RUNNING
        return Unended.NEVER_STARTED if self._is_untouched() else Unended.LOST

    def startable(self) -> bool:
        """Tell whether the step may be started, for whoever holds its lock."""
        if {STARTED, FORBIDDEN} & _said(self.lock).keys():
            return False
        return self._is_untouched()

    def outlived(self) -> bool:
        """Tell whether processes of the step are alive that have lost its lock file."""
        return bool(sessions.members(self.lock, None))

    def held(self) -> bool:
        """Tell whether any process of the step is alive; not if its lock file was removed."""
        try:
            descriptor = os.open(self.lock, os.O_RDONLY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def started(self) -> bool:
        """Tell whether the step's shell came to say so."""
        return self.session() is not None

    def session(self) -> int | None:
        """Return the session of the step, by the process id of its shell; None if unknown."""
        return _said(self.lock).get(STARTED)

    def mark_interrupted(self) -> bool:
        """Write down that it was asked to end; tell whether nobody had done so before."""
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
        try:
            os.close(os.open(self.path(INTERRUPTED), flags, PRIVATE_FILE))
        except FileExistsError:
            return False
        return True

    def interrupted(self) -> bool:
        """Tell whether somebody asked it to end."""
        return self.path(INTERRUPTED).exists()

    def _is_untouched(self) -> bool:
        """Tell whether nothing speaks for a start that is not written down."""
        written = self.log.exists()  # asked first, because the claim is there before the log
        said = _said(self.lock)
        if FORBIDDEN in said:
            return True
        if UNKNOWN in said or (CLAIMED not in said and (written or ENDED in said)):
            return False
        return not self._was_passed_over()

    def _was_passed_over(self) -> bool:
        """Tell whether a later step was started or forbidden, whatever became of this one."""
        later = (
            StepFiles(self.folder, int(each.stem))
            for each in self.folder.glob(f"*.{STEP}")
            if int(each.stem) > self.number
        )
        settled = {STARTED, FORBIDDEN, UNKNOWN}
        return any(settled & _said(each.lock).keys() or each.held() for each in later)


def _said(path: Path) -> dict[str, int]:
    """Return the number behind each word in the file; without what was not written whole."""
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    whole, _, _ = text.rpartition("\n")
    words = (line.split() for line in whole.splitlines())
    return {pair[0]: int(pair[1]) for pair in words if len(pair) == 2 and pair[1].isdecimal()}  # noqa: PLR2004 - word and number

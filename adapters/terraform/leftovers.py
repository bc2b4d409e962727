"""What a run leaves in the folder of its resource that is of no use once it has ended."""

from pathlib import Path
from typing import Final

from adapters.terraform.command import PLAN_FILE
from adapters.terraform.configuration import ADOPTION
from adapters.terraform.step_files import LOG, STEP, StepFiles

RUNS: Final = "runs"
"""The folder, in that of a resource, that holds a folder for each run."""
KEYS: Final = "files"
"""The folder, in that of a resource, that holds what a provider wants in files."""


def leftovers(folder: Path) -> list[Path]:
    """Return the files in *folder* that only a run under way needs; some may not be there.

    The files that tell how each step stands are none of them: without these, whoever was frozen
    before it started a step would start it when it thaws.
    """
    keys = folder.glob(f"{KEYS}/*")
    logs = folder.glob(f"{RUNS}/*/*.{LOG}")
    return [folder / PLAN_FILE, folder / ADOPTION, *keys, *logs]


def at_work(folder: Path) -> bool:
    """Tell whether a process of any step is alive."""
    files = folder.glob(f"{RUNS}/*/*.{STEP}")
    return any(StepFiles(each.parent, int(each.stem)).held() for each in files)

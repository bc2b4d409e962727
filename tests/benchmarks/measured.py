"""Figures of one process that does what is measured, and nothing else."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from tests.architecture.source import ROOT


def measured(module: str, *arguments: str, environment: Mapping[str, str] = {}) -> dict[str, Any]:
    """Run *module* of the benchmarks with *arguments* and return the figures that it prints."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures

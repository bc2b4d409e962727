"""Architecture is a failing build: each contract is broken on purpose to see it report."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, ROOT

BREACHES = {
    "1. entrypoints > adapters": ("domain/breach.py", "import application.ports.clock"),
    "2. adapters never import use cases": (
        "adapters/system/breach.py",
        "import application.use_cases.sync_all_users",
    ),
    "3a. only entrypoints.bootstrap": ("entrypoints/cli/breach.py", "import adapters.system.clock"),
    "3b. the sandbox is a cloud": ("entrypoints/sandbox/breach.py", "import domain.accounts"),
    "4. worker, cli and sandbox": ("entrypoints/cli/breach.py", "import entrypoints.worker"),
    "5. adapter families": ("adapters/system/breach.py", "import adapters.fakes.clock"),
    "5b. the clouds": ("adapters/clouds/breach.py", "import adapters.system.clock"),
    "6. domain and application": ("application/breach.py", "import sqlalchemy"),
    "6. domain and application import": ("domain/breach.py", "import pydantic"),
    "7a. boto only": ("adapters/system/breach.py", "import boto3"),
    "7b. sqlalchemy": ("adapters/system/breach.py", "import sqlalchemy"),
    "7c. celery only": ("adapters/system/breach.py", "import celery"),
    "7d. azure only": ("adapters/system/breach.py", "import azure.identity"),
    "7e. google only": ("adapters/system/breach.py", "import google.auth"),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [command, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package)
    return folder


def test_the_source_keeps_every_contract(copy: Path) -> None:
    outcome = lint_imports(copy)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_is_reported_under_its_contract(copy: Path, contract: str) -> None:
    name, statement = BREACHES[contract]
    breach = copy / name
    breach.write_text(statement + "\n", encoding="utf-8")
    try:
        outcome = lint_imports(copy)
    finally:
        breach.unlink()
    broken = [line for line in outcome.stdout.splitlines() if " BROKEN" in line]
    assert outcome.returncode == 1
    assert any(line.startswith(contract) for line in broken), outcome.stdout

"""What a whole run costs over the same Terraform commands in a shell, measured in turns."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.benchmarks.results import Result, Results, Rounds, Target, at_most
from tests.integration.terraform.provider_rig import terraform_binary

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

ROUNDS = 15
ROUNDS_OF_A_LONG_RUN = 1  # what else the machine does is little beside its wait
LONG_RUN = 30  # seconds
_PATIENCE = 30  # seconds until it must have gone
MODULE = """
variable "name" {{
  type = string
}}

resource "terraform_data" "this" {{
  input = var.name
{wait}
}}

output "value" {{
  value = terraform_data.this.output
}}
"""
WARM_UP = "warm-up"
"""What is called so is built without a wait, by the same module."""
WAIT = """
  provisioner "local-exec" {{
    command = var.name == "{warm_up}" ? "true" : "sleep {seconds}"
  }}
"""
SCRIPT = """
terraform init -input=false -no-color -json > init.log &&
{ terraform plan -input=false -json -detailed-exitcode -out=tfplan > plan.log || [ $? = 2 ]; } &&
terraform apply -input=false -json tfplan > apply.log
"""


class Worker:
    """The near side of a worker's process that waits for what it is to build."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._numbers = count()
        self.peak_mb = 0
        """The most memory that the process has held."""

    def warm_up(self) -> None:
        """Do the first run, which asks Terraform for its version and fills the pool."""
        self._built(WARM_UP)

    def whole_run(self) -> float:
        """Return the seconds from the claim of a run to its last commit."""
        return self._built(f"shop-{next(self._numbers)}")

    def _built(self, name: str) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()
        figures = json.loads(self._process.stdout.readline())
        self.peak_mb = figures["peak_mb"]
        return float(figures["seconds"])


@contextmanager
def working(*arguments: str) -> Iterator[Worker]:
    """Run a worker's process for the block."""
    command = [sys.executable, "-m", "tests.benchmarks.whole_terraform_runs", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Worker(process)
        finally:
            process.communicate(timeout=_PATIENCE)


@pytest.fixture
def worker(migrated_database_url: str, tmp_path: Path) -> Iterator[Callable[[str], Worker]]:
    with ExitStack() as stack:
        yield lambda module: stack.enter_context(
            working(migrated_database_url, str(tmp_path), module)
        )


def bare(folder: Path, module: str) -> float:
    """Return the seconds that the same commands take in a shell."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(module, encoding="utf-8")
    (folder / "terraform.tfvars.json").write_text('{"name": "shop"}', encoding="utf-8")
    environment = {
        "PATH": f"{Path(terraform_binary()).parent}:{os.defpath}",
        "HOME": str(folder),
        "CHECKPOINT_DISABLE": "1",
    }
    began = time.perf_counter()
    subprocess.run(["/bin/sh", "-c", SCRIPT], cwd=folder, env=environment, check=True)
    return time.perf_counter() - began


def _result(what: str, rounds: Rounds, target: Target, worker: Worker) -> Result:
    return Result(
        line=10,
        what=what,
        value=rounds.ratio,
        target=target,
        ours=f"{rounds.ours:.2f} s",
        beside=f"{rounds.beside:.2f} s",
        peak_mb=worker.peak_mb,
        rounds=rounds.pairs,
    )


def test_a_run_of_nothing_costs_little_over_its_bare_commands(
    worker: Callable[[str], Worker], tmp_path: Path, results: Results
) -> None:
    module = MODULE.format(wait="")
    service = worker(module)
    service.warm_up()
    rounds = Rounds.of(
        ROUNDS, ours=service.whole_run, beside=lambda: bare(tmp_path / "bare", module)
    )
    what = "whole Terraform run, no-op module, beside the same commands in a shell"
    results.hold(_result(what, rounds, at_most(1.25), service))


def test_a_run_of_half_a_minute_costs_next_to_nothing_more(
    worker: Callable[[str], Worker], tmp_path: Path, results: Results
) -> None:
    module = MODULE.format(wait=WAIT.format(warm_up=WARM_UP, seconds=LONG_RUN))
    service = worker(module)
    service.warm_up()
    rounds = Rounds.of(
        ROUNDS_OF_A_LONG_RUN,
        ours=service.whole_run,
        beside=lambda: bare(tmp_path / "bare", module),
    )
    assert min(rounds.ours, rounds.beside) > LONG_RUN
    what = "whole Terraform run, module of 30 s, beside the same commands in a shell"
    results.hold(_result(what, rounds, at_most(1.05), service))

"""A module that needs no provider, workspaces for it, and a look at what runs in them."""

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from adapters.terraform.program import InstalledTerraform
from adapters.terraform.workspace import OWN_MODULES, Surroundings
from adapters.terraform.workspaces import SubprocessWorkspaces
from application.ports.terraform import TerraformProcess

MODULE = """
variable "value" {
  type = string
}

variable "seconds" {
  type = number
}

resource "terraform_data" "this" {
  input = var.value

  provisioner "local-exec" {
    command = "sleep ${var.seconds} && printf %s \\"$SAID\\""

    environment = {
      SAID = var.value
    }
  }
}

output "value" {
  value = terraform_data.this.output
}
"""


def modules_in(folder: Path, text: str = MODULE) -> Path:
    module = folder / "modules" / "aws" / "aws_vpc"
    module.mkdir(parents=True, exist_ok=True)
    (module / "main.tf").write_text(text, encoding="utf-8")
    return folder / "modules"


def workspaces_in(
    folder: Path,
    *,
    worker: Mapping[str, str] | None = None,
    terraform: InstalledTerraform | None = None,
    module: str = MODULE,
    patience: float = 60.0,
    mirror: Path | None = None,
) -> SubprocessWorkspaces:
    """Return workspaces for the module of the tests; with a *mirror*, for the service's own."""
    return SubprocessWorkspaces(
        folder / "terraform",
        Surroundings(
            terraform=terraform or InstalledTerraform(),
            redact=str,
            now=lambda: datetime.now(UTC),
            worker=os.environ if worker is None else worker,
            temporary=Path("/tmp"),
            modules=modules_in(folder, module) if mirror is None else OWN_MODULES,
            mirror=mirror,
            patience=patience,
        ),
    )


def stand_in(folder: Path, script: str) -> InstalledTerraform:
    """Return a program that says it is Terraform and does *script* for every other command."""
    program = folder / "stand-in"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = version ] && {{ echo "Terraform v1.11.4"; exit 0; }}\n{script}\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    return InstalledTerraform(str(program))


def processes_in(folder: Path) -> dict[int, str]:
    """Return the names of the processes that work below *folder*, even if it was removed."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                where = str((entry / "cwd").readlink())
                name = (entry / "comm").read_text(encoding="utf-8").strip()
            except OSError:
                continue
            if where.startswith(str(folder.resolve())):
                found[int(entry.name)] = name
    return found


def until_runs(name: str, folder: Path, process: TerraformProcess) -> None:
    """Wait until a program of that *name* works below *folder* as a part of the step."""
    while name not in processes_in(folder).values():
        assert not process.wait(0.02)


def no_process_left(folder: Path) -> bool:
    """Tell whether nothing works below *folder*; what was just killed may take a moment to go."""
    deadline = time.monotonic() + 2
    while left := bool(processes_in(folder)):
        if time.monotonic() > deadline:
            break
        time.sleep(0.01)
    return not left

"""The folder of one resource, and what Terraform does in it."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from adapters.terraform import claims, process
from adapters.terraform.command import argv, show_plan_argv
from adapters.terraform.configuration import CLI_CONFIG, HOME, Configuration
from adapters.terraform.environment import terraform_environment
from adapters.terraform.events import Redact
from adapters.terraform.files import disk_errors, private_folder, write_whole
from adapters.terraform.import_ids import import_id
from adapters.terraform.leftovers import KEYS, RUNS, at_work, leftovers
from adapters.terraform.plan_file import plan_document
from adapters.terraform.program import InstalledTerraform
from adapters.terraform.state_file import StateFile
from adapters.terraform.step_files import StepFiles
from adapters.terraform.step_log import StepLog
from application.ports.terraform import (
    ProviderEnvironment,
    TerraformCommand,
    TerraformProcess,
    Workspace,
)
from domain.inventory import Json, ResourceKind
from domain.terraform import Address, StepId

OWN_MODULES: Final = Path(__file__).parent / "modules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all workspaces have in common."""

    terraform: InstalledTerraform
    redact: Redact
    now: Callable[[], datetime]
    worker: Mapping[str, str] = field(repr=False)
    """The environment of this process, of which little is passed on."""
    temporary: Path
    """Where programs may leave things; a short path, because sockets are made in it."""
    modules: Path = OWN_MODULES
    mirror: Path | None = None
    """Where providers come from; None: from their registry."""
    extra_environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    patience: float = 45.0
    """Seconds for Terraform to show a plan."""


class SubprocessWorkspace(Workspace):
    """Terraform as a process of its own in a folder of its own."""

    def __init__(self, folder: Path, surroundings: Surroundings) -> None:
        self._folder = folder
        self._around = surroundings
        self._state = StateFile(folder)
        self._configuration = Configuration(
            folder, modules=surroundings.modules, mirror=surroundings.mirror
        )

    def configure(
        self, kind: ResourceKind, variables: Mapping[str, Json], *, lock_file: str | None
    ) -> None:
        """Write it all, each file in one step."""
        with disk_errors(self._folder):
            self._configuration.lay_down(kind, variables, lock_file)

    def adopt(self, found: Mapping[Address, str]) -> None:
        """Write import blocks beside the module, or remove them."""
        with disk_errors(self._folder):
            self._configuration.adopt(found)

    def state(self) -> str | None:
        """Read it; what was left beside it is put in its place first."""
        with disk_errors(self._folder):
            return self._state.text()

    def put_state(self, text: str) -> None:
        """Write it in one step, to be there even after a loss of power."""
        with disk_errors(self._folder):
            private_folder(self._folder)
            self._state.put(text)

    def lock_file(self) -> str | None:
        """Read it."""
        with disk_errors(self._folder):
            return self._configuration.fixed_providers()

    def start(
        self, step: StepId, command: TerraformCommand, environment: ProviderEnvironment
    ) -> TerraformProcess:
        """Start it in a session of its own, with its output in a file."""
        program = self._around.terraform.program()
        self.state()  # or Terraform would work from an older one than it left behind
        words = argv(
            command,
            fixed_providers=self.lock_file() is not None,
            json_init=program.json_init,
        )
        files = self._files(step)
        return process.start(
            files,
            self._log(files),
            [*program.argv, *words],
            folder=self._folder,
            environment=self._environment(environment),
        )

    def forbid(self, step: StepId) -> None:
        """Write so into the file by which it would be started."""
        claims.forbid(self._files(step))

    def find(self, step: StepId) -> TerraformProcess:
        """Find it by its files."""
        files = self._files(step)
        return process.StepProcess(files, self._log(files))

    def plan_document(self, environment: ProviderEnvironment) -> Mapping[str, Json]:
        """Have Terraform print it into a pipe."""
        program = self._around.terraform.program()
        with disk_errors(self._folder):
            return plan_document(
                [*program.argv, *show_plan_argv()],
                folder=self._folder,
                environment=self._environment(environment),
                patience=self._around.patience,
                redact=self._around.redact,
            )

    def import_id(
        self, planned: Mapping[str, Json], environment: ProviderEnvironment
    ) -> str | None:
        """Compose it of what was asked for."""
        return import_id(planned, environment.variables)

    def tidy(self, *, keep_state: bool) -> None:
        """Remove the files, unless a process of a step is alive."""
        with disk_errors(self._folder):
            if not at_work(self._folder):
                left = leftovers(self._folder)
                if not keep_state:
                    left += self._state.files()
                for each in left:
                    each.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove it all; links to providers lead out of it and are not followed."""
        with disk_errors(self._folder):
            if self._folder.exists():
                shutil.rmtree(self._folder)

    def _files(self, step: StepId) -> StepFiles:
        return StepFiles.of(self._folder / RUNS, step)

    def _log(self, files: StepFiles) -> StepLog:
        return StepLog(files.log, now=self._around.now, redact=self._around.redact)

    def _environment(self, environment: ProviderEnvironment) -> dict[str, str]:
        return terraform_environment(
            home=self._folder / HOME,
            cli_config=self._folder / CLI_CONFIG,
            temporary=self._around.temporary,
            worker=self._around.worker,
            credential={**environment.variables, **self._written(environment.files)},
            extra=self._around.extra_environment,
        )

    def _written(self, files: Mapping[str, str]) -> dict[str, str]:
        """Write the credential's files; return their paths by the variables that name them."""
        folder = self._folder / KEYS
        with disk_errors(self._folder):
            for variable, text in files.items():
                write_whole(private_folder(folder) / variable, text)
        return {variable: str(folder / variable) for variable in files}

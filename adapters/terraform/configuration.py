"""Laying down what Terraform reads: the module, its variables, and what is to be taken over."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from adapters.terraform.environment import cli_config_text
from adapters.terraform.files import private_folder, read_whole, write_whole
from domain.inventory import Json, ResourceKind
from domain.terraform import Address

CLI_CONFIG: Final = "cli.tfrc"
HOME: Final = "home"

_MODULE_FILES: Final = "*.tf"
_VARIABLES: Final = "terraform.tfvars.json"
_PROVIDERS: Final = ".terraform.lock.hcl"
ADOPTION: Final = "adopt.tf.json"


class Configuration:
    """Everything in *folder* that Terraform reads and does not write itself.

    Every method may raise OSError.
    """

    def __init__(self, folder: Path, *, modules: Path, mirror: Path | None) -> None:
        self._folder = folder
        self._modules = modules
        self._mirror = mirror

    def lay_down(
        self, kind: ResourceKind, variables: Mapping[str, Json], lock_file: str | None
    ) -> None:
        """Write the module, the variables and the fixed versions; what is so already stays."""
        private_folder(self._folder / HOME)
        self._write_module(self._modules / kind.provider / kind)
        write_whole(self._folder / CLI_CONFIG, cli_config_text(self._mirror))
        write_whole(self._folder / _VARIABLES, _text(variables))
        if lock_file is not None:
            write_whole(self._folder / _PROVIDERS, lock_file)

    def adopt(self, found: Mapping[Address, str]) -> None:
        """Write an import block for each object; remove them all if there is none."""
        if not found:
            (self._folder / ADOPTION).unlink(missing_ok=True)
            return
        blocks: list[Json] = [
            {"to": address, "id": _literal(cloud_id)} for address, cloud_id in found.items()
        ]
        write_whole(self._folder / ADOPTION, _text({"import": blocks}))

    def fixed_providers(self) -> str | None:
        """Return what fixes the versions of the providers; None before the first init."""
        return read_whole(self._folder / _PROVIDERS)

    def _write_module(self, module: Path) -> None:
        wanted = {each.name: each for each in module.glob(_MODULE_FILES)}
        for left in self._folder.glob(_MODULE_FILES):
            if left.name not in wanted:  # of an older version of the module
                left.unlink()
        for name, source in wanted.items():
            write_whole(self._folder / name, source.read_text(encoding="utf-8"))


def _text(document: Mapping[str, Json]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _literal(text: str) -> str:
    """Return the template that stands for *text*: a `.tf.json` holds nothing but templates."""
    return text.replace("${", "$${").replace("%{", "%%{")

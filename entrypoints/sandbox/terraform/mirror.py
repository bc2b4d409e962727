"""A folder from which terraform and tofu install the sandbox's providers, with no network.

It is laid out as a filesystem mirror of unpacked packages, so init makes a link and copies nothing.
"""

import os
import platform
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from entrypoints.sandbox.terraform.providers import PROVIDERS

VERSIONS: Final[Mapping[str, str]] = {name: each.version for name, each in PROVIDERS.items()}
HOSTS: Final = ("registry.terraform.io", "registry.opentofu.org")
TROUBLE: Final = "trouble.json"
"""In the mirror: the script of what is slow and what fails; see trouble.py."""

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64", "AMD64": "amd64"}


def write_mirror(folder: Path, *, versions: Mapping[str, str] = VERSIONS) -> Path:
    """Write the providers in *versions* into *folder*, and return it, whole and absolute.

    Writing it again changes nothing. Terraform notes a checksum of the wrapper in its lock file:
    a folder or a Python elsewhere is another package to it, and asks for a new lock file.
    """
    root = folder.resolve()
    for host in HOSTS:
        for name, version in versions.items():
            package = root / host / "hashicorp" / name / version / _machine()
            package.mkdir(parents=True, exist_ok=True)
            _write_program(
                package / f"terraform-provider-{name}_v{version}", _wrapper(name, root / TROUBLE)
            )
    return root


def command_line_settings(mirror: Path) -> str:
    """Return what a TF_CLI_CONFIG_FILE says to install from *mirror* and from nowhere else."""
    path = str(mirror).replace("\\", "\\\\").replace('"', '\\"')
    return f'provider_installation {{\n  filesystem_mirror {{\n    path = "{path}"\n  }}\n}}\n'


def _wrapper(name: str, trouble: Path) -> str:
    # exec, so that terraform is the provider's parent and not its grandparent.
    words = [sys.executable, "-P", "-m", "entrypoints.sandbox.terraform", name]
    return f"#!/bin/sh\nexec {shlex.join([*words, '--trouble', str(trouble)])}\n"


def _write_program(path: Path, text: str) -> None:
    if path.is_file() and path.read_text() == text:
        return
    # Renamed into place: somebody may be starting the one that is there.
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.write_text(text)
    new.chmod(0o755)
    new.replace(path)


def _machine() -> str:
    system, processor = platform.system().lower(), platform.machine()
    return f"{system}_{_ARCHITECTURES.get(processor, processor)}"

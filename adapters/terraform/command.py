"""The words of each Terraform command; pure, so that tests compare lists."""

from typing import Final

from application.ports.terraform import TerraformCommand
from domain.terraform import Command

PLAN_FILE: Final = "tfplan"

_LOCK_TIMEOUT: Final = "-lock-timeout=10s"
"""How long to wait for another Terraform in the same folder; there is none as a rule."""
_NO_BACKUP: Final = "-backup=-"
"""Older states live sealed in the database, not in a second file beside the first."""


def argv(wanted: TerraformCommand, *, fixed_providers: bool, json_init: bool) -> tuple[str, ...]:
    """Return the arguments for *wanted*, the program left out.

    With *fixed_providers* a lock file is there, and init may not change it. Only a program
    that can *json_init* is asked to tell about its init in JSON.
    """
    match wanted.command:
        case Command.INIT:
            return _init(fixed_providers=fixed_providers, json_init=json_init)
        case Command.PLAN:
            return _plan(wanted)
        case Command.APPLY:
            return (
                "apply",
                "-input=false",
                "-no-color",
                "-json",
                _LOCK_TIMEOUT,
                _NO_BACKUP,
                PLAN_FILE,
            )


def show_plan_argv() -> tuple[str, ...]:
    """Return the arguments that print the last plan as one document."""
    return ("show", "-no-color", "-json", PLAN_FILE)


def _init(*, fixed_providers: bool, json_init: bool) -> tuple[str, ...]:
    words = ["init", "-input=false", "-no-color"]
    if json_init:
        words.append("-json")
    if fixed_providers:
        words.append("-lockfile=readonly")
    return tuple(words)


def _plan(wanted: TerraformCommand) -> tuple[str, ...]:
    words = ["plan", "-input=false", "-no-color", "-json", "-detailed-exitcode", _LOCK_TIMEOUT]
    if wanted.destroy:
        words.append("-destroy")
    if wanted.refresh_only:
        words.append("-refresh-only")
    words += [f"-target={address}" for address in wanted.targets]
    return (*words, f"-out={PLAN_FILE}")

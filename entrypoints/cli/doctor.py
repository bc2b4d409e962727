"""`multicloud doctor`: what works, what does not, and how to mend it."""

from typing import Final

import typer

from entrypoints.bootstrap.findings import Check
from entrypoints.cli.failures import FAILED
from entrypoints.cli.render import Column, Format, FormatOption, show_listing
from entrypoints.cli.service import opened

_COLUMNS: Final = (
    Column[Check]("part", lambda check: check.part),
    Column[Check]("ok", lambda check: check.ok),
    Column[Check]("found", lambda check: check.found),
    Column[Check]("what_to_do", lambda check: check.remedy),
)


def doctor(form: FormatOption = Format.TABLE) -> None:
    """Check every part and each credential, and say what to mend; exit 1 if anything is."""
    with opened() as service:
        from entrypoints.bootstrap.checks import diagnose  # noqa: PLC0415 - slow to load

        checks = list(diagnose(service))
    show_listing(checks, _COLUMNS, form, nothing="")
    if not all(check.ok for check in checks):
        raise typer.Exit(FAILED)

"""`multicloud status`: what waits, who works, what is stale, and what to do about it."""

from typing import Final

import typer

from application.findings import Finding
from entrypoints.cli.failures import FAILED
from entrypoints.cli.render import Column, Format, FormatOption, show_listing
from entrypoints.cli.service import opened

COLUMNS: Final = (
    Column[Finding]("part", lambda finding: finding.part.value),
    Column[Finding]("name", lambda finding: finding.name),
    Column[Finding]("ok", lambda finding: finding.ok),
    Column[Finding]("found", lambda finding: finding.found),
    Column[Finding]("what_to_do", lambda finding: finding.remedy),
    Column[Finding]("figures", lambda finding: dict(finding.figures), in_table=False),
)


def status(form: FormatOption = Format.TABLE) -> None:
    """Show queues, workers, beat, jobs, syncs and Terraform; what needs attention comes first.

    Exit 1 only if something could not be read, such as the database or the broker: what is stale
    is a finding, not a failure. `multicloud doctor` exits 1 for it.
    """
    with opened() as service:
        found = service.show_status()()
    show_listing(sorted(found.findings, key=lambda f: f.ok), COLUMNS, form, nothing="")
    if form is Format.TABLE:
        wrong = sum(not finding.ok for finding in found.findings)
        typer.echo(verdict(wrong), err=True)
    if not found.readable:
        raise typer.Exit(FAILED)


def verdict(wrong: int) -> str:
    """Say how many findings are to be looked at."""
    if not wrong:
        return "Nothing needs attention."
    return f"{wrong} of these {'needs' if wrong == 1 else 'need'} attention."

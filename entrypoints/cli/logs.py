"""`multicloud logs`: what Terraform said, also while it speaks."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final

import typer

from application.use_cases.read_run_log import ReadRunLogRequest
from domain.provisioning import ResourceId, RunId
from domain.sentences import one_line
from domain.terraform import EventType, LogRecord, StepId
from entrypoints.cli.options import ResourceIdArgument, WhoseOption
from entrypoints.cli.render import Column, Format, FormatOption, moment, show_listing
from entrypoints.cli.service import opened
from entrypoints.cli.text import visible

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container

Line = tuple[StepId, LogRecord]

_LOOK_EVERY: Final = 0.5
"""Seconds."""

LOG_COLUMNS: Final = (
    Column[Line]("run_id", lambda line: line[0].run_id),
    Column[Line]("step", lambda line: line[0].number),
    Column[Line]("offset", lambda line: line[1].offset),
    Column[Line]("at", lambda line: moment(line[1].at)),
    Column[Line]("level", lambda line: line[1].level.value),
    Column[Line]("type", lambda line: line[1].type.value),
    Column[Line]("message", lambda line: line[1].message),
    Column[Line]("address", lambda line: line[1].address),
    Column[Line]("action", lambda line: line[1].action.value if line[1].action else None),
    Column[Line]("cloud_id", lambda line: line[1].cloud_id),
)


def logs(
    resource_id: ResourceIdArgument,
    user: WhoseOption = None,
    run: Annotated[
        int | None,
        typer.Option("--run", metavar="N", min=1, help="The id of a run. Default: the last one."),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on until the run ends or Ctrl-C.")
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what Terraform said while it worked on a resource.

    With --follow, JSON is one object a line instead of an array.
    """
    first = ReadRunLogRequest(
        resource_id=ResourceId(resource_id),
        run_id=RunId(run) if run else None,
        user_email=user,
    )
    with opened() as service:
        lines = _lines(service, first, follow=follow)
        if form is Format.TABLE:
            for _, said in lines:
                typer.echo(f"{moment(said.at)}  {said.level:<5}  {_text(said)}")
        elif form is Format.JSON and follow:
            for line in lines:
                typer.echo(json.dumps({column.name: column.value(line) for column in LOG_COLUMNS}))
        else:
            show_listing(lines, LOG_COLUMNS, form, nothing="")


def _text(said: LogRecord) -> str:
    """Return what was *said* on one line; what is no message of Terraform's stays as it is."""
    return visible(said.message if said.type is EventType.RAW else one_line(said.message))


def _lines(service: "Container", request: ReadRunLogRequest, *, follow: bool) -> Iterator[Line]:
    """Yield every line of the run, page by page; with *follow*, until it has ended."""
    while True:
        page = service.read_run_log()(request)
        yield from page.lines
        request = replace(request, run_id=page.run.id, after=page.last or request.after)
        if not page.lines:
            if not (follow and page.run.status.active):
                return
            time.sleep(_LOOK_EVERY)

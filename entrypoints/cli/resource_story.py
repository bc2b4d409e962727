"""Showing one resource with everything that happened to it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import typer

from domain.inventory import Json
from entrypoints.cli.render import Column, Format, moment, print_json, show_listing
from entrypoints.cli.resource_columns import (
    OBJECT_COLUMNS,
    RESOURCE_COLUMNS,
    RUN_COLUMNS,
    ResourceRow,
)
from entrypoints.cli.story import write_sheet

if TYPE_CHECKING:
    from application.use_cases.show_resource import ResourceStory
    from domain.leases import Holding

Row = TypeVar("Row")


def show_resource_story(story: "ResourceStory", form: Format) -> None:
    """Write everything known of one resource.

    JSON is the resource's object with `worked_on_by`, `spec`, `outputs`, `sensitive_outputs`,
    `objects` and `runs`; CSV has the resource only.
    """
    row = ResourceRow(overview=story.overview)
    match form:
        case Format.JSON:
            print_json(_document(story, row))
        case Format.CSV:
            show_listing([row], RESOURCE_COLUMNS, form, nothing="")
        case Format.TABLE:
            _write(story, row)


def _document(story: "ResourceStory", row: ResourceRow) -> dict[str, Json]:
    return {
        **_record(row, RESOURCE_COLUMNS),
        "worked_on_by": _worker(story.worked_on_by),
        "spec": dict(story.overview.resource.spec),
        "outputs": dict(story.output.outputs),
        "sensitive_outputs": None if story.sensitive is None else dict(story.sensitive),
        "objects": [_record(each, OBJECT_COLUMNS) for each in story.objects],
        "runs": [_record(run, RUN_COLUMNS) for run in story.runs],
    }


def _record(row: Row, columns: Sequence[Column[Row]]) -> dict[str, Json]:
    return {column.name: column.value(row) for column in columns}


def _worker(holding: "Holding | None") -> Json:
    return {"holder": holding.holder, "until": moment(holding.until)} if holding else None


def _write(story: "ResourceStory", row: ResourceRow) -> None:
    sheet = _record(row, [column for column in RESOURCE_COLUMNS if column.name != "drift"])
    if worker := story.worked_on_by:
        sheet["worked_on_by"] = f"{worker.holder}, until {moment(worker.until)} or longer"
    write_sheet(sheet)
    _write_part("What was asked for", story.overview.resource.spec)
    _write_part("Outputs", story.output.outputs)
    _write_part("Sensitive outputs", story.sensitive or {})
    if story.objects:
        typer.echo("\nWhat Terraform made:")
        show_listing(story.objects, OBJECT_COLUMNS, Format.TABLE, nothing="")
    typer.echo("\nRuns, the first one first:")
    show_listing(story.runs, RUN_COLUMNS, Format.TABLE, nothing="There was none.")


def _write_part(title: str, values: Mapping[str, Json]) -> None:
    if values:
        typer.echo(f"\n{title}:")
        write_sheet(values)

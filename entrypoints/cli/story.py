"""Showing one item of the inventory with its history."""

import json
from collections.abc import Mapping

import typer

from application.use_cases.browse_inventory import ItemStory
from domain.inventory import Json
from entrypoints.cli.inventory_columns import CHANGE_COLUMNS, ITEM_COLUMNS
from entrypoints.cli.render import Format, print_json, show_listing
from entrypoints.cli.text import visible


def show_story(story: ItemStory, form: Format) -> None:
    """Write everything known of one item, then what happened to it, the latest first.

    JSON is the item's object with its changes under `changes`; CSV has the item only.
    """
    match form:
        case Format.JSON:
            changes: list[Json] = [
                {column.name: column.value(change) for column in CHANGE_COLUMNS}
                for change in story.changes
            ]
            print_json({**_record(story), "changes": changes})
        case Format.CSV:
            show_listing([story.item], ITEM_COLUMNS, form, nothing="")
        case Format.TABLE:
            write_sheet(_record(story))
            typer.echo("\nHistory, the latest first:")
            show_listing(story.changes, CHANGE_COLUMNS, form, nothing="No change is remembered.")


def _record(story: ItemStory) -> dict[str, Json]:
    return {column.name: column.value(story.item) for column in ITEM_COLUMNS}


def write_sheet(record: Mapping[str, Json]) -> None:
    """Write *record* one field a line, without those that say nothing."""
    width = max(map(len, record), default=0)
    for name, value in record.items():
        if value not in (None, [], {}):
            text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
            typer.echo(f"{visible(name):<{width}}  {visible(text)}")

"""The page on the command line shows every command, option and stable key."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from entrypoints.cli import (
    cost_columns,
    credential_columns,
    credentials,
    doctor,
    inventory_columns,
    logs,
    provision,
    resource_columns,
    status,
    sync,
    users,
)
from entrypoints.cli.render import Column
from tests.docs.command_line import commands, parameters
from tests.docs.markdown import read, rows, sections

PAGE = {
    heading.strip("`"): text for heading, text in sections(read("docs/reference/cli.md")).items()
}
KEYS: dict[str, Sequence[Column[Any]]] = {
    "multicloud doctor": doctor._COLUMNS,
    "multicloud status": status.COLUMNS,
    "multicloud users add": users.COLUMNS,
    "multicloud users list": users.COLUMNS,
    "multicloud credentials add": credentials._ONE,
    "multicloud credentials list": credential_columns.CREDENTIAL_COLUMNS,
    "multicloud credentials disable": credentials._ONE,
    "multicloud sync": sync._COLUMNS,
    "multicloud inventory": inventory_columns.ITEM_COLUMNS,
    "multicloud inventory changes": inventory_columns.CHANGE_COLUMNS,
    "multicloud provision": provision.COLUMNS,
    "multicloud destroy": provision.COLUMNS,
    "multicloud cancel": provision.CANCELED_COLUMNS,
    "multicloud logs": logs.LOG_COLUMNS,
    "multicloud resources": resource_columns.RESOURCE_COLUMNS,
    "multicloud costs": cost_columns.SUM_COLUMNS,
    "multicloud health": credential_columns.HEALTH_COLUMNS,
}


def test_the_page_shows_every_command() -> None:
    assert set(PAGE) == set(commands())


@pytest.mark.parametrize("command", commands())
def test_the_page_shows_every_argument_and_option_of_a_command(command: str) -> None:
    shown = {row["argument or option"]: row["required"] for row in rows(PAGE[command])}
    assert shown == parameters(command)


@pytest.mark.parametrize("command", KEYS)
def test_the_page_names_the_keys_of_a_listing(command: str) -> None:
    named = re.search(r"^Keys: (.*?)\.$", PAGE[command], re.DOTALL | re.MULTILINE)
    assert named is not None
    assert re.findall(r"`(\w+)`", named[1]) == [column.name for column in KEYS[command]]

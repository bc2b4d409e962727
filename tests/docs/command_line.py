"""The command line as it is, to compare documents with."""

import shlex
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from typer.main import get_command

from entrypoints.cli.commands import app

_HIDDEN_GROUPS = {"multicloud db", "multicloud users", "multicloud credentials"}
"""Nouns that do nothing by themselves."""


@cache
def commands() -> dict[str, Any]:
    """Return every command that does something, by its words."""
    found = dict(_walk("multicloud", get_command(app)))
    return {words: command for words, command in found.items() if words not in _HIDDEN_GROUPS}


def _walk(words: str, command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - typer's own
    yield words, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _walk(f"{words} {name}", inner)


def parameters(words: str) -> dict[str, str]:
    """Return each argument and option of a command, and whether it is required."""
    return {
        spelling: "yes" if parameter.required else "no"
        for parameter in commands()[words].params
        for spelling in _spellings(parameter)
    }


def _spellings(parameter: Any) -> Sequence[str]:  # noqa: ANN401 - as above
    if parameter.param_type_name == "argument":
        return [parameter.metavar or parameter.name.upper()]
    return [*parameter.opts, *parameter.secondary_opts]


def parse(line: str) -> None:
    """Parse *line*, a whole `multicloud` command, without running it.

    Raises:
        Exception: there is no such command or option, or a value is not acceptable.
    """
    command: Any = get_command(app)
    words = shlex.split(line, comments=True)[1:]
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    context = command.make_context(command.name or "multicloud", words)
    if hasattr(command, "commands") and context._protected_args:
        raise LookupError(f"{line}: there is no command {context._protected_args[0]}.")

"""Checking commands for Docker without its engine, as far as that goes."""

import re
import shlex
from collections.abc import Sequence
from typing import Final

import yaml

from tests.docs.command_line import parse
from tests.docs.markdown import read

_COMPOSE: Final = yaml.safe_load(read("docker-compose.yml"))
_WORDS: Final = {"build", "exec", "logs", "restart", "stop", "up"}


def check(words: Sequence[str]) -> None:
    """See that the services of a `docker` command exist; `make test-compose` runs the real ones.

    Raises:
        AssertionError: one does not, or it is no command that our page needs.
    """
    if words[1] == "stats":
        return
    if words[1] == "logs":
        container = re.fullmatch(rf"{_COMPOSE['name']}-(\w+)-\d+", words[-1])
        assert container
        assert container[1] in _COMPOSE["services"]
        return
    assert words[1] == "compose"
    assert words[2] in _WORDS
    named = _services(words[3:])
    if words[2] == "exec":
        named = named[:1]
        command = words[words.index(named[0]) + 1 :]
        if command[0] == "multicloud":
            parse(shlex.join(command))
    assert set(named) <= set(_COMPOSE["services"])


def _services(words: Sequence[str]) -> list[str]:
    scaled = [word.partition("=")[0] for word in words if re.fullmatch(r"\w+=\d+", word)]
    return [*scaled, *(word for word in words if re.fullmatch(r"[a-z_]+", word))]

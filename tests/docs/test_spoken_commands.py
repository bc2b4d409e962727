"""Whatever command the product itself tells people to type exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT
from tests.docs.test_shown_commands import must_be_known

_HOUSE = ("domain", "application", "adapters", "entrypoints")
_SPOKEN = re.compile(r"`(multicloud [^`]+)`")


def _sources() -> Iterator[Path]:
    for part in _HOUSE:
        yield from sorted((ROOT / part).rglob("*.py"))


def _texts(source: Path) -> Iterator[str]:
    """Yield the texts of *source*, with 1 for whatever is put into them."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "1" for part in node.values]
            yield "".join(map(str, parts))


SPOKEN = sorted(
    {span for source in _sources() for text in _texts(source) for span in _SPOKEN.findall(text)}
)


@pytest.mark.parametrize("command", SPOKEN)
def test_every_command_that_is_spoken_of_exists(command: str) -> None:
    must_be_known(command)


def test_the_commands_of_the_remedies_are_among_them() -> None:
    assert {"multicloud users list", "multicloud credentials list"} <= set(SPOKEN)

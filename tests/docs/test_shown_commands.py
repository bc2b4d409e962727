"""Whatever a document tells people to type is well-formed and exists."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from typer import TyperException

from adapters.queue.task_names import TaskName
from tests.docs.command_line import commands, parameters, parse
from tests.docs.markdown import ROOT, blocks, code_spans, documents, read

_SHOWN = [
    pytest.param(block, id=f"{document.relative_to(ROOT)}-{number}")
    for document in documents()
    for number, block in enumerate(blocks(document.read_text(encoding="utf-8"), "sh"), 1)
]
_CELERY_WORDS = {"worker", "beat", "flower", "inspect", "control", "purge", "call"}


@pytest.mark.parametrize("block", _SHOWN)
def test_a_shell_block_is_well_formed(block: str) -> None:
    outcome = subprocess.run(
        ["bash", "-n"], input=block, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.parametrize("block", _SHOWN)
def test_every_command_in_a_shell_block_exists(block: str) -> None:
    for line in block.replace("\\\n", " ").splitlines():
        _exists(line.strip())


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_a_document_mentions_exists(document: Path) -> None:
    mentioned = code_spans(document.read_text(encoding="utf-8"))
    for span in mentioned:
        if span.startswith(("make ", "multicloud ")):
            must_be_known(span)


def _exists(line: str) -> None:
    line = line.removeprefix(".venv/bin/")
    if line.startswith("multicloud"):
        parse(re.split(r"\s[<|>]", line)[0])
    elif line.startswith("make "):
        assert set(targets_in(line)) <= targets()
    elif line.startswith("celery "):
        celery = line.split()
        assert celery[1:3] == ["-A", "entrypoints.worker"]
        assert celery[3] in _CELERY_WORDS
        assert celery[3] != "call" or celery[4] in set(TaskName)


def must_be_known(span: str) -> None:
    """Check the words and options: a mention may leave out what the command requires."""
    if span.startswith("make "):
        assert set(targets_in(span)) <= targets()
        return
    words = span.split()
    options = {word for word in words if word.startswith("--")}
    path = longest_command(words)
    assert path != "multicloud" or options, f"{span} is no command"
    assert options <= parameters(path).keys() if options else True, f"{path} has no {options}"


def longest_command(words: list[str]) -> str:
    """Return as many leading *words* as name a command or a group of commands."""
    known = {" ".join(name.split()[:count]) for name in commands() for count in (1, 2, 3)}
    prefixes = (" ".join(words[:count]) for count in range(len(words), 0, -1))
    return next(prefix for prefix in prefixes if prefix in known)


def targets_in(line: str) -> list[str]:
    return [word for word in shlex.split(line, comments=True)[1:] if "=" not in word]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))


@pytest.mark.parametrize(
    "mistake",
    [
        "multicloud inventorie",
        "multicloud users remove you@example.org",
        "multicloud sync --users you@example.org",
        "multicloud inventory --state gone",
        "multicloud credentials add --user you@example.org --provider aws",
        "celery -A entrypoints.worker call app.tasks.sync_tasks.sync_everything",
        "make demonstration",
    ],
)
def test_a_command_that_does_not_exist_is_noticed(mistake: str) -> None:
    with pytest.raises((TyperException, LookupError, AssertionError)):
        _exists(mistake)

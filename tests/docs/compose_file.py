"""Reading docker-compose.yml and what it takes from .env."""

import re
from typing import Any, Final

import yaml

from tests.docs.markdown import read

PARTS: Final = {
    "migrate",
    "celery_worker",
    "celery_worker_terraform",
    "celery_beat",
    "flower",
    "metrics",
}
"""The services that run our own image."""
SERVERS: Final = {"postgres", "redis"}
_VARIABLE = re.compile(r"\$\{(\w+)([:?+-][^}]*)?\}")
_RECIPE = re.compile(r"^# (.+)\n(\w+)=$", re.MULTILINE)


def compose_file() -> dict[str, Any]:
    """Return the file as its reader sees it, anchors resolved."""
    document: dict[str, Any] = yaml.safe_load(read("docker-compose.yml"))
    return document


def services() -> dict[str, dict[str, Any]]:
    """Return every service by its name."""
    found: dict[str, dict[str, Any]] = compose_file()["services"]
    return found


def variables(text: str) -> set[str]:
    """Return the variables that *text* takes from .env."""
    return {name for name, _ in _VARIABLE.findall(text)}


def required_variables(text: str) -> set[str]:
    """Return the variables without which *text* is refused."""
    return {name for name, rule in _VARIABLE.findall(text) if rule.startswith(":?")}


def to_fill_in() -> set[str]:
    """Return the variables that .env.example leaves empty."""
    return set(re.findall(r"^(\w+)=$", read(".env.example"), re.MULTILINE))


def offered() -> set[str]:
    """Return the variables that .env.example shows in a comment."""
    return set(re.findall(r"^#(\w+)=", read(".env.example"), re.MULTILINE))


def recipes() -> dict[str, str]:
    """Return the line of shell that makes each value, by variable."""
    return {name: line for line, name in _RECIPE.findall(read(".env.example"))}


def seconds(text: str) -> int:
    """Return a duration such as 90s in seconds."""
    assert re.fullmatch(r"\d+s", text), text
    return int(text[:-1])

"""Reading a spec from a file or standard input, in JSON or YAML."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from entrypoints.cli.failures import CommandFailed

LARGEST_FILE: Final = 256_000
"""Bytes; a spec with as many tags as any cloud allows has a tenth of that."""

_LONGEST: Final = 60
"""Characters of a key in a sentence."""


def spec_from_file(path: str) -> object:
    """Return the document in the file at *path*; `-` is standard input.

    The name tells JSON from YAML; without a telling name, what begins with a brace is JSON.

    Raises:
        CommandFailed: there is no such file, it is too large, or it is neither JSON nor YAML.
    """
    text = _text_of(path)
    suffix = Path(path).suffix.lower()
    plainly = suffix in {".yaml", ".yml"}
    if suffix == ".json" or (not plainly and text.lstrip().startswith("{")):
        return _from_json(text, path)
    return _from_yaml(text, path)


def _text_of(path: str) -> str:
    try:
        content = _content_of(path)
        if len(content) > LARGEST_FILE:
            raise CommandFailed(
                f"{_called(path)} is larger than {LARGEST_FILE // 1000} kB: that is no spec. "
                "Name the file that holds one."
            )
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        reason = "it is not UTF-8 text"
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
    raise CommandFailed(f"{_called(path)} cannot be read: {reason}.")


def _content_of(path: str) -> bytes:
    """Return no more than it takes to see that it is too large."""
    if path == "-":
        return sys.stdin.buffer.read(LARGEST_FILE + 1)
    with Path(path).open("rb") as file:
        return file.read(LARGEST_FILE + 1)


def _from_json(text: str, path: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_once_each)
    except json.JSONDecodeError as exc:
        raise _unreadable(path, "JSON", f"line {exc.lineno}, column {exc.colno}") from None
    except RecursionError:
        raise _unreadable(path, "JSON", "it is nested too deeply") from None
    except _Twice as exc:
        raise _unreadable(path, "JSON", str(exc)) from None
    except ValueError:
        raise _unreadable(path, "JSON", "a number in it is too long") from None


class _Twice(Exception):
    """A key stands twice in one object."""


def _once_each(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(f"{key[:_LONGEST]!r} stands in it twice")
        found[key] = value
    return found


def _from_yaml(text: str, path: str) -> object:
    from yaml import MarkedYAMLError, YAMLError  # noqa: PLC0415 - for this one command

    from entrypoints.cli.plain_yaml import load  # noqa: PLC0415 - as above

    try:
        return load(text)
    except MarkedYAMLError as exc:
        mark = exc.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise _unreadable(path, "YAML", f"{where}{exc.problem}") from None
    except RecursionError:
        raise _unreadable(path, "YAML", "it is nested too deeply") from None
    except (YAMLError, ValueError):  # a character, a date or a number that cannot be
        raise _unreadable(path, "YAML", "a value in it cannot be read") from None


def _unreadable(path: str, language: str, reason: str) -> CommandFailed:
    return CommandFailed(f"{_called(path)} is not valid {language} ({reason}). Correct it there.")


def _called(path: str) -> str:
    return "Standard input" if path == "-" else f"The file {path}"

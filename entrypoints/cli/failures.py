"""How commands fail: one sentence that says what to do, an exit code, never a traceback."""

import errno
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NoReturn

import typer
from typer.core import TyperGroup

from application.ports.errors import PortError
from domain.errors import DomainError
from domain.sentences import as_sentence
from entrypoints.bootstrap.errors import SettingsError
from entrypoints.cli import interruption
from entrypoints.cli.text import visible

FAILED: Final = 1
WRONG_USE: Final = 2
INTERRUPTED: Final = interruption.EXIT_CODE
_OF_WRITING: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})


class CommandFailed(Exception):
    """A command cannot do what it was asked; the text says why, and what to do."""


EXPECTED: Final = (PortError, DomainError, SettingsError, CommandFailed)


class OneSentenceGroup(TyperGroup):
    """A command group whose errors are sentences."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Run the command; whatever it raises becomes a sentence and an exit code."""
        as_json = json_was_asked_for(ctx.args)
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except typer.TyperException as error:
            _wrong_use(error, as_json=as_json)
        except KeyboardInterrupt as error:
            _interrupted(str(error), as_json=as_json)
        except BrokenPipeError:
            output_written(as_json=as_json)
            raise typer.Exit from None
        except EXPECTED as error:
            complain(*_sentences(error), kind=type(error).__name__, as_json=as_json)
            raise typer.Exit(FAILED) from error
        except Exception as error:  # noqa: BLE001 - the last door: nobody else will catch it
            if output_lost(error, as_json=as_json):
                raise typer.Exit(FAILED) from None
            _crash(error, as_json=as_json)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: Any = None,  # noqa: ANN401 - typer's own context, which it does not export
        **extra: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Read the command line; wrong use and Ctrl-C are one sentence here too."""
        as_json = json_was_asked_for(args)
        try:
            return super().make_context(info_name, args, parent, **extra)
        except typer.TyperException as error:
            _wrong_use(error, as_json=as_json)
        except KeyboardInterrupt as error:
            _interrupted(str(error), as_json=as_json)


def _interrupted(sentence: str, *, as_json: bool) -> NoReturn:
    complain(sentence or interruption.SENTENCE, kind="Interrupted", as_json=as_json)
    raise typer.Exit(INTERRUPTED)


def _wrong_use(error: Any, *, as_json: bool) -> NoReturn:  # noqa: ANN401 - typer hides its class
    """Tell of wrong use as JSON where that was asked for; people are told by typer itself."""
    if not as_json or getattr(error, "exit_code", None) != WRONG_USE:
        raise error
    more = f" See {error.ctx.command_path} --help." if error.ctx else ""
    complain(f"{as_sentence(error.format_message())}{more}", kind="WrongUse", as_json=True)
    raise typer.Exit(WRONG_USE) from error


def _sentences(error: Exception) -> tuple[str, ...]:
    return error.sentences if isinstance(error, DomainError) else (str(error),)


def complain(*sentences: str, kind: str, as_json: bool = False) -> None:
    """Tell each of *sentences* on stderr, without secrets: a line each, or one JSON object."""
    told = [visible(_redacted(sentence)) for sentence in sentences]
    if not as_json:
        typer.echo("\n".join(told), err=True)
        return
    error: dict[str, object] = {"type": kind, "message": " ".join(told)}
    if len(told) > 1:
        error["messages"] = told
    typer.echo(json.dumps({"error": error}), err=True)


def warn(sentence: str) -> None:
    """Tell on stderr what deserves attention although the command goes on."""
    typer.echo(visible(_redacted(f"Warning: {sentence}")), err=True)


def _crash(error: Exception, *, as_json: bool) -> NoReturn:
    complain(defect(error), kind="Unexpected", as_json=as_json)
    raise typer.Exit(FAILED) from error


def defect(error: Exception) -> str:
    """Keep the report of an *error* that nobody expected, and return the sentence about it."""
    from entrypoints.bootstrap.settings import DEBUG_VARIABLE  # noqa: PLC0415 - slow, and rare

    report = _redacted("".join(traceback.format_exception(error)))
    if os.environ.get(DEBUG_VARIABLE):
        typer.echo(report, err=True)
    return (
        f"Something unexpected went wrong ({type(error).__name__}), which is a defect of "
        f"multicloud. The report, free of secrets, is in {_keep(report)}; "
        f"{DEBUG_VARIABLE}=1 shows it here."
    )


def _keep(report: str) -> Path:
    """Write *report* for our eyes only, into the data folder if possible, and return where."""
    name = f"multicloud-error-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-"
    for folder in (_logs_folder(), tempfile.gettempdir()):
        try:
            descriptor, path = tempfile.mkstemp(".txt", name, folder)
        except OSError:
            continue
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(report)
        return Path(path)
    return Path(os.devnull)


def _logs_folder() -> str:
    from entrypoints.bootstrap.settings import load_settings  # noqa: PLC0415 - slow, and rare

    try:
        return str(load_settings().data_dir / "logs")
    except SettingsError:
        return tempfile.gettempdir()


def _redacted(text: str) -> str:
    from entrypoints.bootstrap.logging import process_redactor  # noqa: PLC0415 - slow, and rare

    return process_redactor().redact(text)


def json_was_asked_for(arguments: Sequence[str]) -> bool:
    """Tell whether *arguments* ask for JSON, before they are known to be right."""
    return "--format=json" in arguments or ("--format", "json") in pairwise(arguments)


def output_lost(error: Exception, *, as_json: bool = False) -> bool:
    """Tell whether *error* is that standard output takes no more, and if so, say that.

    What is left to be written then goes nowhere.
    """
    # whatever cannot be written elsewhere has a file name, or an adapter that translates
    if not isinstance(error, OSError) or error.filename or error.errno not in _OF_WRITING:
        return False
    _write_to_nowhere()
    sentence = f"Standard output cannot be written ({error.strerror})."
    complain(sentence, kind="OutputLost", as_json=as_json)
    return True


def output_written(*, as_json: bool = False) -> bool:
    """Write out what is left; if that is impossible, say so.

    A reader that has gone, as `| head` does, is no failure.
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _write_to_nowhere()
    except OSError as error:
        return not output_lost(error, as_json=as_json)
    return True


def _write_to_nowhere() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

"""`multicloud sandbox`: clouds in a box."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Annotated, Final

import typer

from domain.inventory import Json
from entrypoints.cli.children import Child, running
from entrypoints.cli.failures import CommandFailed
from entrypoints.cli.render import Format, print_json

SANDBOX: Final = "entrypoints.sandbox"


def sandbox(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65_535, help="0 takes any that is free.")
    ] = 0,
    form: Annotated[
        Format, typer.Option("--format", help="table for people, json for programs.")
    ] = Format.TABLE,
) -> None:
    """Run a make-believe AWS on this machine until Ctrl-C, and say how to reach it.

    Its credentials are made up and work nowhere else. The service accepts them only where
    MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS=true.
    """
    with sandbox_process(port) as clouds:
        announced = clouds.announcement()
        if form is Format.JSON:
            print_json(_as_json(announced))
        else:
            typer.echo(_instructions(announced))
        try:
            clouds.wait()
        except KeyboardInterrupt:
            typer.echo("The sandbox has stopped; nothing of it is kept.", err=True)


@contextmanager
def sandbox_process(port: int = 0) -> Iterator[Child]:
    """Run the sandbox clouds, furnished for the demo.

    Raises:
        CommandFailed: it is not installed.
    """
    if find_spec("moto") is None:
        raise CommandFailed("The sandbox is not installed: pip install 'multi-cloud[sandbox]'")
    with running(SANDBOX, ["--clouds", "aws", "--port", str(port), "--seed", "demo"]) as clouds:
        yield clouds


def change_something(endpoint: str) -> dict[str, object]:
    """Change one thing in the sandbox at *endpoint*, and return what.

    Raises:
        CommandFailed: it could not be changed.
    """
    with running(SANDBOX, ["change", "--endpoint", endpoint]) as change:
        return change.announcement()


def _as_json(announced: dict[str, object]) -> Json:
    plain: Json = json.loads(json.dumps(announced))
    return plain


def _instructions(announced: dict[str, object]) -> str:
    endpoints, credentials = announced["endpoints"], announced["credentials"]
    if not isinstance(endpoints, dict) or not isinstance(credentials, dict):
        raise CommandFailed("The sandbox speaks another dialect; install one version of both.")
    return _INSTRUCTIONS.format(endpoint=endpoints["aws"], document=json.dumps(credentials["aws"]))


_INSTRUCTIONS: Final = """The sandbox is up; Ctrl-C stops it. AWS: {endpoint}
It accepts any key. In another terminal:

  export MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS=true
  multicloud users add you@example.org
  multicloud credentials add --user you@example.org --provider aws --name sandbox --file - <<'END'
  {document}
  END
  multicloud sync

Every process that is to reach the sandbox needs that variable: set it in each terminal, and
before `multicloud up`, whose worker syncs too.
"""

"""`multicloud demo`: the whole story in a minute, against clouds in a box."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from entrypoints.cli.demo_step import Step
from entrypoints.cli.demo_story import Demo
from entrypoints.cli.failures import CommandFailed
from entrypoints.cli.sandbox import SandboxClouds, sandbox_process, write_provider_mirror
from entrypoints.cli.service import opened
from entrypoints.cli.signals import treat_sigterm_as_interrupt
from entrypoints.cli.up import ended_unasked, prepare_data_folder, service_process

_OWN_SERVICE: Final = (
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "CELERY_RESULT_BACKEND",
    "MULTICLOUD_SECRET_KEY",
)
"""Left unset, so that the demo can touch nothing but what it made itself."""
_MIRROR: Final = "MULTICLOUD_TERRAFORM_MIRROR"


def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the data folder and say where it is.")
    ] = False,
) -> None:
    """Show everything once: a real service with a make-believe AWS, Azure and Google Cloud.

    PostgreSQL, Valkey, a worker, beat and the sandbox clouds run for as long as the demo, in a
    folder of its own. Nothing else on this machine is touched.
    """
    treat_sigterm_as_interrupt()
    with _own_folder(keep=keep) as folder, _own_environment(folder):
        try:
            _run()
        except KeyboardInterrupt:
            end = f"Interrupted; the data is in {folder}." if keep else "Interrupted."
            raise KeyboardInterrupt(end) from None
    if keep:
        typer.echo(_KEPT.format(folder=folder))


def _run() -> None:
    data_dir = prepare_data_folder()
    write_provider_mirror(Path(os.environ[_MIRROR]))
    with sandbox_process() as sandbox, service_process(data_dir) as service, _announcing_the_end():
        with Step("Starting PostgreSQL, Valkey, a worker and beat"):
            _wait_until_up(service.events(), data_dir)
        with Step("Starting the sandbox: an AWS, an Azure and a Google Cloud on this machine"):
            clouds = SandboxClouds.announced(sandbox)
        with opened() as container:
            Demo(container, clouds).tell()
        typer.echo(_WHAT_NEXT)
        service.ask_to_stop()


@contextmanager
def _announcing_the_end() -> Iterator[None]:
    """Answer Ctrl-C before everything is stopped, which takes seconds."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("Stopping ...", err=True)
        raise


def _wait_until_up(events: Iterator[dict[str, object]], data_dir: Path) -> None:
    for event in events:
        match event.get("event"):
            case "up":
                return
            case "failed":
                raise CommandFailed(str(event.get("sentence")))
    raise CommandFailed(ended_unasked(1, data_dir))


@contextmanager
def _own_folder(*, keep: bool) -> Iterator[Path]:
    try:
        folder = Path(tempfile.mkdtemp(prefix="multicloud-demo-"))
    except OSError as exc:
        raise CommandFailed(
            f"No temporary folder can be made ({exc.strerror}): set TMPDIR to one that can be "
            "written."
        ) from exc
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _own_environment(folder: Path) -> Iterator[None]:
    """Point this process and its children to *folder*, and to no service of anybody else."""
    before = dict(os.environ)
    for name in _OWN_SERVICE:
        os.environ.pop(name, None)
    os.environ["MULTICLOUD_DATA_DIR"] = str(folder)
    os.environ[_MIRROR] = str(folder / "providers")
    os.environ["MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS"] = "true"
    os.environ["MULTICLOUD_WORKER_CONCURRENCY"] = "3"  # one for each credential
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


_WHAT_NEXT: Final = """
That was the service as it runs in production; only the clouds were made up. Your own next:

  multicloud up                         in one terminal, and in another:
  multicloud users add you@example.org
  multicloud credentials add --user you@example.org --provider aws --name main --from-env
  multicloud sync
  multicloud inventory
  multicloud costs
  multicloud provision --help
"""
_KEPT: Final = """The demo's data is kept. To look around in it:

  MULTICLOUD_DATA_DIR={folder} multicloud up
"""

"""`multicloud sandbox`: clouds in a box."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from domain.inventory import Json
from entrypoints.cli.children import Child, running
from entrypoints.cli.failures import CommandFailed
from entrypoints.cli.render import Format, print_json
from entrypoints.cli.signals import treat_sigterm_as_interrupt

SANDBOX: Final = "entrypoints.sandbox"
_PROVIDERS: Final = "entrypoints.sandbox.terraform"
_NEEDED: Final = ("moto", "duckdb", "sqlglot", "grpc", "msgpack")


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxClouds:
    """What a sandbox that is up said of itself, cloud by cloud."""

    endpoints: Mapping[str, str]
    credentials: Mapping[str, Any]
    """The documents that open the clouds."""

    @classmethod
    def announced(cls, child: Child) -> "SandboxClouds":
        """Return what the sandbox announces once it is up.

        Raises:
            CommandFailed: it could not start, or speaks another dialect.
        """
        document = child.announcement()
        endpoints, credentials = document.get("endpoints"), document.get("credentials")
        if not isinstance(endpoints, dict) or not isinstance(credentials, dict):
            raise CommandFailed("The sandbox speaks another dialect; install one version of both.")
        return cls(endpoints=endpoints, credentials=credentials)


def sandbox(
    port: Annotated[
        int,
        typer.Option(
            "--port",
            min=0,
            max=65_535,
            help="AWS has this one, Azure the next, Google Cloud the one after; 0: any free ones.",
        ),
    ] = 0,
    form: Annotated[
        Format, typer.Option("--format", help="table for people, json for programs.")
    ] = Format.TABLE,
) -> None:
    """Run a make-believe AWS, Azure and Google Cloud on this machine until Ctrl-C.

    It says how to reach them. Their credentials are made up and work nowhere else. The service
    accepts them only where MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS=true.
    """
    treat_sigterm_as_interrupt()
    with sandbox_process(port) as child, _folder() as folder:
        way_in = _WayIn.prepared(SandboxClouds.announced(child), folder)
        try:
            if form is Format.JSON:
                print_json(way_in.document())
            else:
                typer.echo(way_in.instructions())
            child.wait()
        except KeyboardInterrupt:
            typer.echo("The sandbox has stopped; nothing of it is kept.", err=True)


@contextmanager
def sandbox_process(port: int = 0) -> Iterator[Child]:
    """Run the sandbox clouds, furnished for the demo.

    Raises:
        CommandFailed: it is not installed.
    """
    if not all(map(find_spec, _NEEDED)):
        raise CommandFailed("The sandbox is not installed: pip install 'multi-cloud[sandbox]'")
    with running(SANDBOX, ["--port", str(port), "--seed", "demo"]) as child:
        yield child


def change_something(endpoint: str, name: str, *, resource: str | None = None) -> dict[str, object]:
    """Let the change *name* happen in the sandbox at *endpoint*, and return what it was.

    It happens to what is named *resource*, or to what the sandbox was furnished with for it.

    Raises:
        CommandFailed: it could not be changed.
    """
    named = ["--name", resource] if resource else []
    with running(SANDBOX, ["change", "--endpoint", endpoint, name, *named]) as change:
        return change.announcement()


def write_provider_mirror(folder: Path) -> None:
    """Write into *folder* the providers with which Terraform builds in the sandbox.

    Raises:
        CommandFailed: it cannot be written.
    """
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own module
        [sys.executable, "-P", "-m", _PROVIDERS, "mirror", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2]
        raise CommandFailed(reason or f"{_PROVIDERS} ended with exit code {done.returncode}.")


@contextmanager
def _folder() -> Iterator[Path]:
    """Return a folder for our eyes only, which is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="multicloud-sandbox-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _WayIn:
    """All that somebody needs to reach the clouds and to build in them."""

    clouds: SandboxClouds
    files: Mapping[str, Path]
    """The documents that open the clouds, as `multicloud credentials add` takes them."""
    mirror: Path
    """Holds Terraform's providers."""

    @classmethod
    def prepared(cls, clouds: SandboxClouds, folder: Path) -> "_WayIn":
        """Write credentials and Terraform's providers into *folder*, and return where they are.

        Raises:
            CommandFailed: the providers cannot be written.
        """
        files = {cloud: folder / f"{cloud}.json" for cloud in clouds.credentials}
        for cloud, file in files.items():
            document = clouds.credentials[cloud]
            file.write_text(json.dumps(document, indent=2), encoding="utf-8")
        write_provider_mirror(folder / "providers")
        return cls(clouds=clouds, files=files, mirror=folder / "providers")

    @property
    def environment(self) -> dict[str, str]:
        """What every process must have in its environment that is to reach the clouds."""
        return {
            "MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true",
            "MULTICLOUD_TERRAFORM_MIRROR": str(self.mirror),
        }

    def document(self) -> dict[str, Json]:
        """Return all of it for a program."""
        return {
            "endpoints": dict(self.clouds.endpoints),
            "credentials": dict(self.clouds.credentials),
            "credential_files": {cloud: str(file) for cloud, file in self.files.items()},
            "environment": dict(self.environment),
        }

    def instructions(self) -> str:
        """Return all of it for a person: what to type."""
        reached = "".join(f"  {cloud:<6} {url}\n" for cloud, url in self.clouds.endpoints.items())
        exports = "".join(f"  export {name}={value}\n" for name, value in self.environment.items())
        adding = "".join(_ADD.format(cloud=cloud, file=file) for cloud, file in self.files.items())
        return _INSTRUCTIONS.format(reached=reached, exports=exports, adding=adding)


_ADD: Final = """\
  multicloud credentials add --user you@example.org --provider {cloud} --name {cloud}-sandbox \\
    --file {file}
"""
_INSTRUCTIONS: Final = """The sandbox is up; Ctrl-C stops it.

{reached}
AWS accepts any key; the others know theirs. In another terminal:

{exports}  multicloud users add you@example.org
{adding}  multicloud sync
  multicloud costs --refresh

Every process that is to reach the sandbox needs these variables: set them in each terminal, and
before `multicloud up`, whose worker syncs and builds too.
"""

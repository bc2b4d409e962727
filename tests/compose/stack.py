"""The service in containers, driven as an operator does it: with docker and docker compose."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
FILES: Final = (ROOT / "docker-compose.yml", ROOT / "tests" / "compose" / "sandbox.yml")
MINUTE: Final = 60.0
_LONGEST: Final = 20 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One project of docker compose."""

    project: str
    image: str
    env_file: Path
    secrets: Mapping[str, str]
    """What stands in the env file and nobody else may know."""
    flower_port: int
    first_up: float = 0.0
    """After how many seconds everything was healthy when there was nothing before."""

    def compose(self, *arguments: str, typed: str | None = None) -> str:
        """Run docker compose and return what it printed."""
        files = [word for file in FILES for word in ("-f", str(file))]
        return run(
            *compose_program(),
            *("--project-directory", str(ROOT), *files),
            *("-p", self.project, "--env-file", str(self.env_file)),
            *arguments,
            typed=typed,
        )

    def up(self, *arguments: str) -> float:
        """Start what does not run; return after how many seconds all of it was healthy."""
        with timed() as took:
            self.compose("up", "-d", "--wait", "--wait-timeout", "300", *arguments)
        return took()

    def services(self) -> list[str]:
        """Return the services of the project, the sandbox apart."""
        names = self.compose("config", "--services").split()
        return sorted(set(names) - {"sandbox"})

    def container(self, service: str, number: int = 1) -> str:
        """Return the name of a container, as docker compose makes it."""
        return f"{self.project}-{service}-{number}"

    def containers(self) -> list[str]:
        """Return the containers that there are, ended ones too, the sandbox apart."""
        names = self.compose("ps", "-a", "--format", "{{.Name}}").split()
        return sorted(name for name in names if name != self.container("sandbox"))

    def execute(self, service: str, *command: str, typed: str | None = None) -> str:
        """Run *command* in the container of *service*."""
        return self.compose("exec", "-T", service, *command, typed=typed)

    def multicloud(self, *arguments: str, typed: str | None = None) -> Any:  # noqa: ANN401 - JSON
        """Run a command of ours in a worker's container and return its JSON."""
        said = self.execute(
            "celery_worker", "multicloud", *arguments, "--format", "json", typed=typed
        )
        return json.loads(said)

    def rows(self, query: str) -> list[list[str]]:
        """Return what the database answers, each value as text."""
        command = ("psql", "-U", "multicloud", "-d", "multicloud", "-At", "-F", "\t", "-c", query)
        return [line.split("\t") for line in self.execute("postgres", *command).splitlines()]

    def share(self, name: str, text: str) -> None:
        """Write a file into the folder that workers and sandbox share; text may not be quoted."""
        place = f"/var/lib/multicloud/{name}"
        self.execute("sandbox", "sh", "-c", f"cat > {place}", typed=text)


@cache
def compose_program() -> tuple[str, ...]:
    """Return how docker compose is called here; COMPOSE names one that is not on the PATH."""
    if named := os.environ.get("COMPOSE"):
        return tuple(named.split())
    if subprocess.run(
        ["docker", "compose", "version"], capture_output=True, check=False
    ).returncode:
        return (shutil.which("docker-compose") or str(ROOT / ".venv" / "bin" / "docker-compose"),)
    return ("docker", "compose")


def docker(*arguments: str) -> str:
    """Run docker and return what it printed."""
    return run("docker", *arguments)


def inspected(*names: str) -> list[dict[str, Any]]:
    """Return what docker inspect tells of containers, images, volumes or networks."""
    found: list[dict[str, Any]] = json.loads(docker("inspect", *names))
    return found


def run(*command: str, typed: str | None = None) -> str:
    """Run a program and return its standard output; fail with what it said if it fails."""
    ours = re.compile(r"^(MULTICLOUD_|POSTGRES_|REDIS_|FLOWER_|TERRAFORM_|IMAGE_)")
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not ours.match(name)},
        input=typed if typed is not None else "",
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
    assert done.returncode == 0, (
        f"{' '.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    )
    return done.stdout


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    """Give a function that tells how many seconds the block has taken by now, or took."""
    start = time.monotonic()
    end: list[float] = []
    yield lambda: (end[0] if end else time.monotonic()) - start
    end.append(time.monotonic())


def soon(condition: Callable[[], object], *, patience: float, what: str) -> float:
    """Wait until *condition* holds, and return how many seconds that took."""
    with timed() as took:
        while not condition():
            assert took() < patience, f"not within {patience:.0f} seconds: {what}"
            time.sleep(0.5)
    return took()


def processes(container: str) -> Sequence[tuple[int, str]]:
    """Return the user and the command line of each process in *container*."""
    _, *lines = docker("top", container, "-eo", "pid,uid,args").splitlines()
    parts = (line.split(maxsplit=2) for line in lines)
    return [(int(user), command) for _, user, command in parts]

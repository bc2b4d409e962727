"""One stack of containers for all tests of this folder, made once and taken away again."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.compose.ada import Ada
from tests.compose.stack import Stack, docker, timed
from tests.docs.compose_file import recipes

_FIGURES = pytest.StashKey[list[str]]()
HERE = Path(__file__).parent


class Figures:
    """What was measured; shown at the end of the run."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def note(self, what: str, value: float | str, unit: str = "s") -> None:
        """Remember one figure."""
        shown = f"{value:8.1f} {unit}" if isinstance(value, float) else value
        self._lines.append(f"{what:<72}{shown}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.compose)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if lines := config.stash.get(_FIGURES, []):
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Figures:
    return Figures(request.config.stash.setdefault(_FIGURES, []))


@pytest.fixture(scope="session")
def engine() -> None:
    """A Docker engine that answers."""
    found = shutil.which("docker")
    if not found or subprocess.run([found, "info"], capture_output=True, check=False).returncode:
        pytest.exit("No Docker engine answers here: start one, then try again.", returncode=1)


@pytest.fixture(scope="session")
def stack(
    engine: None, figures: Figures, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """Everything built and running; gone afterwards, with its volumes."""
    made = _prepared(tmp_path_factory.mktemp("compose") / "env")
    try:
        with timed() as took:
            made.compose("build")
        figures.note("the image is built", took())
        started = replace(made, first_up=made.up())
        figures.note("up -d until everything is healthy, the first time", started.first_up)
        yield started
    finally:
        made.compose("down", "--volumes", "--remove-orphans", "--timeout", "5")
        docker("image", "rm", "--force", made.image)


def _prepared(env_file: Path) -> Stack:
    """Write an env file as .env.example says, for a project that is nobody's."""
    secrets = {
        name: subprocess.run(
            ["bash", "-c", line], capture_output=True, text=True, check=True
        ).stdout.strip()
        for name, line in recipes().items()
    }
    flower, database = _free_port(), _free_port()
    chosen = {
        **secrets,
        "FLOWER_PORT": str(flower),
        "POSTGRES_PORT": str(database),
        "MULTICLOUD_IMAGE": "multi-cloud-test",
        "IMAGE_EXTRAS": "embedded,sandbox",
        "MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true",
    }
    env_file.touch(mode=0o600)
    env_file.write_text("".join(f"{name}={value}\n" for name, value in chosen.items()))
    return Stack(
        project="multi-cloud-test",
        image="multi-cloud-test",
        env_file=env_file,
        secrets=secrets,
        flower_port=flower,
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.fixture(scope="session")
def ada(stack: Stack) -> Ada:
    """A user with a key to each cloud of the sandbox."""
    return Ada.added(stack)


@pytest.fixture(scope="session")
def synced(ada: Ada, figures: Figures) -> Ada:
    """The same, once beat has had each of her accounts synced; nobody else asked for it."""
    figures.note(
        "credential added until all three clouds are synced, by beat alone", ada.wait_for_beat()
    )
    return ada.settled()


@pytest.fixture
def at_work(synced: Ada) -> Iterator[Ada]:
    """The same, in a service that is well, with clouds that are slow."""
    synced.stack.up()
    synced.slow_down(0.25)
    yield synced
    synced.slow_down(0.0)

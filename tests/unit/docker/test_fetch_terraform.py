"""The image gets the Terraform that was released, or is not built."""

import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).parents[3]
VERSION = "9.9.9"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


class Releases:
    """A place with one release, for both kinds of machine."""

    def __init__(self, root: Path) -> None:
        self._folder = root / VERSION
        self._folder.mkdir(parents=True)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(root)))
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def publish(self, archive: bytes, *, listed: bytes | None = None) -> None:
        """Put *archive* there; the list has the sum of *listed*, or its own."""
        digest = hashlib.sha256(archive if listed is None else listed).hexdigest()
        names = [f"terraform_{VERSION}_linux_{kind}.zip" for kind in ("amd64", "arm64")]
        for name in names:
            (self._folder / name).write_bytes(archive)
        lines = "".join(f"{digest}  {name}\n" for name in names)
        (self._folder / f"terraform_{VERSION}_SHA256SUMS").write_text(lines)


@pytest.fixture
def releases(tmp_path: Path) -> Iterator[Releases]:
    made = Releases(tmp_path / "releases")
    thread = Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def packed(name: str = "terraform") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("LICENSE.txt", "BUSL-1.1")
        archive.writestr(name, "#!/bin/sh\necho Terraform v9.9.9\n")
    return buffer.getvalue()


def fetch(
    releases: Releases, folder: Path, *options: str, version: str = VERSION
) -> "subprocess.CompletedProcess[str]":
    folder.mkdir(exist_ok=True)
    script = ROOT / "docker" / "fetch_terraform.py"
    return subprocess.run(
        [sys.executable, str(script), releases.url, version, str(folder), *options],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_a_release_with_the_sum_in_its_list_becomes_a_program(
    releases: Releases, tmp_path: Path
) -> None:
    releases.publish(packed())
    done = fetch(releases, tmp_path / "bin", "--sha256", "")
    assert (done.returncode, done.stderr) == (0, "")
    said = subprocess.run([tmp_path / "bin" / "terraform"], capture_output=True, check=True)
    assert said.stdout == b"Terraform v9.9.9\n"


def test_a_sum_that_was_given_counts_and_not_the_list(releases: Releases, tmp_path: Path) -> None:
    releases.publish(packed(), listed=b"another archive")
    right = hashlib.sha256(packed()).hexdigest().upper()
    assert fetch(releases, tmp_path / "bin", "--sha256", right).returncode == 0


@pytest.mark.parametrize(
    ("archive", "listed", "options", "said"),
    [
        (packed(), b"another archive", (), "has the SHA-256"),
        (packed(), None, ("--sha256", "0" * 64), "should have " + "0" * 64),
        (packed("tofu"), None, (), "holds no program 'terraform'"),
        (b"no archive at all", None, (), "holds no program 'terraform'"),
    ],
)
def test_anything_else_stops_the_build_with_one_sentence(
    *,
    archive: bytes,
    listed: bytes | None,
    options: tuple[str, ...],
    said: str,
    releases: Releases,
    tmp_path: Path,
) -> None:
    releases.publish(archive, listed=listed)
    done = fetch(releases, tmp_path / "bin", *options)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert said in done.stderr
    assert not list((tmp_path / "bin").iterdir())


def test_a_release_that_does_not_exist_is_named(releases: Releases, tmp_path: Path) -> None:
    releases.publish(packed())
    done = fetch(releases, tmp_path / "bin", version="0.0.1")
    assert done.returncode == 1
    assert "/0.0.1/terraform_0.0.1_SHA256SUMS cannot be fetched" in done.stderr

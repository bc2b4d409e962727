"""Every cloud of the sandbox in one process, and changes in them from another one."""

import json
import ssl
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests.integration.sandbox.test_sandbox_process import ready, run, started

CLOUDS = ["aws", "azure", "gcp"]


@pytest.fixture(scope="module")
def clouds() -> Iterator[dict[str, Any]]:
    process = started()
    try:
        yield ready(process)
    finally:
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


def change(clouds: dict[str, Any], cloud: str, *name: str) -> "subprocess.CompletedProcess[str]":
    return run("change", "--endpoint", clouds["endpoints"][cloud], *name)


def sign_in(document: dict[str, Any]) -> dict[str, Any]:
    """Ask Azure for a token as the printed document says, with no library of Microsoft's."""
    form = {
        "grant_type": "client_credentials",
        "client_id": document["client_id"],
        "client_secret": document["client_secret"],
    }
    address = f"{document['authority_host']}/{document['tenant_id']}/oauth2/v2.0/token"
    trust = ssl.create_default_context(cadata=document["ca_certificate"])
    with urlopen(address, urlencode(form).encode(), context=trust) as answer:
        token: dict[str, Any] = json.load(answer)
    return token


def test_all_are_announced_with_what_opens_them(clouds: dict[str, Any]) -> None:
    endpoints, credentials = clouds["endpoints"], clouds["credentials"]
    assert list(endpoints) == list(credentials) == CLOUDS
    assert credentials["aws"]["endpoint_url"] == endpoints["aws"]
    assert credentials["azure"]["resource_manager_url"] == endpoints["azure"]
    assert credentials["gcp"]["compute_endpoint"] == endpoints["gcp"]


@pytest.mark.parametrize(
    ("cloud", "usual"),
    [("aws", "stop-instance"), ("azure", "deallocate-vm"), ("gcp", "stop-instance")],
)
def test_each_has_a_usual_change_that_happens_once(
    clouds: dict[str, Any], cloud: str, usual: str
) -> None:
    done = change(clouds, cloud)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["change"], told["field"], told["before"]) == (usual, "status", "running")
    again = change(clouds, cloud, usual)
    assert (again.returncode, again.stdout, len(again.stderr.splitlines())) == (1, "", 1)


@pytest.mark.parametrize(
    ("cloud", "usual", "name"),
    [
        ("aws", "stop-instance", "checkout-us-2"),
        ("azure", "deallocate-vm", "ledger-1"),
        ("gcp", "stop-instance", "etl-worker-2"),
    ],
)
def test_a_change_can_be_for_what_has_a_name(
    clouds: dict[str, Any], cloud: str, usual: str, name: str
) -> None:
    done = change(clouds, cloud, usual, "--name", name)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["change"], told["name"], told["before"]) == (usual, name, "running")
    refused = change(clouds, cloud, "--name", name)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert name in refused.stderr


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_change_that_a_cloud_does_not_know_is_one_sentence(
    clouds: dict[str, Any], cloud: str
) -> None:
    done = change(clouds, cloud, "explode")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith("There is no change 'explode'; choose one of ")


def test_a_secret_that_expired_opens_nothing_any_more(clouds: dict[str, Any]) -> None:
    document = clouds["credentials"]["azure"]
    assert sign_in(document)["token_type"] == "Bearer"
    assert change(clouds, "azure", "expire-secret").returncode == 0
    with pytest.raises(HTTPError) as refused:
        sign_in(document)
    with refused.value as answer:
        assert json.load(answer)["error_codes"] == [7000222]


def test_ports_follow_each_other(clouds: dict[str, Any]) -> None:
    azure = int(clouds["endpoints"]["azure"].rpartition(":")[2])
    taken = run("--clouds", "azure,gcp", "--port", str(azure - 1))
    assert taken.returncode == 1
    assert taken.stderr.startswith(f"Port {azure} is taken")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--clouds", "aws,moon"], "there is no cloud 'moon'; choose some of aws,azure,gcp"),
        (["--clouds", ""], "there is no cloud ''"),
        (["--port", "65534"], "There are too few ports from 65534 on"),
    ],
)
def test_what_cannot_be_served_is_refused(arguments: list[str], said: str) -> None:
    refused = run(*arguments)
    assert refused.returncode in {1, 2}
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr

"""What stands on this machine has no say in whose tenant is opened, and where."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from application.ports.errors import Unavailable
from entrypoints.sandbox.azure.tenant import TENANT_ID
from entrypoints.sandbox.rest.certificate import self_signed
from entrypoints.sandbox.rest.wire import json_reply
from tests.integration.azure.rig import HERE, MACHINES, TOKEN, Rig, resources, running

ENVIRONMENT = {
    "AZURE_AUTHORITY_HOST": "https://127.0.0.1:1",
    "AZURE_REGIONAL_AUTHORITY_NAME": "westeurope",
    "MSAL_FORCE_REGION": "westeurope",
    "REGION_NAME": "westeurope",
    "AZURE_CLOUD": "nonsense",
    "AZURE_SDK_CLOUD_CONF": "nonsense",
    "AZURE_CLIENT_ID": "other",
    "AZURE_CLIENT_SECRET": "other",
    "AZURE_TENANT_ID": "other",
    "AZURE_USERNAME": "other",
    "AZURE_LOG_LEVEL": "nonsense",
    "AZURE_TRACING_ENABLED": "nonsense",
    "AZURE_HTTP_USER_AGENT": "other",
    "AZURE_IDENTITY_DISABLE_CP1": "true",
}


def test_the_environment_has_no_say(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = rig.launch(HERE)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    inventory = rig.inventory()
    assert inventory.account_id() == TENANT_ID
    assert set(resources(inventory, MACHINES, HERE)) == {machine}
    agents = {each.headers["user-agent"] for each in rig.server.requests}
    assert all(agent.startswith("multi-cloud ") for agent in agents)
    assert not any("other" in agent for agent in agents)


def test_passwords_on_this_machine_do_not_take_the_place_of_the_token(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login other password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    resources(rig.inventory(), MACHINES, HERE)
    sent = [each.headers.get("authorization", "") for each in rig.server.requests]
    assert not any(each.startswith("Basic") for each in sent)
    assert sent[-1].startswith("Bearer ")


def test_cookies_are_not_sent_back(rig: Rig) -> None:
    rig.fail(TOKEN, status=503, headers={"Set-Cookie": "canary=1; Path=/"}, times=1)
    resources(rig.inventory(), MACHINES, HERE)
    assert not any("cookie" in each.headers for each in rig.server.requests)


def test_a_bundle_of_certificates_on_this_machine_counts_where_the_credential_has_none(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(str(rig.server.credential()["ca_certificate"]))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    assert rig.inventory(ca_certificate=None).account_id() == TENANT_ID


def test_a_bundle_of_certificates_does_not_widen_whom_a_credential_trusts(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(str(rig.server.credential()["ca_certificate"]))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with pytest.raises(Unavailable, match="does not trust"):
        rig.inventory(ca_certificate=self_signed().pem).account_id()


def test_a_bundle_of_certificates_that_is_not_there_is_said_in_our_own_words(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    with pytest.raises(Unavailable, match="the sign-in"):
        rig.inventory(ca_certificate=None).account_id()


def test_a_redirection_is_not_followed(rig: Rig) -> None:
    reply = json_reply({"value": []})
    with running(lambda _: reply, certificate=rig.server._certificate) as elsewhere:
        rig.fail("virtualMachines", status=307, headers={"Location": f"{elsewhere.endpoint}/x"})
        with pytest.raises(Unavailable):
            resources(rig.inventory(), MACHINES, HERE)
        assert elsewhere.requests == ()


def test_the_sdk_is_not_loaded_before_a_cloud_is_opened() -> None:
    code = "import sys, adapters.azure.clouds; sys.exit(bool({'azure', 'msal'} & set(sys.modules)))"
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, check=False
    )
    assert done.returncode == 0

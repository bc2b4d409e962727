"""A session knows its credential and nothing of the machine but its network."""

import json
import socket
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from adapters.fakes.clock import FakeClock
from adapters.fakes.pacing import FakePacing
from adapters.fakes.secret_box import FakeSecretBox
from adapters.gcp.clouds import GcpClouds, GcpSecretFormat
from application.ports.errors import NotFound, Rejected
from domain.accounts import (
    Credential,
    CredentialId,
    CredentialName,
    Provider,
    SealedSecret,
    UserId,
)
from domain.costs import Period, SubAccountId
from domain.inventory import EVERYWHERE
from entrypoints.sandbox.gcp import resources
from tests.integration.gcp.bill import costs_of
from tests.integration.gcp.rig import BUCKETS, HERE, INSTANCES, NETWORKS, PROJECT, Rig, names

CREDENTIAL = Credential(
    id=CredentialId(1),
    user_id=UserId(1),
    provider=Provider.GCP,
    name=CredentialName("prod"),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def test_a_sealed_credential_opens_its_project(rig: Rig) -> None:
    box = FakeSecretBox("key")
    form = GcpSecretFormat(allow_custom_endpoints=True)
    clouds = GcpClouds(
        secret_box=box, clock=FakeClock(), pacing=FakePacing(), allow_custom_endpoints=True
    )
    sealed: SealedSecret = box.seal(form.canonical(Provider.GCP, rig.server.credential()))
    assert clouds.inventory(CREDENTIAL, sealed).account_id() == PROJECT
    assert clouds.probe(CREDENTIAL, sealed).check().failure is None
    assert clouds.costs(CREDENTIAL, sealed) is None
    table = f"{PROJECT}.billing.gcp_billing_export_v1_0A1B2C"
    with_bill = rig.server.credential(billing_export_table=table)
    costs = clouds.costs(CREDENTIAL, box.seal(form.canonical(Provider.GCP, with_bill)))
    assert costs is not None
    assert list(costs.sub_accounts()) == [PROJECT]


def test_other_endpoints_are_not_opened_where_they_are_not_allowed(rig: Rig) -> None:
    box = FakeSecretBox("key")
    form = GcpSecretFormat(allow_custom_endpoints=True)
    sealed = box.seal(form.canonical(Provider.GCP, rig.server.credential()))
    clouds = GcpClouds(
        secret_box=box, clock=FakeClock(), pacing=FakePacing(), allow_custom_endpoints=False
    )
    with pytest.raises(Rejected, match="MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS"):
        clouds.inventory(CREDENTIAL, sealed)
    assert rig.asked() == 0


ENVIRONMENT = {
    "GOOGLE_APPLICATION_CREDENTIALS": "/nowhere.json",
    "GOOGLE_CLOUD_PROJECT": "another-project",
    "GOOGLE_CLOUD_QUOTA_PROJECT": "another-project",
    "GOOGLE_CLOUD_UNIVERSE_DOMAIN": "example.org",
    "GOOGLE_API_USE_MTLS_ENDPOINT": "always",
    "STORAGE_EMULATOR_HOST": "http://127.0.0.1:1",
    "API_ENDPOINT_OVERRIDE": "http://127.0.0.1:1",
    "BIGQUERY_EMULATOR_HOST": "http://127.0.0.1:1",
}


def test_the_environment_has_no_say(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rig.project.put(resources.bucket("media-4711"))
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password canary\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    inventory = rig.inventory()
    assert inventory.account_id() == PROJECT
    assert list(inventory.locations(INSTANCES))
    assert names(inventory, BUCKETS, EVERYWHERE) == {"media-4711"}
    day = Period(date(2026, 1, 1), date(2026, 1, 1))
    with pytest.raises(NotFound, match="no billing export"):
        list(costs_of(rig).read(SubAccountId(PROJECT), day))
    assert all("Basic" not in str(each.headers) for each in rig.server.requests)


@pytest.fixture
def proxy() -> Iterator[socket.socket]:
    """Where everything that is said over https would have to pass."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def test_nothing_is_said_to_anybody_but_the_endpoints(
    rig: Rig, proxy: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
    inventory = rig.inventory()
    inventory.account_id()
    names(inventory, NETWORKS, EVERYWHERE)
    names(inventory, BUCKETS, EVERYWHERE)
    names(inventory, INSTANCES, HERE)
    with pytest.raises(BlockingIOError):
        proxy.accept()


def test_what_asks_for_a_token_is_no_more_than_is_needed(rig: Rig) -> None:
    rig.inventory().account_id()
    (asking,) = (each for each in rig.server.requests if each.path == "/token")
    claims = json.loads(_claims(asking.body.decode()))
    assert set(claims["scope"].split()) == {
        f"https://www.googleapis.com/auth/{scope}"
        for scope in ("compute.readonly", "devstorage.read_only", "cloud-platform.read-only")
    }


def _claims(form: str) -> bytes:

    part = parse_qs(form)["assertion"][0].split(".")[1]
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))

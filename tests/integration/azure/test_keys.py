"""Bad secrets, missing roles and broken sign-ins, as Entra ID and Azure tell them apart."""

import json
import logging
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.azure.clouds import AzureClouds, AzureSecretFormat
from adapters.azure.health import AzureHealthProbe
from adapters.azure.inventory import AzureInventory
from adapters.azure.session import AzureSession
from adapters.fakes.clock import FakeClock
from adapters.fakes.pacing import FakePacing
from adapters.fakes.secret_box import FakeSecretBox
from application.ports.errors import (
    AccessDenied,
    CredentialsExpired,
    PortError,
    Rejected,
    Throttled,
    Unavailable,
)
from domain.accounts import (
    Credential,
    CredentialId,
    CredentialName,
    Provider,
    UserId,
)
from domain.health import HealthStatus
from entrypoints.sandbox.azure.tenant import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from tests.integration.azure.rig import (
    ACCOUNTS,
    GROUPS,
    HASTE,
    HERE,
    LIST_MACHINES,
    MACHINES,
    TOKEN,
    Rig,
    records,
    resources,
)

CREDENTIAL = Credential(
    id=CredentialId(1),
    user_id=UserId(1),
    provider=Provider.AZURE,
    name=CredentialName("prod"),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)
WRONG = "canary~of.a_wrong-secret"


def said(rig: Rig, **fields: Any) -> PortError:  # noqa: ANN401 - those of the credential
    with pytest.raises(PortError) as caught:
        rig.inventory(**fields).account_id()
    return caught.value


def test_the_account_is_the_tenant_in_lower_case(rig: Rig) -> None:
    assert rig.inventory(tenant_id=TENANT_ID.upper()).account_id() == TENANT_ID


def test_four_bad_keys_are_four_different_sentences(rig: Rig) -> None:
    nobody = "99999999-9999-4999-8999-999999999999"
    wrong = said(rig, client_secret=WRONG)
    application = said(rig, client_id=nobody)
    tenant = said(rig, tenant_id=nobody)
    rig.tenant.directory.expire_secret(CLIENT_ID)
    expired = said(rig)
    told = [wrong, application, tenant, expired]
    assert all(isinstance(each, CredentialsExpired) for each in told)
    assert "is not one of the application" in wrong.summary
    assert f"has no application {nobody}" in application.summary
    assert "does not know the tenant" in tenant.summary
    assert "has run out" in expired.summary
    assert "its value, not its id" in wrong.remedy
    assert "Make a new client secret" in expired.remedy


def test_a_secret_that_is_wrong_is_asked_for_once_and_not_retried(rig: Rig) -> None:
    said(rig, client_secret=WRONG)
    assert rig.asked(TOKEN) == 1


def test_a_role_that_is_missing_is_another_thing_than_a_bad_key(rig: Rig) -> None:
    rig.tenant.deny("Microsoft.Storage/*")
    inventory = rig.inventory()
    assert inventory.account_id() == TENANT_ID
    with pytest.raises(AccessDenied) as caught:
        resources(inventory, ACCOUNTS, HERE)
    assert caught.value.permission == "Microsoft.Storage/storageAccounts/read"
    assert resources(inventory, GROUPS, HERE) == {}


def test_a_sign_in_that_entra_throttles_says_how_long_to_wait(rig: Rig) -> None:
    rig.fail(TOKEN, status=429, headers={"Retry-After": "300"}, document={"error": "slow_down"})
    error = said(rig)
    assert isinstance(error, Throttled)
    assert error.retry_after == 300


@pytest.mark.parametrize(
    ("document", "expected", "said_of_it"),
    [
        ({"error": "temporarily_unavailable"}, Unavailable, "temporarily_unavailable"),
        ({"error": "invalid_client"}, CredentialsExpired, "(invalid_client)"),
        ({"error": "canary of a token"}, CredentialsExpired, "(HTTP 400)"),
        ({"error": 7, "error_description": 7}, CredentialsExpired, "(HTTP 400)"),
        ({"error": "x", "error_description": "x AADSTS53003: y"}, AccessDenied, "(AADSTS53003)"),
    ],
)
def test_a_refusal_is_known_by_its_number_or_else_by_its_word(
    rig: Rig, document: object, expected: type[PortError], said_of_it: str
) -> None:
    rig.fail(TOKEN, status=400, document=document)
    error = said(rig)
    assert type(error) is expected
    assert said_of_it in error.summary


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"dropped": True},
        {"status": 200, "body": b"<html>proxy</html>"},
        {"status": 200, "body": b'["canary of a token"]'},
        {"status": 200, "body": b"canary of a token"},
        {"status": 200, "document": {}},
        {"status": 200, "document": {"error": "x", "error_description": "canary of a token"}},
        {"status": 404, "body": b"<html>no such page</html>"},
        {"status": 302, "headers": {"Location": "https://example.org"}},
    ],
    ids=str,
)
@pytest.mark.parametrize("step", [TOKEN, "openid-configuration"])
def test_a_sign_in_that_breaks_down_is_no_bad_key(
    rig: Rig, step: str, fault: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    rig.fail(step, **fault)
    error = said(rig)
    assert isinstance(error, Unavailable)
    assert "the sign-in" in error.summary
    assert "canary" not in "".join(traceback.format_exception(error)) + caplog.text


def test_a_sign_in_that_stumbles_once_succeeds(rig: Rig) -> None:
    rig.fail(TOKEN, status=503, times=1)
    assert rig.inventory().account_id() == TENANT_ID


def test_a_token_that_is_revoked_in_the_midst_is_replaced_and_the_listing_goes_on(
    rig: Rig,
) -> None:
    for _ in range(8):
        rig.launch(HERE)
    listing = records(rig.inventory(), MACHINES, HERE)
    next(listing)
    rig.tenant.directory.revoke_tokens()
    assert len(list(listing)) == 7
    assert rig.asked(TOKEN) == 2


def test_a_token_that_is_refused_to_many_threads_at_once_is_replaced_once(rig: Rig) -> None:
    inventory = rig.inventory()
    inventory.account_id()
    rig.tenant.directory.revoke_tokens()
    rig.server.delay = 0.1  # so that all are on their way with the old token
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: resources(inventory, GROUPS, HERE), range(16)))
    assert found == [{}] * 16
    assert rig.asked(TOKEN) == 2


def test_a_secret_that_runs_out_in_the_midst_is_a_bad_key(rig: Rig) -> None:
    for _ in range(8):
        rig.launch(HERE)
    listing = records(rig.inventory(), MACHINES, HERE)
    next(listing)
    rig.tenant.directory.expire_secret(CLIENT_ID)
    with pytest.raises(CredentialsExpired, match="has run out"):
        list(listing)


def test_a_token_that_azure_does_not_take_though_it_is_fresh_is_a_closed_place(rig: Rig) -> None:
    document = {"error": {"code": "InvalidAuthenticationToken", "message": "canary"}}
    rig.fail(LIST_MACHINES, status=401, document=document)
    with pytest.raises(AccessDenied, match="does not take a token") as caught:
        resources(rig.inventory(), MACHINES, HERE)
    assert "clock" in caught.value.remedy
    assert rig.asked(LIST_MACHINES) == 2


def test_a_certificate_that_is_not_trusted_is_said_to_be_that(rig: Rig) -> None:
    error = said(rig, ca_certificate=None)
    assert isinstance(error, Unavailable)
    assert "does not trust who answered" in error.summary
    assert "ca_certificate" in error.remedy


def test_the_probe_names_each_permission_that_is_missing(rig: Rig) -> None:
    rig.tenant.deny("Microsoft.Compute/*")
    rig.tenant.deny("Microsoft.Storage/*")
    check = AzureHealthProbe(session=rig.session(), clock=FakeClock()).check()
    assert check.failure is None
    assert {(each.kind, each.location, each.permission) for each in check.troubles} == {
        (MACHINES, HERE, "Microsoft.Compute/virtualMachines/read"),
        (ACCOUNTS, HERE, "Microsoft.Storage/storageAccounts/read"),
    }


def test_the_probe_asks_few_questions_and_each_only_once(rig: Rig) -> None:
    AzureHealthProbe(session=rig.session(), clock=FakeClock()).check()
    assert len(rig.server.requests) == 2 + 1 + 3


def test_the_probe_looks_into_the_named_subscription(rig: Rig) -> None:
    nowhere = "99999999-9999-4999-8999-999999999999"
    session = rig.session(subscription_id=nowhere)
    check = AzureHealthProbe(session=session, clock=FakeClock()).check()
    assert check.failure is not None
    assert check.failure.cause is HealthStatus.DENIED
    assert nowhere in check.failure.detail


def test_a_probe_that_looks_again_does_not_rely_on_an_old_token(rig: Rig) -> None:
    probe = AzureHealthProbe(session=rig.session(), clock=FakeClock())
    assert probe.check().failure is None
    rig.tenant.directory.register(CLIENT_ID, "another-secret")
    failure = probe.check().failure
    assert failure is not None
    assert failure.cause is HealthStatus.EXPIRED


def test_the_probe_says_that_no_subscription_is_open(rig: Rig) -> None:
    rig.tenant.deny("Microsoft.Resources/subscriptions/read")
    check = AzureHealthProbe(session=rig.session(), clock=FakeClock()).check()
    assert check.failure is not None
    assert "Grant the Reader role" in check.failure.remedy


def test_no_secret_and_no_token_is_in_any_text_of_a_refusal_or_in_any_log(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    session = AzureSession(rig.secret(), patience=HASTE, pacing=FakePacing(), learn=told.append)
    with caplog.at_level(logging.DEBUG):
        inventory = AzureInventory(session=session)
        resources(inventory, MACHINES, HERE)
        rig.tenant.directory.revoke_tokens()
        resources(inventory, MACHINES, HERE)
        error = said(rig, client_secret=WRONG)
    text = caplog.text + "".join(traceback.format_exception(error)) + repr(error) + repr(session)
    assert len(told) == 2
    assert all(len(token) > 20 and token not in text for token in told)
    assert CLIENT_SECRET not in text
    assert WRONG not in text


def test_a_sealed_credential_opens_its_tenant(rig: Rig) -> None:
    box = FakeSecretBox("key")
    document = dict(rig.server.credential())
    text = AzureSecretFormat(allow_custom_endpoints=True).canonical(Provider.AZURE, document)
    clouds = AzureClouds(
        secret_box=box, clock=FakeClock(), pacing=FakePacing(), allow_custom_endpoints=True
    )
    sealed = box.seal(text)
    assert clouds.inventory(CREDENTIAL, sealed).account_id() == TENANT_ID
    assert clouds.probe(CREDENTIAL, sealed).check().failure is None
    assert json.loads(text.reveal())["client_secret"] == CLIENT_SECRET


def test_a_sandbox_is_opened_only_where_custom_endpoints_are_allowed(rig: Rig) -> None:
    box = FakeSecretBox("key")
    document = dict(rig.server.credential())
    text = AzureSecretFormat(allow_custom_endpoints=True).canonical(Provider.AZURE, document)
    clouds = AzureClouds(
        secret_box=box, clock=FakeClock(), pacing=FakePacing(), allow_custom_endpoints=False
    )
    with pytest.raises(Rejected, match="MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS"):
        clouds.inventory(CREDENTIAL, box.seal(text))
    assert rig.server.requests == ()

"""The sandbox's Entra ID, asked by azure-identity; and what Resource Manager makes of tokens."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError

from entrypoints.sandbox.azure.errors import ArmError
from entrypoints.sandbox.azure.tenant import CLIENT_ID, AzureTenant
from tests.integration.sandbox.azure_clients import SCOPE, Azure, code_of

NOBODY = "99999999-9999-4999-8999-999999999999"


def test_who_knows_the_secret_gets_a_token_for_an_hour(azure: Azure) -> None:
    token = azure.sign_in().get_token(SCOPE)
    left = token.expires_on - datetime.now(UTC).timestamp()
    assert 3500 < left <= 3600
    assert token.token.count(".") == 2


@pytest.mark.parametrize(
    ("fields", "number"),
    [({"client_secret": "wrong"}, 7000215), ({"client_id": NOBODY}, 700016)],
    ids=["wrong secret", "unknown application"],
)
def test_who_does_not_gets_none_and_a_number(
    azure: Azure, fields: dict[str, str], number: int
) -> None:
    with pytest.raises(ClientAuthenticationError, match=f"AADSTS{number}: "):
        azure.sign_in(**fields).get_token(SCOPE)


def test_an_unknown_tenant_has_no_door(azure: Azure) -> None:
    # MSAL wants to know the way to the door first, and says so in words of its own.
    with pytest.raises((ClientAuthenticationError, ValueError), match=r"tenant|authority"):
        azure.sign_in(tenant_id=NOBODY).get_token(SCOPE)


def test_an_expired_secret_opens_nothing_and_its_tokens_are_void(azure: Azure) -> None:
    subscriptions = azure.subscriptions().subscriptions
    assert list(subscriptions.list()) == []
    assert azure.server.tenant.directory.expire_secret(CLIENT_ID)
    with pytest.raises(ClientAuthenticationError) as refused:
        list(subscriptions.list())
    assert code_of(refused.value) == "InvalidAuthenticationToken"
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000222: "):
        azure.sign_in().get_token(SCOPE)


def test_a_token_that_was_taken_back_is_invalid_and_a_new_one_is_not(azure: Azure) -> None:
    subscriptions = azure.subscriptions().subscriptions
    list(subscriptions.list())
    azure.server.tenant.directory.revoke_tokens()
    with pytest.raises(ClientAuthenticationError) as refused:
        list(subscriptions.list())
    answer: Any = refused.value.response
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert list(azure.subscriptions().subscriptions.list()) == []


def test_tokens_grow_old() -> None:
    moments = [datetime(2026, 1, 1, tzinfo=UTC)]
    tenant = AzureTenant(now=lambda: moments[-1], token_lifetime=timedelta(minutes=5))
    application = tenant.directory.find(CLIENT_ID)
    assert application is not None
    authorization = f"Bearer {tenant.directory.grant(application)}"
    assert tenant.directory.holder(authorization) is application
    moments.append(moments[0] + timedelta(minutes=5))
    with pytest.raises(ArmError, match="is earlier than current UTC time"):
        tenant.directory.holder(authorization)


def test_without_a_token_nothing_is_told() -> None:
    with pytest.raises(ArmError, match="The 'Authorization' header is missing"):
        AzureTenant().directory.holder("")

"""Where clients learn which doors the sandbox's Azure has."""

import json
from typing import Any

import pytest

from entrypoints.sandbox.azure.entra import EntraId
from entrypoints.sandbox.azure.environment import environment_reply
from entrypoints.sandbox.azure.tenant import CLIENT_ID, CLIENT_SECRET, AzureTenant
from entrypoints.sandbox.rest.wire import Reply, Request

HOST = {"host": "127.0.0.1:4711"}
HERE = "https://127.0.0.1:4711"
TENANT = AzureTenant()
TOKEN = f"/{TENANT.id}/oauth2/v2.0/token"


def asked(method: str, path: str, body: bytes = b"") -> Reply:
    reply = EntraId(TENANT.directory)(Request(method=method, path=path, headers=HOST, body=body))
    assert reply is not None
    return reply


def told(reply: Reply) -> dict[str, Any]:
    document = json.loads(reply.body)
    assert isinstance(document, dict)
    return document


def test_the_door_for_tokens_is_at_the_address_that_was_asked() -> None:
    reply = asked("GET", f"/{TENANT.id.upper()}/v2.0/.well-known/openid-configuration")
    assert told(reply)["token_endpoint"] == HERE + TOKEN


def test_terraform_learns_where_to_sign_in_and_whom_to_ask() -> None:
    reply = environment_reply(Request(method="GET", path="/metadata/endpoints", headers=HOST))
    assert reply is not None
    (cloud,) = json.loads(reply.body)
    assert cloud["resourceManager"] == f"{HERE}/"
    assert cloud["authentication"]["loginEndpoint"] == HERE


@pytest.mark.parametrize(
    ("body", "status", "number"),
    [
        (b"grant_type=password", 400, 70003),
        (b"grant_type=client_credentials", 400, 700016),
        (f"grant_type=client_credentials&client_id={CLIENT_ID}".encode(), 401, 7000215),
    ],
)
def test_a_refusal_has_a_number_in_its_text_and_beside_it(
    body: bytes, status: int, number: int
) -> None:
    reply = asked("POST", TOKEN, body)
    assert reply.status == status
    assert told(reply)["error_codes"] == [number]
    assert told(reply)["error_description"].startswith(f"AADSTS{number}: ")


def test_an_unknown_tenant_is_an_invalid_request() -> None:
    reply = asked("POST", "/99999999-9999-4999-8999-999999999999/oauth2/v2.0/token")
    assert reply.status == 400
    assert (told(reply)["error"], told(reply)["error_codes"]) == ("invalid_request", [90002])


def test_what_is_asked_of_others_is_not_answered_here() -> None:
    other = Request(method="GET", path="/subscriptions", headers=HOST)
    assert EntraId(TENANT.directory)(other) is None
    assert environment_reply(other) is None


def test_no_secret_shows_where_requests_or_applications_are_shown() -> None:
    body = f"client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}".encode()
    request = Request(method="POST", path=TOKEN, headers={"authorization": "Bearer x"}, body=body)
    shown = f"{request!r} {TENANT.directory.find(CLIENT_ID)!r}"
    assert CLIENT_SECRET not in shown
    assert "Bearer" not in shown

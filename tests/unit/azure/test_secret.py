"""What is accepted as the secret of an Azure credential."""

import json
import traceback

import pytest

from adapters.azure import secret as secret_module
from adapters.azure.clouds import AzureSecretFormat
from adapters.azure.secret import AzureSecret, parse_secret
from application.ports.errors import Rejected
from domain.accounts import Provider
from entrypoints.sandbox.rest.certificate import self_signed

CANARY = "canary value never shown"
TENANT = "7F2C1A90-5b1e-4c6f-9c52-0d3a8e6b4f11"
KEYS = {
    "tenant_id": TENANT,
    "client_id": "c0ffee00-1111-4222-8333-944455556666",
    "client_secret": "x~8Q" + "y" * 36,
}
ELSEWHERE = {
    "authority_host": "https://login.microsoftonline.us",
    "resource_manager_url": "https://management.usgovcloudapi.net/",
}


def parsed(**fields: object) -> AzureSecret:
    return parse_secret({**KEYS, **fields}, allow_custom_endpoints=True)


def test_an_application_and_its_secret_are_enough() -> None:
    secret = parsed()
    assert (secret.subscription_id, secret.authority_host) == (None, None)


def test_ids_are_compared_in_lower_case() -> None:
    secret = parsed(subscription_id="ABCDEF00-1111-4222-8333-944455556666")
    assert secret.tenant_id == TENANT.lower()
    assert secret.subscription_id == "abcdef00-1111-4222-8333-944455556666"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tenant_id", "contoso.onmicrosoft.com"),
        ("tenant_id", f"{TENANT}\n"),
        ("tenant_id", f"{TENANT}/../common"),
        ("tenant_id", None),
        ("client_id", CANARY),
        ("client_id", 7),
        ("client_secret", CANARY),
        ("client_secret", ""),
        ("client_secret", ["x"]),
        ("client_secret", f"xxxx\r\nX-Injected: {CANARY}"),
        ("subscription_id", "/subscriptions/11111111-aaaa-4111-8111-111111111111"),
        ("subscription_id", CANARY),
        ("authority_host", "login.microsoftonline.us"),
        ("authority_host", "http://login.microsoftonline.us"),
        ("authority_host", "http://127.0.0.1:5000"),
        ("authority_host", "https://login.microsoftonline.us/common"),
        ("authority_host", "https://user:word@example.org"),
        ("resource_manager_url", "http://localhost:5000"),
        ("resource_manager_url", "https://example.org/?x=y"),
        ("resource_manager_url", "https://[::1"),
        ("resource_manager_url", "https://"),
        ("resource_manager_url", 5),
        ("ca_certificate", CANARY),
        ("ca_certificate", ""),
        ("ca_certificate", "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"),
        ("ca_certificate", "größer"),
        ("ca_certificate", 7),
    ],
)
def test_a_malformed_field_is_named_and_its_value_is_not_shown(field: str, value: object) -> None:
    with pytest.raises(Rejected) as caught:
        parsed(**{**ELSEWHERE, field: value})
    told = "".join(traceback.format_exception(caught.value))
    assert field in caught.value.summary
    assert CANARY not in told
    assert "X-Injected" not in told


def test_a_certificate_of_any_size_is_not_swallowed() -> None:
    with pytest.raises(Rejected, match="ca_certificate"):
        parsed(**ELSEWHERE, ca_certificate=self_signed().pem * 500)


def test_missing_and_unknown_fields_are_all_named_at_once() -> None:
    with pytest.raises(Rejected) as caught:
        parse_secret({"tenant_id": TENANT, "password": CANARY}, allow_custom_endpoints=False)
    assert caught.value.summary == (
        "The Azure credential lacks the fields client_id and client_secret. "
        "The Azure credential has an unknown field password."
    )
    assert CANARY not in str(caught.value)


def test_every_field_has_its_shape_in_words() -> None:
    assert secret_module._WORDING.shapes.keys() == AzureSecret.model_fields.keys()


def test_a_certificate_needs_an_address_that_it_is_for() -> None:
    pem = self_signed().pem
    with pytest.raises(Rejected, match="lacks the authority_host or resource_manager_url"):
        parsed(ca_certificate=pem)
    assert parsed(**ELSEWHERE, ca_certificate=pem).ca_certificate == pem


@pytest.mark.parametrize("document", [None, [], "no json", "[]", 7, b"\xff", "null"])
def test_what_is_no_json_object_is_refused(document: object) -> None:
    with pytest.raises(Rejected, match="not a JSON object"):
        parse_secret(document, allow_custom_endpoints=False)


@pytest.mark.parametrize("field", sorted(ELSEWHERE))
def test_another_cloud_needs_permission_and_has_no_slash_at_its_end(field: str) -> None:
    fields = {field: ELSEWHERE[field]}
    assert getattr(parsed(**fields), field) == ELSEWHERE[field].removesuffix("/")
    with pytest.raises(Rejected, match="MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS") as caught:
        parse_secret({**KEYS, **fields}, allow_custom_endpoints=False)
    assert field in caught.value.remedy


def test_a_secret_shows_no_secret() -> None:
    secret = parsed(client_secret=CANARY.replace(" ", "-"))
    assert CANARY.replace(" ", "-") not in repr(secret) + str(secret)


def test_the_canonical_text_holds_what_was_given_and_reads_back_the_same() -> None:
    form = AzureSecretFormat(allow_custom_endpoints=True)
    text = form.canonical(Provider.AZURE, {**KEYS, **ELSEWHERE, "subscription_id": None})
    kept = json.loads(text.reveal())
    assert kept["client_secret"] == KEYS["client_secret"]
    assert kept.keys() == {*KEYS, *ELSEWHERE}
    assert form.canonical(Provider.AZURE, kept) == text


def test_a_credential_for_another_cloud_is_not_ours() -> None:
    with pytest.raises(Rejected, match="gcp"):
        AzureSecretFormat(allow_custom_endpoints=False).canonical(Provider.GCP, dict(KEYS))

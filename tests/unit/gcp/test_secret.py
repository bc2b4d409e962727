"""What is accepted as the secret of a Google Cloud credential."""

import json
import os
import subprocess
import sys
import traceback
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from adapters.gcp import secret as secret_module
from adapters.gcp.clouds import GcpSecretFormat
from adapters.gcp.secret import GcpSecret, ServiceAccountKey, parse_secret
from application.ports.errors import Rejected
from domain.accounts import Provider
from tests.unit.gcp.keys import PROJECT, document, key_file

CANARY = "canary value never shown"
TABLE = f"{PROJECT}.billing.gcp_billing_export_v1_0A1B2C_3D4E5F_6A7B8C"


def parsed(**fields: object) -> GcpSecret:
    return parse_secret(document(**fields), allow_custom_endpoints=True)


def with_key(**changed: object) -> GcpSecret:
    return parsed(service_account_info=key_file(**changed))


def test_a_project_and_the_key_file_as_google_made_it_are_enough() -> None:
    secret = parse_secret(document(), allow_custom_endpoints=False)
    assert (secret.project_id, secret.custom_endpoints, secret.billing_export) == (
        PROJECT,
        (),
        None,
    )


@pytest.mark.parametrize(
    "project", ["shop-1", "example.com:shop-1", "a-very-long-project-name-30-xx"]
)
def test_a_project_is_called_as_google_lets_it_be_called(project: str) -> None:
    assert parsed(project_id=project).project_id == project


def pem(key: Any, password: bytes | None = None) -> str:  # noqa: ANN401 - of several libraries
    locked = BestAvailableEncryption(password) if password else NoEncryption()
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked).decode())


def a_locked_key() -> str:
    return pem(rsa.generate_private_key(public_exponent=65537, key_size=2048), b"word")


def a_damaged_key() -> str:
    """A key whose numbers do not belong together, as after a slip in copying it."""
    numbers = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_numbers()
    damaged = rsa.RSAPrivateNumbers(
        p=numbers.p,
        q=numbers.q,
        d=numbers.d ^ 1 << 700,
        dmp1=numbers.dmp1,
        dmq1=numbers.dmq1,
        iqmp=numbers.iqmp,
        public_numbers=numbers.public_numbers,
    )
    return pem(damaged.private_key(unsafe_skip_rsa_key_validation=True))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("project_id", CANARY),
        ("project_id", "Shop"),
        ("project_id", "shop-1/../other"),
        ("project_id", "shop-1\n"),
        ("project_id", 7),
        ("service_account_info", json.dumps({"type": CANARY})),
        ("service_account_info", [CANARY]),
        ("billing_export_table", CANARY),
        ("billing_export_table", "project.dataset"),
        ("billing_export_table", f"{PROJECT}.billing.export` WHERE {CANARY}"),
        ("billing_export_table", f"{PROJECT}.bill-ing.export"),
        ("compute_endpoint", f"ftp://{CANARY}"),
        ("compute_endpoint", "http://example.org"),
        ("storage_endpoint", "http://localhost.example.org"),
        ("storage_endpoint", "https://user:word@example.org"),
        ("bigquery_endpoint", "https://"),
        ("bigquery_endpoint", 5),
    ],
)
def test_a_malformed_field_is_named_and_its_value_is_not_shown(field: str, value: object) -> None:
    with pytest.raises(Rejected) as caught:
        parsed(**{field: value})
    assert f"The field {field} " in caught.value.summary
    assert CANARY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("type", "authorized_user"),
        ("project_id", CANARY),
        ("private_key_id", CANARY),
        ("private_key", CANARY),
        ("private_key", f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----\n"),
        ("private_key", pem(ec.generate_private_key(ec.SECP256R1()))),
        ("private_key", a_locked_key()),
        ("private_key", a_damaged_key()),
        ("private_key", ""),
        ("client_email", CANARY),
        ("client_email", "reader@example.org\r\nX-Injected: 1"),
        ("token_uri", "http://example.org/token"),
        ("universe_domain", "example.org"),
    ],
)
def test_a_malformed_field_of_the_key_file_is_named_and_its_value_is_not_shown(
    field: str, value: str
) -> None:
    with pytest.raises(Rejected) as caught:
        with_key(**{field: value})
    told = "".join(traceback.format_exception(caught.value))
    assert f"The field service_account_info.{field} " in caught.value.summary
    assert CANARY not in told
    assert "BEGIN" not in told
    assert "X-Injected" not in told


def test_what_the_key_file_lacks_is_named() -> None:
    with pytest.raises(Rejected) as caught:
        parsed(service_account_info={"type": "service_account"})
    assert "lacks the fields service_account_info.private_key" in caught.value.summary
    assert "service_account_info.client_email" in caught.value.summary


def test_the_bare_key_file_is_told_where_it_belongs() -> None:
    with pytest.raises(Rejected) as caught:
        parse_secret(key_file(), allow_custom_endpoints=False)
    assert "This is the key file of a service account" in caught.value.summary
    assert '"service_account_info": THE KEY FILE' in caught.value.remedy
    assert "--from-env" in caught.value.remedy
    assert "BEGIN" not in str(caught.value)


def test_what_else_is_in_the_key_file_is_not_kept() -> None:
    text = with_key(auth_uri="https://accounts.google.com", client_x509_cert_url="x").canonical()
    kept = json.loads(text.reveal())["service_account_info"]
    assert kept.keys() <= ServiceAccountKey.model_fields.keys()
    assert "auth_uri" not in kept


def test_every_field_has_its_shape_in_words() -> None:
    inner = {f"service_account_info.{name}" for name in ServiceAccountKey.model_fields}
    assert secret_module._WORDING.shapes.keys() == GcpSecret.model_fields.keys() | inner


@pytest.mark.parametrize("document", [None, [], "no json", "[]", 7, b"\xff", "null"])
def test_what_is_no_json_object_is_refused(document: object) -> None:
    with pytest.raises(Rejected, match="not a JSON object"):
        parse_secret(document, allow_custom_endpoints=False)


@pytest.mark.parametrize("name", ["compute_endpoint", "storage_endpoint", "bigquery_endpoint"])
@pytest.mark.parametrize("url", ["https://gov.example.org", "http://127.0.0.1:5000/"])
def test_another_endpoint_needs_permission(name: str, url: str) -> None:
    assert parsed(**{name: url}).custom_endpoints == (name,)
    with pytest.raises(Rejected, match=f"names a {name}.*MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS"):
        parse_secret(document(**{name: url}), allow_custom_endpoints=False)


def test_another_place_to_get_tokens_from_needs_permission() -> None:
    elsewhere = document(service_account_info=key_file(token_uri="https://example.org/token"))
    assert parse_secret(elsewhere, allow_custom_endpoints=True).custom_endpoints
    with pytest.raises(Rejected, match=r"service_account_info\.token_uri"):
        parse_secret(elsewhere, allow_custom_endpoints=False)


def test_a_key_file_of_old_leads_to_google_too() -> None:
    old = document(
        service_account_info=key_file(token_uri="https://accounts.google.com/o/oauth2/token")
    )
    assert parse_secret(old, allow_custom_endpoints=False).custom_endpoints == ()


def test_a_billing_export_is_named_with_or_without_its_location() -> None:
    standard = parsed(billing_export_table=TABLE).billing_export
    detailed = parsed(
        billing_export_table=TABLE.replace("export_v1", "export_resource_v1"),
        billing_export_location="EU",
    ).billing_export
    assert standard is not None
    assert detailed is not None
    assert (standard.table, standard.location, standard.tells_resources) == (TABLE, None, False)
    assert (detailed.location, detailed.tells_resources) == ("EU", True)


def test_a_location_needs_a_table() -> None:
    with pytest.raises(Rejected, match="lacks the billing_export_table"):
        parsed(billing_export_location="EU")


def test_a_secret_shows_no_secret() -> None:
    secret = parsed()
    shown = repr(secret) + str(secret)
    assert "PRIVATE KEY" not in shown
    assert secret.service_account_info.private_key not in shown


def test_the_canonical_text_holds_what_was_given_and_reads_back_the_same() -> None:
    form = GcpSecretFormat(allow_custom_endpoints=False)
    text = form.canonical(Provider.GCP, document(billing_export_table=TABLE))
    again = form.canonical(Provider.GCP, json.loads(text.reveal()))
    assert again == text
    assert form.canonical(Provider.GCP, text.reveal()) == text
    kept = json.loads(text.reveal())
    assert kept["service_account_info"]["private_key"] == key_file()["private_key"]
    assert kept["billing_export_table"] == TABLE


def test_a_credential_for_another_cloud_is_not_ours() -> None:
    with pytest.raises(Rejected, match="aws"):
        GcpSecretFormat(allow_custom_endpoints=False).canonical(Provider.AWS, document())


def test_the_sdk_is_not_loaded_before_a_cloud_is_opened() -> None:
    code = "import sys, adapters.gcp.clouds; sys.exit(any(m in sys.modules for m in SLOW))"
    slow = ("google.auth", "google.cloud.compute_v1", "cryptography", "requests")
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-c", code.replace("SLOW", repr(slow))],
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert done.returncode == 0

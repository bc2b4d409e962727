"""Terraform gets the key file and the project, and does not show them."""

import json

import pytest
from google.oauth2 import service_account

from adapters.gcp.secret import parse_secret
from adapters.gcp.terraform_environment import terraform_environment
from application.ports.terraform import ProviderEnvironment
from tests.unit.gcp.keys import GOOGLE, PROJECT, document, key_file


def environment(**fields: object) -> ProviderEnvironment:
    secret = parse_secret(document(**fields), allow_custom_endpoints=True)
    return terraform_environment(secret)


def test_the_key_file_and_the_project_are_all() -> None:
    made = environment(billing_export_table=f"{PROJECT}.billing.gcp_billing_export_v1_0A1B2C")
    assert made.variables.keys() == {"GOOGLE_CREDENTIALS", "GOOGLE_PROJECT"}
    assert made.variables["GOOGLE_PROJECT"] == PROJECT
    assert made.sub_account_id == PROJECT
    assert made.files == {}


def test_the_key_file_is_one_that_googles_own_libraries_read() -> None:
    given = json.loads(environment().variables["GOOGLE_CREDENTIALS"])
    expected = key_file()
    assert given.items() <= {"universe_domain": "googleapis.com", **expected}.items()
    account = service_account.Credentials.from_service_account_info(given)  # type: ignore[no-untyped-call]
    assert account.service_account_email == expected["client_email"]
    assert given["token_uri"] == GOOGLE


@pytest.mark.parametrize("slash", ["", "/"])
def test_other_endpoints_come_along_with_the_version_of_the_api(slash: str) -> None:
    made = environment(
        compute_endpoint=f"http://127.0.0.1:5001{slash}",
        storage_endpoint=f"http://127.0.0.1:5002{slash}",
        bigquery_endpoint="http://127.0.0.1:5003",
    )
    own = {name: url for name, url in made.variables.items() if name.endswith("ENDPOINT")}
    assert own == {
        "GOOGLE_COMPUTE_CUSTOM_ENDPOINT": "http://127.0.0.1:5001/compute/v1/",
        "GOOGLE_STORAGE_CUSTOM_ENDPOINT": "http://127.0.0.1:5002/storage/v1/",
    }


def test_the_environment_does_not_show_itself() -> None:
    shown = repr(environment())
    assert "PRIVATE KEY" not in shown
    assert str(key_file()["client_email"]) not in shown

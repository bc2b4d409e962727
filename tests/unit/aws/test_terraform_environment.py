"""Terraform gets the keys and nothing else, and does not show them."""

from adapters.aws.secret import AwsSecret
from adapters.aws.session import Keys
from adapters.aws.terraform_environment import terraform_environment
from domain.accounts import AccountId

KEY_ID = "AKIATESTTESTTESTTEST"
CANARY = "canary/of/a/secret/access/key/0123456789"
TOKEN = "canary-of-a-session-token"
OWN = Keys(access_key_id=KEY_ID, secret_access_key=CANARY)
ACCOUNT = AccountId("111122223333")
PASSING = Keys(access_key_id="ASIATESTTESTTESTTEST", secret_access_key=CANARY, session_token=TOKEN)


def a_secret(**fields: object) -> AwsSecret:
    document = {"access_key_id": KEY_ID, "secret_access_key": CANARY, **fields}
    return AwsSecret.model_validate(document)


def test_keys_are_all_that_a_plain_credential_gives() -> None:
    environment = terraform_environment(a_secret(regions=["eu-west-1"]), OWN, account=ACCOUNT)
    assert environment.variables == {
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": CANARY,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    assert environment.files == {}


def test_what_is_built_with_keys_is_built_in_the_account_whose_they_are() -> None:
    environment = terraform_environment(a_secret(), OWN, account=ACCOUNT)
    assert environment.sub_account_id == "111122223333"


def test_temporary_keys_come_with_their_token() -> None:
    environment = terraform_environment(a_secret(), PASSING, account=ACCOUNT)
    assert environment.variables == {
        "AWS_ACCESS_KEY_ID": "ASIATESTTESTTESTTEST",
        "AWS_SECRET_ACCESS_KEY": CANARY,
        "AWS_SESSION_TOKEN": TOKEN,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_another_endpoint_comes_along() -> None:
    environment = terraform_environment(
        a_secret(endpoint_url="http://127.0.0.1:5000"), OWN, account=ACCOUNT
    )
    assert environment.variables == {
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": CANARY,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
    }


def test_neither_keys_nor_the_environment_show_themselves() -> None:
    shown = repr(PASSING) + repr(terraform_environment(a_secret(), PASSING, account=ACCOUNT))
    assert CANARY not in shown
    assert TOKEN not in shown
    assert "ASIA" not in shown

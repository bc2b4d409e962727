"""The environment for Terraform opens the account that the credential opens."""

import os
import traceback

import boto3
import pytest

from adapters.aws.clouds import AwsClouds
from adapters.fakes.clock import FakeClock
from adapters.fakes.pacing import FakePacing
from adapters.fakes.secret_box import FakeSecretBox
from application.ports.errors import AccessDenied, CredentialsExpired
from application.ports.terraform import ProviderEnvironment
from entrypoints.sandbox.aws.replay import Fault
from tests.contract.owned_objects_contract import MACHINE, OURS
from tests.integration.aws.owned import build
from tests.integration.aws.rig import ACCOUNT, HERE, KEY_ID, KEYS, SECRET_KEY, Rig
from tests.integration.aws.test_keys import CREDENTIAL, ROLE

BOX = FakeSecretBox("key")
PROOF = "shared-word"


def clouds(learned: list[str] | None = None) -> AwsClouds:
    learn = (learned if learned is not None else []).append
    return AwsClouds(
        secret_box=BOX,
        clock=FakeClock(),
        pacing=FakePacing(),
        allow_custom_endpoints=True,
        learn=learn,
    )


def environment(
    rig: Rig, learned: list[str] | None = None, **fields: object
) -> ProviderEnvironment:
    sealed = BOX.seal(rig.secret(KEYS, **fields).canonical())
    return clouds(learned).provider_environment(CREDENTIAL, sealed)


def account_opened_by(made: ProviderEnvironment, patch: pytest.MonkeyPatch) -> str:
    """Ask AWS's own SDK, in the environment that was made and no other."""
    for name in os.environ:
        if name.startswith("AWS_"):
            patch.delenv(name)
    for name, value in made.variables.items():
        patch.setenv(name, value)
    sts = boto3.Session(region_name=HERE).client("sts")
    return str(sts.get_caller_identity()["Account"])


def test_the_credentials_own_keys_are_handed_out_once_aws_said_whose_they_are(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(rig.line.requests)
    made = environment(rig)
    asked = [each.operation for each in rig.line.requests[before:]]
    assert asked == ["GetCallerIdentity"]
    assert made.sub_account_id == ACCOUNT
    assert made.variables == {
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": rig.line.endpoint,
    }
    assert account_opened_by(made, monkeypatch) == ACCOUNT


def test_whose_a_credentials_own_keys_are_is_asked_once(rig: Rig) -> None:
    sealed, ours = BOX.seal(rig.secret(KEYS).canonical()), clouds()
    first = ours.provider_environment(CREDENTIAL, sealed)
    before = len(rig.line.requests)
    assert ours.provider_environment(CREDENTIAL, sealed) == first
    assert len(rig.line.requests) == before


def test_a_role_is_taken_on_and_its_keys_are_handed_out_and_told_to_the_logs(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: list[str] = []
    made = environment(rig, learned, role_arn=ROLE, external_id=PROOF)
    assert made.variables.keys() == {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_ENDPOINT_URL",
    }
    assert made.variables["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert made.sub_account_id == "222222222222"
    assert learned == [
        made.variables["AWS_SECRET_ACCESS_KEY"],
        made.variables["AWS_SESSION_TOKEN"],
    ]
    assert account_opened_by(made, monkeypatch) == "222222222222"


def test_each_command_of_terraform_gets_fresh_keys_of_the_role_for_an_hour(rig: Rig) -> None:
    first, second = (environment(rig, role_arn=ROLE) for _ in range(2))
    assert first.variables["AWS_SESSION_TOKEN"] != second.variables["AWS_SESSION_TOKEN"]
    assumed = [each for each in rig.line.requests if each.operation == "AssumeRole"]
    assert all("DurationSeconds" not in each.parameters for each in assumed)


def test_a_role_that_may_not_be_taken_on_says_what_to_grant_and_no_secret(rig: Rig) -> None:
    rig.fail("AssumeRole", status=403, code="AccessDenied")
    with pytest.raises(AccessDenied) as caught:
        environment(rig, role_arn=ROLE, external_id=PROOF)
    assert caught.value.permission == "sts:AssumeRole"
    told = "".join(traceback.format_exception(caught.value))
    assert PROOF not in told
    assert SECRET_KEY not in told


def test_a_key_that_is_not_accepted_is_said_before_terraform_starts(rig: Rig) -> None:
    rig.line.fail(Fault(operation="AssumeRole", status=403, code="InvalidClientTokenId"))
    with pytest.raises(CredentialsExpired, match="does not know this access key id"):
        environment(rig, role_arn=ROLE)


def test_a_sealed_credential_finds_what_is_ours(rig: Rig) -> None:
    machine = build(rig, MACHINE, OURS, region=HERE)
    sealed = BOX.seal(rig.secret().canonical())
    before = len(rig.line.requests)
    objects = clouds().owned_objects(CREDENTIAL, sealed)
    assert len(rig.line.requests) == before
    [found] = objects.find(OURS, region=HERE)
    assert found.cloud_id == machine

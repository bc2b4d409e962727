"""Bad keys, missing permissions and roles, as a server that enforces them tells them apart."""

import json
import os
import subprocess
import sys
import traceback
from datetime import UTC, datetime

import pytest

from adapters.aws.clouds import AwsClouds, AwsSecretFormat
from adapters.aws.health import AwsHealthProbe
from adapters.aws.inventory import AwsInventory
from adapters.aws.session import AwsSession
from adapters.fakes.clock import FakeClock
from adapters.fakes.pacing import FakePacing
from adapters.fakes.secret_box import FakeSecretBox
from application.ports.errors import AccessDenied, CredentialsExpired, PortError, Unavailable
from domain.accounts import (
    Credential,
    CredentialId,
    CredentialName,
    Provider,
    SealedSecret,
    UserId,
)
from domain.health import HealthStatus
from domain.inventory import EVERYWHERE, ResourceKind
from entrypoints.sandbox.aws.replay import Fault
from entrypoints.sandbox.aws.wire import Reply, Request
from tests.integration.aws.rig import (
    ACCOUNT,
    BUCKETS,
    HASTE,
    HERE,
    INSTANCES,
    KEYS,
    SECRET_KEY,
    Rig,
    count,
    launch,
    make_bucket,
    opened,
    running,
)

ROLE = "arn:aws:iam::222222222222:role/inventory"
CREDENTIAL = Credential(
    id=CredentialId(1),
    user_id=UserId(1),
    provider=Provider.AWS,
    name=CredentialName("prod"),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def user_with(rig: Rig, *actions: str) -> dict[str, str]:
    """Make a user who may do *actions* and return the keys."""
    iam = rig.client("iam", "us-east-1")
    iam.create_user(UserName="sync")
    if actions:
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName="sync", PolicyName="sync", PolicyDocument=policy)
    key = iam.create_access_key(UserName="sync")["AccessKey"]
    rig.enforce_permissions()
    return {"access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}


def said(rig: Rig, keys: dict[str, str]) -> PortError:
    with pytest.raises(PortError) as caught:
        rig.inventory(keys).account_id()
    return caught.value


def test_three_bad_keys_are_three_different_sentences(rig: Rig) -> None:
    good = user_with(rig)
    unknown = said(rig, {**good, "access_key_id": "AKIANOBODYNOBODYNOBO"})
    wrong = said(rig, {**good, "secret_access_key": SECRET_KEY})
    with pytest.raises(AccessDenied) as denied:
        count(rig.inventory(good, regions=[HERE]), INSTANCES, HERE)
    assert isinstance(unknown, CredentialsExpired)
    assert isinstance(wrong, CredentialsExpired)
    assert "does not know this access key id" in unknown.summary
    assert "does not belong to this access key id" in wrong.summary
    assert denied.value.permission == "ec2:DescribeInstances"
    assert rig.inventory(good).account_id() == ACCOUNT


def test_the_probe_names_each_permission_that_is_missing(rig: Rig) -> None:
    keys = user_with(rig, "ec2:DescribeInstances", "ec2:DescribeRegions")
    check = AwsHealthProbe(session=rig.session(keys), clock=FakeClock()).check()
    assert check.failure is None
    assert {(each.kind, each.permission) for each in check.troubles} == {
        (ResourceKind.AWS_VPC, "ec2:DescribeVpcs"),
        (ResourceKind.AWS_S3_BUCKET, "s3:ListAllMyBuckets"),
    }


def test_the_probe_tells_a_wrong_secret_from_a_refusal(rig: Rig) -> None:
    keys = {**user_with(rig), "secret_access_key": SECRET_KEY}
    check = AwsHealthProbe(session=rig.session(keys), clock=FakeClock()).check()
    assert check.failure is not None
    assert check.failure.cause is HealthStatus.EXPIRED


def test_the_probe_reports_a_region_that_does_not_know_a_good_key_as_denied(rig: Rig) -> None:
    rig.fail("DescribeInstances", status=401, code="AuthFailure")
    check = AwsHealthProbe(session=rig.session(), clock=FakeClock()).check()
    (trouble,) = check.troubles
    assert (trouble.cause, trouble.location) == (HealthStatus.DENIED, "us-east-1")


def test_the_probe_says_when_regions_may_not_be_listed_unless_they_are_chosen(rig: Rig) -> None:
    rig.fail("DescribeRegions", status=403, code="UnauthorizedOperation")
    roaming = AwsHealthProbe(session=rig.session(), clock=FakeClock()).check()
    chosen = AwsHealthProbe(session=rig.session(regions=[HERE]), clock=FakeClock()).check()
    assert [each.permission for each in roaming.troubles] == ["ec2:DescribeRegions"]
    assert chosen.troubles == ()


def test_a_role_opens_its_own_account_and_is_assumed_once_with_the_external_id(rig: Rig) -> None:
    before = rig.asked("AssumeRole")
    inventory = rig.inventory(role_arn=ROLE, external_id="shared-word")
    assert inventory.account_id() == "222222222222"
    launch(rig, HERE)
    assert count(inventory, INSTANCES, HERE) == 0
    assumed = [each for each in rig.line.requests if each.operation == "AssumeRole"]
    assert len(assumed) == before + 1
    assert assumed[-1].parameters["ExternalId"] == "shared-word"


def test_a_role_that_may_not_be_assumed_says_what_to_grant(rig: Rig) -> None:
    rig.fail("AssumeRole", status=403, code="AccessDenied")
    with pytest.raises(AccessDenied) as caught:
        rig.inventory(role_arn=ROLE, external_id="shared-word").account_id()
    assert caught.value.permission == "sts:AssumeRole"
    assert ROLE in caught.value.summary
    assert "shared-word" not in str(caught.value)


ENVIRONMENT = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_ENDPOINT_URL_EC2": "http://127.0.0.1:1",
    "AWS_PROFILE": "nonsense",
    "AWS_DEFAULT_REGION": "nowhere",
    "AWS_REGION": "nowhere",
    "AWS_ACCESS_KEY_ID": "AKIAOTHEROTHEROTHER0",
    "AWS_SECRET_ACCESS_KEY": "other",
    "AWS_SESSION_TOKEN": "other",
    "AWS_MAX_ATTEMPTS": "many",
    "AWS_RETRY_MODE": "never",
    "AWS_CA_BUNDLE": "/nowhere.pem",
    "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "nonsense",
    "AWS_USE_FIPS_ENDPOINT": "true",
}


def test_the_environment_has_no_say(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    launch(rig, HERE)
    make_bucket(rig, HERE, "media")
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    inventory = rig.inventory(regions=[HERE])
    assert inventory.account_id() == ACCOUNT
    assert count(inventory, INSTANCES, HERE) == 1
    assert count(inventory, BUCKETS, EVERYWHERE) == 1
    signed = rig.line.requests[-1].headers
    assert "AKIATESTTESTTESTTEST" in signed["Authorization"]
    assert "X-Amz-Security-Token" not in signed


def test_profiles_on_this_machine_have_no_say(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(
        "[default]\nendpoint_url = http://127.0.0.1:1\nregion = nowhere\nretry_mode = never\n"
        "s3 =\n    addressing_style = nonsense\n"
    )
    monkeypatch.setenv("HOME", str(home))
    assert rig.inventory().account_id() == ACCOUNT
    assert list(rig.inventory().locations(ResourceKind.AWS_S3_BUCKET)) == ["global"]


def test_no_secret_is_in_any_text_of_a_refusal(rig: Rig) -> None:
    good = user_with(rig)
    token = "canary-of-a-session-token-" + "x" * 40
    for bad in (
        {**good, "secret_access_key": SECRET_KEY, "session_token": token},
        {**good, "access_key_id": "AKIANOBODYNOBODYNOBO", "session_token": token},
    ):
        error = said(rig, bad)
        session = rig.session(bad)
        told = "".join(traceback.format_exception(error)) + repr(error) + repr(session)
        told += repr(rig.secret(bad)) + str(rig.secret(bad))
        assert SECRET_KEY not in told
        assert token not in told


def test_a_message_that_quotes_the_signed_request_is_left_out(rig: Rig) -> None:
    told = said_after_quoting(rig, "x-amz-security-token:canary-token")
    assert "SignatureDoesNotMatch" in told
    assert "canary-token" not in told


def said_after_quoting(rig: Rig, quoted: str) -> str:
    body = (
        "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code>"
        f"<Message>The Canonical String should have been {quoted}</Message></Error></ErrorResponse>"
    ).encode()
    rig.line.fail(Fault(operation="GetCallerIdentity", status=403, body=body))
    error = said(rig, KEYS)
    return "".join(traceback.format_exception(error))


def test_a_sealed_credential_opens_its_account(rig: Rig) -> None:
    box = FakeSecretBox("key")
    document = json.loads(rig.secret().canonical().reveal())
    text = AwsSecretFormat(allow_custom_endpoints=True).canonical(Provider.AWS, document)
    clouds = AwsClouds(
        secret_box=box, clock=FakeClock(), pacing=FakePacing(), allow_custom_endpoints=True
    )
    sealed: SealedSecret = box.seal(text)
    assert clouds.inventory(CREDENTIAL, sealed).account_id() == ACCOUNT
    assert clouds.probe(CREDENTIAL, sealed).check().failure is None


def test_the_sdk_is_not_loaded_before_a_cloud_is_opened() -> None:
    code = "import sys, adapters.aws.clouds; sys.exit('boto3' in sys.modules)"
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, check=False
    )
    assert done.returncode == 0


def test_the_keys_of_a_role_are_told_to_whoever_hides_secrets_in_logs(rig: Rig) -> None:
    told: list[str] = []
    secret = rig.secret(role_arn=ROLE, external_id="shared-word")
    AwsInventory(
        session=AwsSession(secret, patience=HASTE, pacing=FakePacing(), learn=told.append)
    ).account_id()
    assert len(told) == 2
    assert all(len(each) > 20 for each in told)


def test_an_identity_without_a_proper_name_is_no_identity() -> None:
    def nameless(_: Request) -> Reply:
        body = (
            b"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>nocolons</Arn>"
            b"<Account>123456789012</Account></GetCallerIdentityResult>"
            b"</GetCallerIdentityResponse>"
        )
        return Reply(status=200, body=body, headers={"Content-Type": "text/xml"})

    with running(nameless) as line, pytest.raises(Unavailable, match="Arn is missing"):
        opened(line).account_id()

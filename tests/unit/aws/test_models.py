"""What is left of the SDK's models is all that we ask for, and is made fast."""

import ast

import pytest
from botocore import xform_name
from botocore.loaders import Loader

from adapters.aws.models import ASKED, models
from adapters.aws.secret import AwsSecret
from adapters.aws.session import LISTING, AwsSession
from adapters.fakes.pacing import FakePacing
from tests.architecture.source import modules, tree


@pytest.mark.parametrize("service", ASKED)
def test_the_sdk_knows_what_is_kept(service: str) -> None:
    assert set(models().load_service_model(service, "service-2")["operations"]) == ASKED[service]


@pytest.mark.parametrize("service", ASKED)
def test_every_method_that_is_named_somewhere_is_kept(service: str) -> None:
    whole = Loader().load_service_model(service, "service-2")["operations"]
    ours = (each for path in modules("adapters/aws") for each in ast.walk(tree(path)))
    named = {each.value for each in ours if isinstance(each, ast.Constant)}
    secret = AwsSecret(access_key_id="AKIATESTTESTTESTTEST", secret_access_key="x" * 40)
    session = AwsSession(secret, patience=LISTING, pacing=FakePacing())
    methods = session.client(service, "eu-west-1").meta.method_to_api_mapping
    assert {xform_name(name) for name in whole} & named == set(methods)


def test_a_service_that_is_small_is_left_whole() -> None:
    whole = Loader().load_service_model("sts", "service-2")
    assert models().load_service_model("sts", "service-2") == whole

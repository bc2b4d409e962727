"""The sandbox understands what is asked, in each of AWS's protocols."""

import argparse

import pytest

from entrypoints.sandbox.aws.replay import Fault
from entrypoints.sandbox.aws.wire import Request, refusal, request_from
from entrypoints.sandbox.lifetime import port_number


def asked(
    service: str, *, method: str = "POST", path: str = "/", body: bytes = b"", target: str = ""
) -> Request:
    scope = f"AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/{service}/aws4_request, Signed"
    headers = {"Authorization": scope} | ({"X-Amz-Target": target} if target else {})
    return request_from(method, path, headers, body)


@pytest.mark.parametrize(
    ("request_", "operation"),
    [
        (asked("ec2", body=b"Action=DescribeVpcs&Version=1"), "DescribeVpcs"),
        (asked("sts", body=b"Action=GetCallerIdentity"), "GetCallerIdentity"),
        (asked("tagging", target="ResourceGroupsTaggingAPI_20170126.GetResources"), "GetResources"),
        (asked("s3", method="GET", path="/?max-buckets=1"), "ListBuckets"),
        (asked("s3", method="HEAD", path="/media"), "HeadBucket"),
        (asked("s3", method="GET", path="/media?tagging"), "GetBucketTagging"),
        (asked("ec2", body=b"\xff"), ""),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_the_operation_and_the_region_are_read_from_the_request(
    request_: Request, operation: str
) -> None:
    assert (request_.operation, request_.region) == (operation, "eu-west-1")


@pytest.mark.parametrize(
    ("request_", "start"),
    [
        (asked("ec2"), b"<Response><Errors><Error><Code>No</Code>"),
        (asked("s3"), b"<Error><Code>No</Code>"),
        (asked("sts"), b"<ErrorResponse><Error><Code>No</Code>"),
        (asked("tagging", target="x.GetResources"), b'{"__type": "No"}'),
    ],
    ids=["ec2", "s3", "sts", "json"],
)
def test_a_refusal_is_in_the_words_of_the_service(request_: Request, start: bytes) -> None:
    reply = refusal(request_, status=403, code="No")
    assert reply.status == 403
    assert reply.body.startswith(start)


def test_a_fault_waits_strikes_and_ends_as_it_was_told() -> None:
    fault = Fault(operation="DescribeVpcs", region="eu-west-1", after=1, times=2)
    vpcs = asked("ec2", body=b"Action=DescribeVpcs")
    others = asked("ec2", body=b"Action=DescribeInstances")
    assert not fault.strikes(others)
    assert [fault.strikes(vpcs) for _ in range(5)] == [False, True, True, False, False]


@pytest.mark.parametrize("text", ["", "-1", "65536", "http", "1.5", "²"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no port"):
        port_number(text)

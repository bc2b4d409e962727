"""An account of any size: what moto once answered about one resource, told of thousands."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from entrypoints.sandbox.aws.clients import client
from entrypoints.sandbox.aws.server import AwsServer
from entrypoints.sandbox.aws.wire import JSON, XML, Reply, Request

_REGION = "eu-west-1"
_BUCKET = (
    "<Bucket><Name>{name}</Name><CreationDate>2024-05-06T07:08:09.000Z</CreationDate>"
    "{region}</Bucket>"
)
_IDENTITY = (
    "<GetCallerIdentityResponse><GetCallerIdentityResult>"
    "<Arn>arn:aws:iam::123456789012:user/bulk</Arn><UserId>AIDABULK</UserId>"
    "<Account>123456789012</Account>"
    "</GetCallerIdentityResult></GetCallerIdentityResponse>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One answer, cut up so that it can be told of many."""

    before: str
    item: str
    after: str
    id: str

    def page(self, ids: Sequence[str], *, next_token: str | None = None) -> Reply:
        """Return the answer for *ids*, and where the next page begins."""
        items = "".join(self.item.replace(self.id, each) for each in ids)
        more = f"<nextToken>{next_token}</nextToken>" if next_token else ""
        body = self.before + items + self.after
        end = body.rindex("</")
        return _xml(body[:end] + more + body[end:])


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAccount:
    """Answers for an account; every second bucket has tags."""

    instance: Recording
    vpc: Recording
    regions: Sequence[str] = ("eu-west-1", "eu-central-1", "us-east-1", "us-west-2")
    instances: int = 0
    """In all regions together."""
    vpcs: int = 0
    buckets: int = 0
    page: int = 1000
    """How many instances or VPCs are on one page."""
    tells_bucket_regions: bool = False
    """Whether the list of buckets says where each is, as AWS does and older servers do not."""

    def __call__(self, request: Request) -> Reply:
        """Return the answer."""
        answers: Mapping[str, Callable[[Request], Reply]] = {
            "GetCallerIdentity": lambda _: _xml(_IDENTITY),
            "DescribeRegions": self._regions,
            "DescribeInstances": lambda asked: self._page(
                asked, self.instance, "i", self.instances
            ),
            "DescribeVpcs": lambda asked: self._page(asked, self.vpc, "vpc", self.vpcs),
            "ListBuckets": self._buckets,
            "HeadBucket": self._head,
            "GetResources": self._tags,
        }
        return answers[request.operation](request)

    def _regions(self, _: Request) -> Reply:
        items = "".join(
            f"<item><regionName>{region}</regionName></item>" for region in self.regions
        )
        return _xml(
            f"<DescribeRegionsResponse><regionInfo>{items}</regionInfo></DescribeRegionsResponse>"
        )

    def _page(self, request: Request, recording: Recording, prefix: str, total: int) -> Reply:
        place = self.regions.index(request.region)
        numbers = range(place, total, len(self.regions))
        start = int(request.parameters.get("NextToken") or 0)
        end = start + self.page
        ids = [f"{prefix}-{number:017x}" for number in numbers[start:end]]
        return recording.page(ids, next_token=str(end) if end < len(numbers) else None)

    def _buckets(self, _: Request) -> Reply:
        listed = "".join(
            _BUCKET.format(
                name=self._bucket(number),
                region=f"<BucketRegion>{self._home(number)}</BucketRegion>"
                if self.tells_bucket_regions
                else "",
            )
            for number in range(self.buckets)
        )
        return _xml(f"<ListAllMyBucketsResult><Buckets>{listed}</Buckets></ListAllMyBucketsResult>")

    def _head(self, request: Request) -> Reply:
        number = int(request.path.strip("/").rpartition("-")[2])
        headers = {"x-amz-bucket-region": self._home(number)}
        return Reply(status=200, body=b"", headers=headers)

    def _tags(self, request: Request) -> Reply:
        tagged = [
            {
                "ResourceARN": f"arn:aws:s3:::{self._bucket(number)}",
                "Tags": [{"Key": "team", "Value": f"team-{number % 7}"}],
            }
            for number in range(self.buckets)
            if number // len(self.regions) % 2 == 0 and self._home(number) == request.region
        ]
        body = {"ResourceTagMappingList": tagged, "PaginationToken": ""}
        return Reply(status=200, body=json.dumps(body).encode(), headers=JSON)

    def _bucket(self, number: int) -> str:
        return f"bulk-bucket-{number}"

    def _home(self, number: int) -> str:
        return self.regions[number % len(self.regions)]


def record() -> tuple[Recording, Recording]:
    """Ask moto about one instance and one VPC, and return what it said."""
    server = AwsServer()
    server.start()
    try:
        ec2 = client(server.endpoint, "ec2", _REGION)
        made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]
        name = [{"Key": "Name", "Value": "bulk"}, {"Key": "team", "Value": "platform"}]
        ec2.create_tags(Resources=[made["InstanceId"]], Tags=name)
        heard = _listening(ec2)
        ec2.describe_instances(InstanceIds=[made["InstanceId"]])
        ec2.describe_vpcs(VpcIds=[made["VpcId"]])
    finally:
        server.stop()
    instances, vpcs = heard
    return (
        _cut(instances, "reservationSet", made["InstanceId"]),
        _cut(vpcs, "vpcSet", made["VpcId"]),
    )


def _listening(ec2: Any) -> list[str]:  # noqa: ANN401 - boto3 ships no types
    heard: list[str] = []

    def hear(response_dict: dict[str, Any], **_: object) -> None:
        heard.append(response_dict["body"].decode())

    ec2.meta.events.register("before-parse.ec2.*", hear)
    return heard


def _cut(answer: str, element: str, identity: str) -> Recording:
    start = answer.index(f"<{element}>") + len(element) + 2
    end = answer.rindex(f"</{element}>")
    return Recording(before=answer[:start], item=answer[start:end], after=answer[end:], id=identity)


def _xml(text: str) -> Reply:
    return Reply(status=200, body=text.encode(), headers=XML)

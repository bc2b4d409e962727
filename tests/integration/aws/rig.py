"""A real AWS adapter against a server on this machine, with a faulty line in between."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import Request, urlopen

from adapters.aws.calls import Client
from adapters.aws.inventory import AwsInventory
from adapters.aws.secret import AwsSecret
from adapters.aws.session import AwsSession, Patience
from adapters.fakes.pacing import FakePacing
from application.ports.clouds import CloudInventory
from domain.accounts import CredentialId
from domain.inventory import Location, ObservedResource, ResourceKind, Scope, UnreadableRecord
from entrypoints.sandbox.aws.clients import client
from entrypoints.sandbox.aws.replay import Fault, Recorded, ReplayServer
from entrypoints.sandbox.aws.server import AwsServer
from entrypoints.sandbox.aws.wire import Answer

HASTE = Patience(mode="standard", attempts=2, connect_timeout=2, read_timeout=5)
"""Gives up fast, so that a test of a failure is quick."""

KEY_ID = "AKIATESTTESTTESTTEST"
SECRET_KEY = "canary/of/a/secret/access/key/0123456789"
KEYS = {"access_key_id": KEY_ID, "secret_access_key": SECRET_KEY}
ACCOUNT = "123456789012"


INSTANCES = ResourceKind.AWS_EC2_INSTANCE
VPCS = ResourceKind.AWS_VPC
BUCKETS = ResourceKind.AWS_S3_BUCKET
HERE = Location("eu-west-1")
THERE = Location("us-west-2")


@dataclass(frozen=True, kw_only=True)
class Rig:
    """The server, the line to it, and what the adapter needs to call."""

    moto: str
    line: ReplayServer

    def secret(self, keys: Mapping[str, str] = KEYS, **fields: object) -> AwsSecret:
        return AwsSecret.model_validate({"endpoint_url": self.line.endpoint, **keys, **fields})

    def session(self, keys: Mapping[str, str] = KEYS, **fields: object) -> AwsSession:
        return AwsSession(self.secret(keys, **fields), patience=HASTE, pacing=FakePacing())

    def inventory(self, keys: Mapping[str, str] = KEYS, **fields: object) -> AwsInventory:
        return AwsInventory(session=self.session(keys, **fields))

    def client(self, service: str, region: str = "eu-west-1") -> Client:
        """A client of our own, straight to the server."""
        return client(self.moto, service, region)

    def fail(self, operation: str, *, region: str | None = None, status: int, code: str) -> None:
        """Refuse *operation* from now on."""
        self.line.fail(Fault(operation=operation, region=region, status=status, code=code))

    def asked(self, operation: str) -> int:
        """How often *operation* was asked for."""
        return asked(self.line, operation)

    def reset(self) -> None:
        """Empty the account, forget the faults and accept every key again."""
        self.line.heal()
        post(f"{self.moto}/moto-api/reset", b"")
        post(f"{self.moto}/moto-api/reset-auth", b"inf")

    def enforce_permissions(self) -> None:
        post(f"{self.moto}/moto-api/reset-auth", b"0")


def asked(line: ReplayServer, operation: str) -> int:
    """How often *operation* was asked for."""
    return sum(request.operation == operation for request in line.requests)


def opened(
    line: ReplayServer, *, patience: Patience = HASTE, regions: list[str] | None = None
) -> AwsInventory:
    """Open the account behind *line*."""
    secret = AwsSecret(**KEYS, endpoint_url=line.endpoint, regions=regions)
    return AwsInventory(session=AwsSession(secret, patience=patience, pacing=FakePacing()))


def records(
    inventory: CloudInventory, kind: ResourceKind, location: Location
) -> Iterator[ObservedResource | UnreadableRecord]:
    scope = Scope(credential_id=CredentialId(1), kind=kind, location=location)
    return inventory.list_resources(scope)


def resources(
    inventory: CloudInventory, kind: ResourceKind, location: Location
) -> list[ObservedResource]:
    """List a scope in which every record can be read."""
    found = list(records(inventory, kind, location))
    assert all(isinstance(each, ObservedResource) for each in found)
    return [each for each in found if isinstance(each, ObservedResource)]


def count(inventory: CloudInventory, kind: ResourceKind, location: Location) -> int:
    return len({each.external_id for each in resources(inventory, kind, location)})


def post(address: str, body: bytes) -> None:
    plain = {"Content-Type": "text/plain"}
    with urlopen(Request(address, data=body, headers=plain, method="POST")) as answer:
        answer.read()


@contextmanager
def running(answer: Answer) -> Iterator[ReplayServer]:
    server = ReplayServer(answer)
    server.start()
    yield server
    server.stop()


@contextmanager
def running_rig() -> Iterator[Rig]:
    moto = AwsServer()
    moto.start()
    with running(Recorded(moto.endpoint, remember=False)) as line:
        yield Rig(moto=moto.endpoint, line=line)
    moto.stop()


def launch(rig: Rig, region: str, tags: Mapping[str, str] = {}, *, count: int = 1) -> list[str]:
    """Start instances and return their ids."""
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    wish = {"TagSpecifications": [{"ResourceType": "instance", "Tags": pairs}]} if pairs else {}
    answer = rig.client("ec2", region).run_instances(
        ImageId="ami-12c6146b", MinCount=count, MaxCount=count, **wish
    )
    return [instance["InstanceId"] for instance in answer["Instances"]]


def make_bucket(rig: Rig, region: str, name: str, tags: Mapping[str, str] = {}) -> None:
    s3 = rig.client("s3", region)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    if tags:
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": pairs})

"""What AWS keeps apart from the bucket: access from outside, versions, encryption."""

from abc import abstractmethod
from typing import Any, ClassVar, Final

from entrypoints.sandbox.terraform.aws.bucket import NO_BUCKET
from entrypoints.sandbox.terraform.aws.cloud import AwsCloud, gone_is_none, refusing
from entrypoints.sandbox.terraform.aws.fields import ID, chosen, option, place_of
from entrypoints.sandbox.terraform.resource_type import ResourceType
from entrypoints.sandbox.terraform.schema import Attribute, Block, NestedBlock, Values

BUCKET: Final = {**ID, "bucket": Attribute(type="string", required=True, forces_replacement=True)}


class BucketPart(ResourceType[AwsCloud]):
    """One setting of a bucket: there is one of it, and its id is the bucket's name."""

    title: ClassVar[str]
    gone: ClassVar[str]
    """The error code of a bucket that has none of it."""

    @abstractmethod
    def put(self, s3: Any, bucket: str, planned: Values) -> None:  # noqa: ANN401 - boto3
        """Set it, whatever it was."""

    @abstractmethod
    def get(self, s3: Any, bucket: str) -> Values | None:  # noqa: ANN401 - boto3 ships no types
        """Return what is set."""

    @abstractmethod
    def drop(self, s3: Any, bucket: str, state: Values) -> None:  # noqa: ANN401 - boto3
        """Set it back to what a new bucket has."""

    def create(self, cloud: AwsCloud, planned: Values) -> Values:
        """Set it."""
        with refusing(f"creating S3 Bucket ({planned['bucket']}) {self.title}"):
            self.put(cloud.s3(planned), planned["bucket"], planned)
            return self._read(cloud, planned["bucket"], planned) or {}

    def read(self, cloud: AwsCloud, state: Values) -> Values | None:
        """Ask what is set."""
        with refusing(f"reading S3 Bucket ({state['id']}) {self.title}"):
            return self._read(cloud, state["id"], state)

    def update(self, cloud: AwsCloud, prior: Values, planned: Values) -> Values:
        """Set it anew."""
        del prior
        return self.create(cloud, planned)

    def delete(self, cloud: AwsCloud, state: Values) -> None:
        """Set it back."""
        doing = f"deleting S3 Bucket ({state['id']}) {self.title}"
        with refusing(doing), gone_is_none(*NO_BUCKET, self.gone):
            self.drop(cloud.s3(state), state["id"], state)

    def find(self, cloud: AwsCloud, import_id: str) -> Values | None:
        """Look for the bucket's name."""
        name, place = place_of(import_id)
        with refusing(f"importing S3 Bucket ({name}) {self.title}"):
            return self._read(cloud, name, {**self.schema.empty(), **place})

    def _read(self, cloud: AwsCloud, bucket: str, state: Values) -> Values | None:
        found = None
        with gone_is_none(*NO_BUCKET, self.gone):
            found = self.get(cloud.s3(state), bucket)
        if found is None:
            return None
        region = cloud.region_of(state)
        return {**state, "id": bucket, "bucket": bucket, "region": region, **found}


class PublicAccessBlock(BucketPart):
    """Which ways from outside are shut."""

    name: ClassVar = "aws_s3_bucket_public_access_block"
    title, gone = "Public Access Block", "NoSuchPublicAccessBlockConfiguration"
    ways: ClassVar = {
        "block_public_acls": "BlockPublicAcls",
        "block_public_policy": "BlockPublicPolicy",
        "ignore_public_acls": "IgnorePublicAcls",
        "restrict_public_buckets": "RestrictPublicBuckets",
    }
    schema: ClassVar = Block(
        attributes={**BUCKET, **{name: option("bool", default=False) for name in ways}}
    )

    def put(self, s3: Any, bucket: str, planned: Values) -> None:  # noqa: ANN401 - boto3
        """Shut what is to be shut."""
        shut = {parameter: planned[name] for name, parameter in self.ways.items()}
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=shut)

    def get(self, s3: Any, bucket: str) -> Values | None:  # noqa: ANN401 - boto3
        """Ask what is shut."""
        found = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        return {name: bool(found[parameter]) for name, parameter in self.ways.items()}

    def drop(self, s3: Any, bucket: str, state: Values) -> None:  # noqa: ANN401 - boto3
        """Leave it to the account."""
        del state
        s3.delete_public_access_block(Bucket=bucket)


class Versioning(BucketPart):
    """Whether old versions are kept."""

    name: ClassVar = "aws_s3_bucket_versioning"
    title, gone = "Versioning", "NoSuchBucket"
    schema: ClassVar = Block(
        attributes={**BUCKET, "mfa": option()},
        blocks={
            "versioning_configuration": NestedBlock(
                nesting="list",
                min_items=1,
                max_items=1,
                block=Block(
                    attributes={
                        "status": Attribute(type="string", required=True),
                        "mfa_delete": chosen(),
                    }
                ),
            )
        },
    )

    def put(self, s3: Any, bucket: str, planned: Values) -> None:  # noqa: ANN401 - boto3
        """Begin or suspend; a bucket that never had versions is left alone when they are off."""
        status = planned["versioning_configuration"][0]["status"]
        if status != "Disabled":
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})

    def get(self, s3: Any, bucket: str) -> Values | None:  # noqa: ANN401 - boto3
        """Ask how it is."""
        found = s3.get_bucket_versioning(Bucket=bucket)
        kept = {"status": found.get("Status") or "Disabled", "mfa_delete": found.get("MFADelete")}
        return {"versioning_configuration": [{**kept, "mfa_delete": kept["mfa_delete"] or ""}]}

    def drop(self, s3: Any, bucket: str, state: Values) -> None:  # noqa: ANN401 - boto3
        """Suspend it: versions once begun cannot be undone."""
        if state["versioning_configuration"][0]["status"] == "Enabled":
            suspended = {"Status": "Suspended"}
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=suspended)

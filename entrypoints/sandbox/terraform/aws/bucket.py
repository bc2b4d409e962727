"""aws_s3_bucket."""

from typing import Any, ClassVar
from uuid import uuid4

from entrypoints.sandbox.terraform.aws.cloud import AwsCloud, gone_is_none, refusing
from entrypoints.sandbox.terraform.aws.fields import (
    TAGGED,
    TaggedType,
    chosen,
    mapping,
    option,
    pairs,
    place_of,
    tag_values,
    told,
)
from entrypoints.sandbox.terraform.resource_type import CloudRefused
from entrypoints.sandbox.terraform.schema import Block, Values

NO_BUCKET = ("404", "NoSuchBucket")


class Bucket(TaggedType):
    """A bucket; its name, which the whole world shares, is its id."""

    name: ClassVar = "aws_s3_bucket"
    schema: ClassVar = Block(
        attributes={
            **TAGGED,
            "arn": told(),
            "bucket": chosen(forces=True),
            "bucket_domain_name": told(),
            "bucket_region": told(),
            "bucket_regional_domain_name": told(),
            "force_destroy": option("bool", default=False),
            "object_lock_enabled": chosen("bool", forces=True),
        }
    )

    def create(self, cloud: AwsCloud, planned: Values) -> Values:
        """Make it, unless it is there: to make one's own again would be taken for success."""
        s3, region, name = cloud.s3(planned), cloud.region_of(planned), planned["bucket"]
        name = name if isinstance(name, str) else f"terraform-{uuid4().hex}"
        with refusing(f"creating S3 Bucket ({name})"):
            if _region(s3, name) is not None:
                raise CloudRefused(f"creating S3 Bucket ({name}): BucketAlreadyExists")
            place = {"CreateBucketConfiguration": {"LocationConstraint": region}}
            s3.create_bucket(
                Bucket=name,
                ObjectLockEnabledForBucket=planned["object_lock_enabled"] is True,
                **({} if region == "us-east-1" else place),
            )
            _tag(s3, name, planned["tags_all"])
            return self._read(cloud, name, planned) or {}

    def read(self, cloud: AwsCloud, state: Values) -> Values | None:
        """Ask where it is, and for its tags."""
        with refusing(f"reading S3 Bucket ({state['id']})"):
            return self._read(cloud, state["id"], state)

    def update(self, cloud: AwsCloud, prior: Values, planned: Values) -> Values:
        """Change its tags; all else is Terraform's own affair."""
        with refusing(f"updating S3 Bucket ({prior['id']})"):
            if (prior["tags_all"] or {}) != planned["tags_all"]:
                _tag(cloud.s3(prior), prior["id"], planned["tags_all"])
            return self._read(cloud, prior["id"], planned) or {}

    def delete(self, cloud: AwsCloud, state: Values) -> None:
        """Delete it; with force_destroy, what is in it first."""
        s3, name = cloud.s3(state), state["id"]
        with refusing(f"deleting S3 Bucket ({name})"), gone_is_none(*NO_BUCKET):
            if state["force_destroy"]:
                _empty(s3, name)
            s3.delete_bucket(Bucket=name)

    def find(self, cloud: AwsCloud, import_id: str) -> Values | None:
        """Look for the name."""
        name, place = place_of(import_id)
        with refusing(f"importing S3 Bucket ({name})"):
            return self._read(cloud, name, {**self.schema.empty(), **place})

    def _read(self, cloud: AwsCloud, name: str, state: Values) -> Values | None:
        s3 = cloud.s3(state)
        region = _region(s3, name)
        if region is None:
            return None
        return {
            **state,
            "id": name,
            "bucket": name,
            "region": cloud.region_of(state),
            "arn": f"arn:aws:s3:::{name}",
            "bucket_domain_name": f"{name}.s3.amazonaws.com",
            "bucket_region": region,
            "bucket_regional_domain_name": f"{name}.s3.{region}.amazonaws.com",
            "object_lock_enabled": state["object_lock_enabled"] is True,
            **tag_values(_tags(s3, name), state),
        }


def _region(s3: Any, name: str) -> str | None:  # noqa: ANN401 - boto3 ships no types
    """Return where the bucket is; None if it is nowhere."""
    region = None
    with gone_is_none(*NO_BUCKET):
        region = str(s3.head_bucket(Bucket=name).get("BucketRegion") or s3.meta.region_name)
    return region  # noqa: RET504 - the block may be left early


def _tags(s3: Any, name: str) -> dict[str, str]:  # noqa: ANN401 - boto3 ships no types
    tags = {}
    with gone_is_none("NoSuchTagSet"):
        tags = mapping(s3.get_bucket_tagging(Bucket=name)["TagSet"])
    return tags  # noqa: RET504 - as above


def _tag(s3: Any, name: str, tags: dict[str, str] | None) -> None:  # noqa: ANN401 - boto3
    if tags:
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": pairs(tags)})
    else:
        s3.delete_bucket_tagging(Bucket=name)


def _empty(s3: Any, name: str) -> None:  # noqa: ANN401 - boto3 ships no types
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        doomed = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
        if doomed:
            s3.delete_objects(Bucket=name, Delete={"Objects": doomed, "Quiet": True})

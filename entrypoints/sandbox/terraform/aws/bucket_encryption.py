"""aws_s3_bucket_server_side_encryption_configuration."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from entrypoints.sandbox.terraform.aws.bucket_parts import BUCKET, BucketPart
from entrypoints.sandbox.terraform.aws.fields import chosen
from entrypoints.sandbox.terraform.aws.launch import known, only_block
from entrypoints.sandbox.terraform.schema import Attribute, Block, NestedBlock, Values

_ALGORITHM: Final = Block(
    attributes={
        "sse_algorithm": Attribute(type="string", required=True),
        "kms_master_key_id": chosen(),
    }
)
_RULE: Final = Block(
    attributes={"bucket_key_enabled": chosen("bool")},
    blocks={
        "apply_server_side_encryption_by_default": NestedBlock(
            nesting="list", max_items=1, block=_ALGORITHM
        )
    },
)


class Encryption(BucketPart):
    """With what objects are encrypted that come without a wish of their own."""

    name: ClassVar = "aws_s3_bucket_server_side_encryption_configuration"
    title = "Server-side Encryption Configuration"
    gone = "ServerSideEncryptionConfigurationNotFoundError"
    schema: ClassVar = Block(
        attributes=BUCKET,
        blocks={"rule": NestedBlock(nesting="set", min_items=1, block=_RULE)},
    )

    def put(self, s3: Any, bucket: str, planned: Values) -> None:  # noqa: ANN401 - boto3
        """Set the rules."""
        rules = {"Rules": [_asked(rule) for rule in planned["rule"]]}
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=rules)

    def get(self, s3: Any, bucket: str) -> Values | None:  # noqa: ANN401 - boto3
        """Ask for the rules."""
        found = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
        return {"rule": [_rule(each) for each in found["Rules"]]}

    def drop(self, s3: Any, bucket: str, state: Values) -> None:  # noqa: ANN401 - boto3
        """Leave it to AWS, which encrypts with a key of its own."""
        del state
        s3.delete_bucket_encryption(Bucket=bucket)


def _asked(rule: Values) -> dict[str, Any]:
    default = only_block(rule["apply_server_side_encryption_by_default"]) or {}
    key = known(default.get("kms_master_key_id"))
    asked: dict[str, Any] = {"BucketKeyEnabled": rule["bucket_key_enabled"] is True}
    if default:
        asked["ApplyServerSideEncryptionByDefault"] = {
            "SSEAlgorithm": default["sse_algorithm"],
            **({"KMSMasterKeyID": key} if key else {}),
        }
    return asked


def _rule(found: Mapping[str, Any]) -> Values:
    default = found.get("ApplyServerSideEncryptionByDefault")
    return {
        "bucket_key_enabled": bool(found.get("BucketKeyEnabled")),
        "apply_server_side_encryption_by_default": [
            {
                "sse_algorithm": default["SSEAlgorithm"],
                "kms_master_key_id": default.get("KMSMasterKeyID", ""),
            }
        ]
        if default
        else [],
    }

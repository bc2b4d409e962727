"""Changes to the volume that an instance starts from."""

from typing import Any, Final

from entrypoints.sandbox.terraform.aws.ec2 import retag
from entrypoints.sandbox.terraform.aws.launch import only_block, renamed
from entrypoints.sandbox.terraform.schema import Values

_CHANGEABLE: Final = {
    "volume_size": "Size",
    "volume_type": "VolumeType",
    "iops": "Iops",
    "throughput": "Throughput",
}


def change_root_volume(ec2: Any, prior: Values, planned: Values) -> None:  # noqa: ANN401 - boto3
    """Change its size, its kind and its tags, where they differ; none of it stops the instance."""
    before, after = only_block(prior["root_block_device"]), only_block(planned["root_block_device"])
    if before is None or after is None or before == after:
        return
    identity = before["volume_id"]
    different = {name: each for name, each in _CHANGEABLE.items() if after[name] != before[name]}
    if asked := renamed(after, different):
        ec2.modify_volume(VolumeId=identity, **asked)
    retag(ec2, identity, before["tags_all"] or {}, after["tags_all"] or {})

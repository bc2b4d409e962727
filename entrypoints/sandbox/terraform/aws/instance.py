"""aws_instance."""

import time
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from entrypoints.sandbox.terraform.aws.ec2 import Ec2Type, only
from entrypoints.sandbox.terraform.aws.instance_facts import (
    instance_facts,
    root_volume_id,
    volume_facts,
)
from entrypoints.sandbox.terraform.aws.instance_shape import INSTANCE
from entrypoints.sandbox.terraform.aws.launch import launched, metadata, only_block
from entrypoints.sandbox.terraform.aws.root_volume import change_root_volume
from entrypoints.sandbox.terraform.resource_type import CloudRefused
from entrypoints.sandbox.terraform.schema import UNKNOWN, Values

_GONE: Final = {"shutting-down", "terminated"}
_DEVICE: Final = "/dev/xvda"
_ROOT_GIB: Final = 8
_WAIT_SECONDS: Final = 600.0
_LOOK_SECONDS: Final = 0.2
_WHILE_STOPPED: Final = {"instance_type": "InstanceType", "user_data": "UserData"}
"""What EC2 changes only in an instance that is stopped."""


class Instance(Ec2Type):
    """A virtual machine; it is made when it runs, and destroyed when it is terminated."""

    name: ClassVar = "aws_instance"
    title, word, gone = "Instance", "instance", "InvalidInstanceID.NotFound"
    schema: ClassVar = INSTANCE

    def check(self, config: Values) -> None:
        """Refuse an instance that nothing could be launched from."""
        for name in ("ami", "instance_type"):
            if config[name] is None:
                raise CloudRefused(
                    "Missing required argument",
                    f"{name!r} must be set: the sandbox knows no launch templates.",
                )

    def foresee(self, prior: Values | None, proposed: Values) -> Values:
        """Say what the tags of the root volume will be, as for the instance."""
        planned = super().foresee(prior, proposed)
        if volume := only_block(planned["root_block_device"]):
            tags = volume["tags"]
            seen = UNKNOWN if tags is UNKNOWN else dict(tags or {})
            planned["root_block_device"] = [{**volume, "tags_all": seen}]
        return planned

    def make(self, ec2: Any, planned: Values, tags: list[dict[str, Any]]) -> str:  # noqa: ANN401
        """Launch it."""
        image = only(ec2.describe_images, "Images", ImageIds=[planned["ami"]]) or {}
        device = image.get("RootDeviceName") or _DEVICE
        size = _root_size(image, device)
        made = ec2.run_instances(**launched(planned, tags, device=device, size=size))
        return str(made["Instances"][0]["InstanceId"])

    def adjust(self, ec2: Any, identity: str, prior: Values | None, planned: Values) -> None:  # noqa: ANN401
        """Wait until it runs, or change what differs."""
        if prior is None:
            self._until(ec2, identity, {"running"})
            return
        self._change_stopped(ec2, identity, prior, planned)
        change_root_volume(ec2, prior, planned)
        groups = planned["vpc_security_group_ids"]
        if isinstance(groups, list) and set(groups) != set(prior["vpc_security_group_ids"] or ()):
            ec2.modify_instance_attribute(InstanceId=identity, Groups=groups)
        options = only_block(planned["metadata_options"])
        if options and options != only_block(prior["metadata_options"]):
            ec2.modify_instance_metadata_options(InstanceId=identity, **metadata(options))

    def look(self, ec2: Any, identity: str) -> Mapping[str, Any] | None:  # noqa: ANN401
        """Describe it; one that is terminated is gone, although EC2 shows it for an hour."""
        found: Mapping[str, Any] | None = _described(ec2, identity)
        return None if found is None or found["State"]["Name"] in _GONE else found

    def seen(self, ec2: Any, found: Mapping[str, Any], state: Values) -> Values:  # noqa: ANN401
        """Look at its root volume as well."""
        volume, identity = None, root_volume_id(found)
        if identity is not None:
            volume = only(ec2.describe_volumes, "Volumes", VolumeIds=[identity])
        return {**instance_facts(found), "root_block_device": volume_facts(found, volume, state)}

    def destroy(self, ec2: Any, identity: str) -> None:  # noqa: ANN401 - boto3 ships no types
        """Terminate it and wait."""
        ec2.terminate_instances(InstanceIds=[identity])
        self._until(ec2, identity, {"terminated", None})

    def _change_stopped(self, ec2: Any, identity: str, prior: Values, planned: Values) -> None:  # noqa: ANN401
        changed = {
            parameter: {"Value": planned[name]}
            for name, parameter in _WHILE_STOPPED.items()
            if isinstance(planned[name], str) and planned[name] != prior[name]
        }
        if not changed:
            return
        ec2.stop_instances(InstanceIds=[identity])
        self._until(ec2, identity, {"stopped"})
        for parameter, value in changed.items():
            ec2.modify_instance_attribute(InstanceId=identity, **{parameter: value})
        ec2.start_instances(InstanceIds=[identity])
        self._until(ec2, identity, {"running"})

    def _until(self, ec2: Any, identity: str, wanted: set[str | None]) -> None:  # noqa: ANN401
        """Return when its state is one of *wanted*; None is: EC2 does not know it any more.

        Raises:
            CloudRefused: it took too long.
        """
        end = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < end:
            found = _described(ec2, identity)
            if (found and found["State"]["Name"]) in wanted:
                return
            time.sleep(_LOOK_SECONDS)
        raise CloudRefused(
            f"waiting for EC2 Instance ({identity})", f"It took over {_WAIT_SECONDS:.0f} s."
        )


def _described(ec2: Any, identity: str) -> Any:  # noqa: ANN401 - boto3 ships no types
    reservation = only(ec2.describe_instances, "Reservations", InstanceIds=[identity])
    if reservation is None:
        return None
    return {"OwnerId": reservation["OwnerId"], **reservation["Instances"][0]}


def _root_size(image: Mapping[str, Any], device: str) -> int:
    """Return how many GiB the image's root volume has, which the sandbox does not do by itself."""
    sizes = (
        each["Ebs"].get("VolumeSize")
        for each in image.get("BlockDeviceMappings", [])
        if each.get("DeviceName") == device and "Ebs" in each
    )
    return next(filter(None, sizes), _ROOT_GIB)

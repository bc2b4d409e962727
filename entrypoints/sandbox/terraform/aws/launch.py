"""What is asked of EC2 to launch an instance: pure."""

from collections.abc import Mapping
from typing import Any, Final

from entrypoints.sandbox.terraform.aws.fields import pairs
from entrypoints.sandbox.terraform.schema import UNKNOWN, Values

_METADATA: Final = {
    "http_endpoint": "HttpEndpoint",
    "http_tokens": "HttpTokens",
    "http_put_response_hop_limit": "HttpPutResponseHopLimit",
    "http_protocol_ipv6": "HttpProtocolIpv6",
    "instance_metadata_tags": "InstanceMetadataTags",
}
_VOLUME: Final = {
    "volume_size": "VolumeSize",
    "volume_type": "VolumeType",
    "encrypted": "Encrypted",
    "kms_key_id": "KmsKeyId",
    "iops": "Iops",
    "throughput": "Throughput",
    "delete_on_termination": "DeleteOnTermination",
}
_PLAIN: Final = {
    "instance_type": "InstanceType",
    "key_name": "KeyName",
    "user_data": "UserData",
    "ebs_optimized": "EbsOptimized",
    "disable_api_termination": "DisableApiTermination",
}


def launched(
    planned: Values, tags: list[dict[str, Any]], *, device: str, size: int
) -> dict[str, Any]:
    """Return the parameters of one launch.

    Args:
        planned: the instance.
        tags: the specifications of its own tags.
        device: what the image calls its root volume.
        size: how many GiB that has, unless the plan says otherwise.
    """
    asked = {
        "ImageId": planned["ami"],
        "MinCount": 1,
        "MaxCount": 1,
        "TagSpecifications": [*tags, *_volume_tags(planned)],
        **renamed(planned, _PLAIN),
        **_network(planned),
    }
    if known(planned["availability_zone"]) is not None:
        asked["Placement"] = {"AvailabilityZone": planned["availability_zone"]}
    if known(planned["monitoring"]) is not None:
        asked["Monitoring"] = {"Enabled": planned["monitoring"]}
    if options := only_block(planned["metadata_options"]):
        asked["MetadataOptions"] = metadata(options)
    if volume := only_block(planned["root_block_device"]):
        root = {"VolumeSize": size, **renamed(volume, _VOLUME)}
        asked["BlockDeviceMappings"] = [{"DeviceName": device, "Ebs": root}]
    return asked


def metadata(options: Values) -> dict[str, Any]:
    """Return the metadata options as EC2 takes them."""
    return renamed(options, _METADATA)


def renamed(values: Values, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what is known of *values* under the names of the API."""
    return {
        parameter: values[name]
        for name, parameter in names.items()
        if known(values[name]) is not None
    }


def known(value: Any) -> Any:  # noqa: ANN401 - any value
    """Return *value*; None if it is not known yet."""
    return None if value is UNKNOWN else value


def only_block(blocks: Any) -> Values | None:  # noqa: ANN401 - UNKNOWN, or blocks
    """Return the one block; None if it is left to the cloud."""
    return blocks[0] if isinstance(blocks, list) and blocks else None


def _network(planned: Values) -> dict[str, Any]:
    """Return the place in the network; a public address is a matter of the interface."""
    groups, subnet = known(planned["vpc_security_group_ids"]), known(planned["subnet_id"])
    address, public = known(planned["private_ip"]), known(planned["associate_public_ip_address"])
    place: dict[str, Any] = {"SubnetId": subnet} if subnet else {}
    place |= {"PrivateIpAddress": address} if address else {}
    if public is None:
        return place | ({"SecurityGroupIds": groups} if groups else {})
    place |= {"Groups": groups} if groups else {}
    interface = {"DeviceIndex": 0, "AssociatePublicIpAddress": public, **place}
    return {"NetworkInterfaces": [interface]}


def _volume_tags(planned: Values) -> list[dict[str, Any]]:
    volume = only_block(planned["root_block_device"]) or {}
    tags = known(volume.get("tags"))
    return [{"ResourceType": "volume", "Tags": pairs(tags)}] if tags else []

"""What EC2 says of an instance and its root volume, as Terraform's values: pure."""

from collections.abc import Mapping
from typing import Any

from entrypoints.sandbox.terraform.aws.fields import mapping, tag_values
from entrypoints.sandbox.terraform.aws.launch import only_block
from entrypoints.sandbox.terraform.schema import Values


def instance_facts(found: Mapping[str, Any]) -> Values:
    """Return what describes the machine and its place."""
    interface = (found.get("NetworkInterfaces") or [{}])[0]
    groups = interface.get("Groups") or found.get("SecurityGroups") or ()
    return {
        "ami": found["ImageId"],
        "instance_type": found["InstanceType"],
        "instance_state": found["State"]["Name"],
        "key_name": found.get("KeyName", ""),
        "subnet_id": found.get("SubnetId", ""),
        "vpc_security_group_ids": [each["GroupId"] for each in groups],
        "availability_zone": found["Placement"]["AvailabilityZone"],
        "tenancy": found["Placement"].get("Tenancy", "default"),
        "associate_public_ip_address": bool(found.get("PublicIpAddress")),
        "private_ip": found.get("PrivateIpAddress", ""),
        "private_dns": found.get("PrivateDnsName", ""),
        "public_ip": found.get("PublicIpAddress", ""),
        "public_dns": found.get("PublicDnsName", ""),
        "primary_network_interface_id": interface.get("NetworkInterfaceId", ""),
        "monitoring": found.get("Monitoring", {}).get("State") in {"enabled", "pending"},
        "ebs_optimized": bool(found.get("EbsOptimized")),
        "metadata_options": [_metadata(found.get("MetadataOptions", {}))],
    }


def volume_facts(
    found: Mapping[str, Any], volume: Mapping[str, Any] | None, state: Values
) -> list[Values]:
    """Return the block of the root volume; empty if there is none."""
    if volume is None:
        return []
    attached = (volume.get("Attachments") or [{}])[0]
    before = only_block(state.get("root_block_device")) or {}
    return [
        {
            "volume_id": volume["VolumeId"],
            "volume_size": volume["Size"],
            "volume_type": volume.get("VolumeType", "gp2"),
            "encrypted": bool(volume.get("Encrypted")),
            "kms_key_id": volume.get("KmsKeyId") or "",
            "iops": volume.get("Iops") or 0,
            "throughput": volume.get("Throughput") or 0,
            "delete_on_termination": bool(attached.get("DeleteOnTermination", True)),
            "device_name": found.get("RootDeviceName", ""),
            **tag_values(mapping(volume.get("Tags")), before),
        }
    ]


def root_volume_id(found: Mapping[str, Any]) -> str | None:
    """Return the id of the volume that it starts from; None if it has none."""
    for each in found.get("BlockDeviceMappings") or ():
        if each["DeviceName"] == found.get("RootDeviceName") and "Ebs" in each:
            return str(each["Ebs"]["VolumeId"])
    return None


def _metadata(options: Mapping[str, Any]) -> Values:
    return {
        "http_endpoint": options.get("HttpEndpoint", "enabled"),
        "http_tokens": options.get("HttpTokens", "optional"),
        "http_put_response_hop_limit": options.get("HttpPutResponseHopLimit", 1),
        "http_protocol_ipv6": options.get("HttpProtocolIpv6", "disabled"),
        "instance_metadata_tags": options.get("InstanceMetadataTags", "disabled"),
    }

"""How an aws_instance looks to Terraform."""

from typing import Final

from entrypoints.sandbox.terraform.aws.fields import STRINGS, TAGGED, chosen, option, told
from entrypoints.sandbox.terraform.schema import Block, NestedBlock

ROOT_VOLUME: Final = Block(
    attributes={
        "volume_size": chosen("number"),
        "volume_type": chosen(),
        "encrypted": chosen("bool", forces=True),
        "kms_key_id": chosen(forces=True),
        "iops": chosen("number"),
        "throughput": chosen("number"),
        "delete_on_termination": option("bool", default=True),
        "tags": option(STRINGS),
        "tags_all": chosen(STRINGS),
        "volume_id": told(),
        "device_name": told(),
    }
)
METADATA: Final = Block(
    attributes={
        "http_endpoint": option(default="enabled"),
        "http_tokens": chosen(),
        "http_put_response_hop_limit": chosen("number"),
        "http_protocol_ipv6": option(default="disabled"),
        "instance_metadata_tags": chosen(),
    }
)
INSTANCE: Final = Block(
    attributes={
        **TAGGED,
        "arn": told(),
        "ami": chosen(forces=True),
        "instance_type": chosen(),
        "key_name": chosen(forces=True),
        "subnet_id": chosen(forces=True),
        "vpc_security_group_ids": chosen(["set", "string"]),
        "availability_zone": chosen(forces=True),
        "associate_public_ip_address": chosen("bool", forces=True),
        "private_ip": chosen(forces=True),
        "user_data": option(),
        "user_data_replace_on_change": option("bool", default=False),
        "ebs_optimized": chosen("bool", forces=True),
        "monitoring": chosen("bool"),
        "disable_api_termination": chosen("bool"),
        "force_destroy": option("bool", default=False),
        "source_dest_check": option("bool", default=True),
        "get_password_data": option("bool", default=False),
        "tenancy": chosen(forces=True),
        "instance_state": told(),
        "primary_network_interface_id": told(),
        "private_dns": told(),
        "public_dns": told(),
        "public_ip": told(),
    },
    blocks={
        "root_block_device": NestedBlock(
            nesting="list", max_items=1, computed=True, block=ROOT_VOLUME
        ),
        "metadata_options": NestedBlock(nesting="list", max_items=1, computed=True, block=METADATA),
    },
)

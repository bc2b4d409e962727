"""aws_vpc and aws_subnet."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from entrypoints.sandbox.terraform.aws.ec2 import Ec2Type, only
from entrypoints.sandbox.terraform.aws.fields import TAGGED, chosen, option, told
from entrypoints.sandbox.terraform.schema import Attribute, Block, Values

_VPC_SWITCHES: Final = {
    "enable_dns_support": "EnableDnsSupport",
    "enable_dns_hostnames": "EnableDnsHostnames",
}
_SUBNET_SWITCHES: Final = {
    "map_public_ip_on_launch": "MapPublicIpOnLaunch",
    "assign_ipv6_address_on_creation": "AssignIpv6AddressOnCreation",
}


class Vpc(Ec2Type):
    """A network, with the table, the list and the group that come with it."""

    name: ClassVar = "aws_vpc"
    title, word, gone = "VPC", "vpc", "InvalidVpcID.NotFound"
    schema: ClassVar = Block(
        attributes={
            **TAGGED,
            "arn": told(),
            "cidr_block": chosen(forces=True),
            "instance_tenancy": option(default="default"),
            "enable_dns_support": option("bool", default=True),
            "enable_dns_hostnames": chosen("bool"),
            "assign_generated_ipv6_cidr_block": option("bool"),
            "ipv6_cidr_block": chosen(),
            "ipv6_association_id": told(),
            "dhcp_options_id": told(),
            "default_network_acl_id": told(),
            "default_route_table_id": told(),
            "default_security_group_id": told(),
            "main_route_table_id": told(),
            "owner_id": told(),
        }
    )

    def make(self, ec2: Any, planned: Values, tags: list[dict[str, Any]]) -> str:  # noqa: ANN401
        """Make the network with its block of addresses."""
        made = ec2.create_vpc(
            CidrBlock=planned["cidr_block"],
            InstanceTenancy=planned["instance_tenancy"],
            AmazonProvidedIpv6CidrBlock=bool(planned["assign_generated_ipv6_cidr_block"]),
            TagSpecifications=tags,
        )
        return str(made["Vpc"]["VpcId"])

    def adjust(self, ec2: Any, identity: str, prior: Values | None, planned: Values) -> None:  # noqa: ANN401
        """Switch its name service."""
        for name, parameter in _VPC_SWITCHES.items():
            if isinstance(planned[name], bool) and planned[name] != (prior or {}).get(name):
                ec2.modify_vpc_attribute(VpcId=identity, **{parameter: {"Value": planned[name]}})

    def look(self, ec2: Any, identity: str) -> Mapping[str, Any] | None:  # noqa: ANN401
        """Describe it."""
        found: Mapping[str, Any] | None = only(ec2.describe_vpcs, "Vpcs", VpcIds=[identity])
        return found

    def seen(self, ec2: Any, found: Mapping[str, Any], state: Values) -> Values:  # noqa: ANN401
        """Ask for its switches and its companions as well."""
        identity = found["VpcId"]
        ipv6 = (found.get("Ipv6CidrBlockAssociationSet") or [{}])[0]
        table = _companion(ec2.describe_route_tables, "RouteTables", identity, "association.main")
        return {
            "cidr_block": found["CidrBlock"],
            "instance_tenancy": found["InstanceTenancy"],
            "dhcp_options_id": found.get("DhcpOptionsId"),
            "owner_id": found.get("OwnerId"),
            "ipv6_cidr_block": ipv6.get("Ipv6CidrBlock", ""),
            "ipv6_association_id": ipv6.get("AssociationId", ""),
            "assign_generated_ipv6_cidr_block": bool(ipv6)
            or state.get("assign_generated_ipv6_cidr_block"),
            "main_route_table_id": table.get("RouteTableId"),
            "default_route_table_id": table.get("RouteTableId"),
            "default_network_acl_id": _companion(
                ec2.describe_network_acls, "NetworkAcls", identity, "default"
            ).get("NetworkAclId"),
            "default_security_group_id": _companion(
                ec2.describe_security_groups, "SecurityGroups", identity, "group-name", "default"
            ).get("GroupId"),
            **{name: _switch(ec2, identity, each) for name, each in _VPC_SWITCHES.items()},
        }

    def destroy(self, ec2: Any, identity: str) -> None:  # noqa: ANN401 - boto3 ships no types
        """Delete it; it must be empty."""
        ec2.delete_vpc(VpcId=identity)


class Subnet(Ec2Type):
    """A part of a network, in one availability zone."""

    name: ClassVar = "aws_subnet"
    title, word, gone = "Subnet", "subnet", "InvalidSubnetID.NotFound"
    schema: ClassVar = Block(
        attributes={
            **TAGGED,
            "arn": told(),
            "vpc_id": Attribute(type="string", required=True, forces_replacement=True),
            "cidr_block": chosen(forces=True),
            "availability_zone": chosen(forces=True),
            "availability_zone_id": chosen(forces=True),
            "map_public_ip_on_launch": option("bool", default=False),
            "assign_ipv6_address_on_creation": option("bool", default=False),
            "owner_id": told(),
        }
    )

    def make(self, ec2: Any, planned: Values, tags: list[dict[str, Any]]) -> str:  # noqa: ANN401
        """Make it in its network; AWS chooses the zone if nobody else has."""
        zones = {
            "AvailabilityZone": planned["availability_zone"],
            "AvailabilityZoneId": planned["availability_zone_id"],
        }
        made = ec2.create_subnet(
            VpcId=planned["vpc_id"],
            CidrBlock=planned["cidr_block"],
            TagSpecifications=tags,
            **{name: value for name, value in zones.items() if isinstance(value, str)},
        )
        return str(made["Subnet"]["SubnetId"])

    def adjust(self, ec2: Any, identity: str, prior: Values | None, planned: Values) -> None:  # noqa: ANN401
        """Switch what its instances get."""
        for name, parameter in _SUBNET_SWITCHES.items():
            if bool(planned[name]) != bool((prior or {}).get(name)):
                value = {"Value": bool(planned[name])}
                ec2.modify_subnet_attribute(SubnetId=identity, **{parameter: value})

    def look(self, ec2: Any, identity: str) -> Mapping[str, Any] | None:  # noqa: ANN401
        """Describe it."""
        found: Mapping[str, Any] | None = only(
            ec2.describe_subnets, "Subnets", SubnetIds=[identity]
        )
        return found

    def seen(self, ec2: Any, found: Mapping[str, Any], state: Values) -> Values:  # noqa: ANN401
        """Take what was described."""
        del ec2, state
        return {
            "vpc_id": found["VpcId"],
            "cidr_block": found["CidrBlock"],
            "availability_zone": found["AvailabilityZone"],
            "availability_zone_id": found.get("AvailabilityZoneId"),
            "owner_id": found.get("OwnerId"),
            **{name: bool(found.get(each)) for name, each in _SUBNET_SWITCHES.items()},
        }

    def destroy(self, ec2: Any, identity: str) -> None:  # noqa: ANN401 - boto3 ships no types
        """Delete it; it must be empty."""
        ec2.delete_subnet(SubnetId=identity)


def _switch(ec2: Any, identity: str, parameter: str) -> bool:  # noqa: ANN401 - boto3 ships no types
    name = parameter[0].lower() + parameter[1:]
    return bool(ec2.describe_vpc_attribute(VpcId=identity, Attribute=name)[parameter]["Value"])


def _companion(ask: Any, key: str, vpc: str, mark: str, value: str = "true") -> Mapping[str, Any]:  # noqa: ANN401
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": mark, "Values": [value]}]
    found: Mapping[str, Any] | None = only(ask, key, Filters=filters)
    return found or {}

"""aws_security_group."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final
from uuid import uuid4

from entrypoints.sandbox.terraform.aws.ec2 import Ec2Type, only
from entrypoints.sandbox.terraform.aws.fields import TAGGED, chosen, option, told
from entrypoints.sandbox.terraform.aws.rules import RULES, permission, rules_of, whole
from entrypoints.sandbox.terraform.schema import Block, Values

_DIRECTIONS: Final = {
    "ingress": (
        "IpPermissions",
        "authorize_security_group_ingress",
        "revoke_security_group_ingress",
    ),
    "egress": (
        "IpPermissionsEgress",
        "authorize_security_group_egress",
        "revoke_security_group_egress",
    ),
}


class SecurityGroup(Ec2Type):
    """What may reach an instance and what it may reach; nothing, unless a rule says so."""

    name: ClassVar = "aws_security_group"
    title, word, gone = "Security Group", "security-group", "InvalidGroup.NotFound"
    schema: ClassVar = Block(
        attributes={
            **TAGGED,
            "arn": told(),
            "name": chosen(forces=True),
            "description": option(default="Managed by Terraform", forces=True),
            "vpc_id": chosen(forces=True),
            "ingress": chosen(RULES),
            "egress": chosen(RULES),
            "revoke_rules_on_delete": option("bool", default=False),
            "owner_id": told(),
        }
    )

    def foresee(self, prior: Values | None, proposed: Values) -> Values:
        """Write its rules out whole, as the cloud will say them."""
        rules = {name: whole(proposed[name]) for name in _DIRECTIONS}
        return {**super().foresee(prior, proposed), **rules}

    def make(self, ec2: Any, planned: Values, tags: list[dict[str, Any]]) -> str:  # noqa: ANN401
        """Make it; AWS lets each reach everything, which `adjust` takes away."""
        network, name = planned["vpc_id"], planned["name"]
        made = ec2.create_security_group(
            GroupName=name if isinstance(name, str) else f"terraform-{uuid4().hex}",
            Description=planned["description"],
            TagSpecifications=tags,
            **({"VpcId": network} if isinstance(network, str) else {}),
        )
        return str(made["GroupId"])

    def adjust(self, ec2: Any, identity: str, prior: Values | None, planned: Values) -> None:  # noqa: ANN401
        """Give and take rules until they are as planned; none that is unknown is wanted."""
        found = self.look(ec2, identity) or {}
        for name, (key, authorize, revoke) in _DIRECTIONS.items():
            if prior is not None and prior[name] == planned[name]:
                continue
            wanted = planned[name] if isinstance(planned[name], list) else []
            there = rules_of(found.get(key, ()), identity)
            for call, rules, others in ((revoke, there, wanted), (authorize, wanted, there)):
                if asked := [permission(one, identity) for one in rules if one not in others]:
                    getattr(ec2, call)(GroupId=identity, IpPermissions=asked)

    def look(self, ec2: Any, identity: str) -> Mapping[str, Any] | None:  # noqa: ANN401
        """Describe it."""
        found: Mapping[str, Any] | None = only(
            ec2.describe_security_groups, "SecurityGroups", GroupIds=[identity]
        )
        return found

    def seen(self, ec2: Any, found: Mapping[str, Any], state: Values) -> Values:  # noqa: ANN401
        """Take what was described."""
        del ec2, state
        return {
            "name": found["GroupName"],
            "description": found["Description"],
            "vpc_id": found.get("VpcId"),
            "owner_id": found.get("OwnerId"),
            **{
                name: rules_of(found.get(key, ()), found["GroupId"])
                for name, (key, *_) in _DIRECTIONS.items()
            },
        }

    def destroy(self, ec2: Any, identity: str) -> None:  # noqa: ANN401 - boto3 ships no types
        """Delete it; nothing may use it."""
        ec2.delete_security_group(GroupId=identity)

"""The rules of a security group: AWS's permissions, and the objects of a Terraform plan."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from entrypoints.sandbox.terraform.schema import UNKNOWN, Type, Values

RULES: Final[Type] = [
    "set",
    [
        "object",
        {
            "from_port": "number",
            "to_port": "number",
            "protocol": "string",
            "description": "string",
            "cidr_blocks": ["list", "string"],
            "ipv6_cidr_blocks": ["list", "string"],
            "prefix_list_ids": ["list", "string"],
            "security_groups": ["set", "string"],
            "self": "bool",
        },
    ],
]

_RANGES: Final = {
    "cidr_blocks": ("IpRanges", "CidrIp"),
    "ipv6_cidr_blocks": ("Ipv6Ranges", "CidrIpv6"),
    "prefix_list_ids": ("PrefixListIds", "PrefixListId"),
    "security_groups": ("UserIdGroupPairs", "GroupId"),
}


def whole(rules: Any) -> Any:  # noqa: ANN401 - UNKNOWN, or rules
    """Return *rules* with what was left out as the cloud will say it: empty."""
    if rules is None or rules is UNKNOWN:
        return rules
    return [_whole(rule) for rule in rules]


def permission(rule: Values, group: str) -> dict[str, Any]:
    """Return *rule* of *group* as AWS takes it."""
    note = {"Description": rule["description"]} if rule["description"] else {}
    asked: dict[str, Any] = {"IpProtocol": rule["protocol"]}
    if rule["protocol"] != "-1":
        asked |= {"FromPort": rule["from_port"], "ToPort": rule["to_port"]}
    for name, (key, member) in _RANGES.items():
        if rule[name]:
            asked[key] = [{member: value, **note} for value in rule[name]]
    if rule["self"]:
        asked.setdefault("UserIdGroupPairs", []).append({"GroupId": group, **note})
    return asked


def rules_of(permissions: Iterable[Mapping[str, Any]], group: str) -> list[Values]:
    """Return *permissions* of *group*, one rule for each description of the same ports."""
    found: dict[tuple[Any, ...], Values] = {}
    for each in permissions:
        for name, (key, member) in _RANGES.items():
            for place in each.get(key) or ():
                note = place.get("Description") or ""
                rule = found.setdefault(_ports(each, note), _empty(each, note))
                if place[member] == group:
                    rule["self"] = True
                else:
                    rule[name].append(place[member])
    return list(found.values())


def _whole(rule: Values) -> Values:
    lists = {name: list(rule[name] or ()) for name in _RANGES}
    return {
        **rule,
        **lists,
        "description": rule["description"] or "",
        "self": bool(rule["self"]),
    }


def _ports(permission: Mapping[str, Any], note: str) -> tuple[Any, ...]:
    return (permission["IpProtocol"], permission.get("FromPort"), permission.get("ToPort"), note)


def _empty(permission: Mapping[str, Any], note: str) -> Values:
    return {
        "protocol": permission["IpProtocol"],
        "from_port": permission.get("FromPort") or 0,
        "to_port": permission.get("ToPort") or 0,
        "description": note,
        "self": False,
        **{name: [] for name in _RANGES},
    }

"""Resource Manager's paths, which are its ids too: spelled in any case, meant in lower case."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

SUBSCRIPTION = "Microsoft.Resources/subscriptions"
GROUP = "Microsoft.Resources/resourceGroups"
ANYTHING = "*"
"""The type of a list of everything."""

MACHINE = "Microsoft.Compute/virtualMachines"
VIEW = f"{MACHINE}/instanceView"
STORAGE = "Microsoft.Storage/storageAccounts"
NIC = "Microsoft.Network/networkInterfaces"
PUBLIC_IP = "Microsoft.Network/publicIPAddresses"
NETWORK = "Microsoft.Network/virtualNetworks"
SUBNET = f"{NETWORK}/subnets"
COSTS = "Microsoft.CostManagement/query"

_RESOURCE_GROUPS = re.compile("/resourcegroups/", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmPath:
    """What a path leads to: one resource, or the resources of one type below *scope*."""

    scope: str
    """The resource, group or subscription it is in, as spelled; empty for the tenant."""
    type: str
    """Like `Microsoft.Compute/virtualMachines`, as spelled."""
    name: str | None
    """None: a list."""
    subscription: str
    """Empty for the list of subscriptions."""
    group: str
    """Empty outside of any resource group."""
    text: str
    """The whole path, decoded; "resourceGroups" in it is spelled as in every id."""

    @property
    def key(self) -> str:
        """Equal for two spellings of one id."""
        return self.text.lower()


def parse_path(path: str) -> ArmPath | None:
    """Return what *path* leads to; None when it is none of Resource Manager's."""
    parts = [unquote(part) for part in path.strip("/").split("/")]
    if parts[0].lower() != "subscriptions":
        return None
    root, provider = _split(parts)
    kind, name, below = _own(root) if provider is None else _provided(provider)
    return ArmPath(
        scope="".join(f"/{part}" for part in _scope(root, provider, below)),
        type=kind,
        name=name,
        subscription=root[1] if len(root) > 1 else "",
        group=root[3] if len(root) > 3 and root[2].lower() == "resourcegroups" else "",  # noqa: PLR2004
        text=_RESOURCE_GROUPS.sub("/resourceGroups/", "/" + "/".join(parts)),
    )


def _split(parts: list[str]) -> tuple[list[str], list[str] | None]:
    """Return what comes before and after the last `providers`."""
    lowered = [part.lower() for part in parts]
    if "providers" not in lowered[2:]:
        return parts, None
    place = len(lowered) - 1 - lowered[::-1].index("providers")
    return parts[:place], parts[place + 1 :]


def _own(root: list[str]) -> tuple[str, str | None, int]:
    """Return type, name and length of the scope of what Resource Manager itself keeps."""
    match [part.lower() for part in root]:
        case ["subscriptions"]:
            return SUBSCRIPTION, None, 0
        case ["subscriptions", _]:
            return SUBSCRIPTION, root[1], 0
        case ["subscriptions", _, "resourcegroups"]:
            return GROUP, None, 2
        case ["subscriptions", _, "resourcegroups", _]:
            return GROUP, root[3], 2
        case [*_, "resources"]:
            return ANYTHING, None, len(root) - 1
        case _:
            return "/".join(root[2:]), None, 2


def _provided(provider: list[str]) -> tuple[str, str | None, int]:
    """Return type, name and how many parts below the provider belong to the scope."""
    namespace, rest = provider[0], provider[1:]
    kind = "/".join([namespace, *rest[::2]])
    if len(rest) % 2:
        return kind, None, 0 if len(rest) == 1 else len(provider) - 1
    return kind, rest[-1] if rest else None, len(provider) - 2


def _scope(root: list[str], provider: list[str] | None, below: int) -> list[str]:
    if provider is None:
        return root[:below]
    nested = below > 1
    return [*root, "providers", *provider[:below]] if nested else root

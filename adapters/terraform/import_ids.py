"""The ids of objects that the cloud does not choose: they follow from what was asked for; pure."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from domain.inventory import Json

_Texts: TypeAlias = Callable[[str], str]
"""Gives the text of an attribute.

Raises:
    KeyError: it is not known before the object is made, or is no text.
"""

_NETWORK: Final = "Microsoft.Network"


def import_id(planned: Mapping[str, Json], variables: Mapping[str, str]) -> str | None:
    """Return the id under which an object of a plan would exist; None if the cloud chooses it.

    *planned* is one of `resource_changes`, *variables* the environment of the provider.
    """
    change = planned.get("change")
    after = change.get("after") if isinstance(change, dict) else None
    id_of = _IDS.get(str(planned.get("type")))
    if id_of is None or not isinstance(after, dict):
        return None
    try:
        return id_of(_texts(after, variables))
    except KeyError:
        return None


def _texts(after: Mapping[str, Json], variables: Mapping[str, str]) -> _Texts:
    beside = {
        "subscription": variables.get("ARM_SUBSCRIPTION_ID"),
        "project": variables.get("GOOGLE_PROJECT"),
    }

    def text(attribute: str) -> str:
        value = after.get(attribute) or beside.get(attribute)
        if not isinstance(value, str) or not value:
            raise KeyError(attribute)
        return value

    return text


def _azure_group(text: _Texts) -> str:
    return f"/subscriptions/{text('subscription')}/resourceGroups/{text('name')}"


def _azure(provider: str, collection: str) -> Callable[[_Texts], str]:
    def id_of(text: _Texts) -> str:
        return f"{_in_azure(text, provider)}/{collection}/{text('name')}"

    return id_of


def _azure_subnet(text: _Texts) -> str:
    network = f"virtualNetworks/{text('virtual_network_name')}"
    return f"{_in_azure(text, _NETWORK)}/{network}/subnets/{text('name')}"


def _in_azure(text: _Texts, provider: str) -> str:
    group = f"resourceGroups/{text('resource_group_name')}"
    return f"/subscriptions/{text('subscription')}/{group}/providers/{provider}"


def _google_instance(text: _Texts) -> str:
    return f"projects/{text('project')}/zones/{text('zone')}/instances/{text('name')}"


def _google_network(text: _Texts) -> str:
    return f"projects/{text('project')}/global/networks/{text('name')}"


def _google_subnetwork(text: _Texts) -> str:
    return f"projects/{text('project')}/regions/{text('region')}/subnetworks/{text('name')}"


def _bucket(text: _Texts) -> str:
    return text("bucket")


def _name(text: _Texts) -> str:
    return text("name")


_IDS: Final[Mapping[str, Callable[[_Texts], str]]] = {
    "aws_s3_bucket": _bucket,
    "aws_s3_bucket_public_access_block": _bucket,
    "aws_s3_bucket_versioning": _bucket,
    "aws_s3_bucket_server_side_encryption_configuration": _bucket,
    "azurerm_resource_group": _azure_group,
    "azurerm_storage_account": _azure("Microsoft.Storage", "storageAccounts"),
    "azurerm_linux_virtual_machine": _azure("Microsoft.Compute", "virtualMachines"),
    "azurerm_network_interface": _azure(_NETWORK, "networkInterfaces"),
    "azurerm_public_ip": _azure(_NETWORK, "publicIPAddresses"),
    "azurerm_virtual_network": _azure(_NETWORK, "virtualNetworks"),
    "azurerm_subnet": _azure_subnet,
    "google_compute_instance": _google_instance,
    "google_compute_network": _google_network,
    "google_compute_subnetwork": _google_subnetwork,
    "google_storage_bucket": _name,
}
"""Only the EC2 family is missing: Amazon makes up the ids of its objects."""

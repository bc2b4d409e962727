"""An Azure on this machine, and folders in which terraform works on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from entrypoints.sandbox.azure.ids import ANYTHING, GROUP
from entrypoints.sandbox.azure.server import AzureServer
from entrypoints.sandbox.azure.tenant import Subscription
from entrypoints.sandbox.terraform.mirror import write_mirror
from tests.integration.terraform.provider_rig import INSTALLATION, ProviderRig

HERE = "11111111-2222-4333-8444-555555555555"
TAGS = {"team": "storefront", "Ω note": '${file("/etc/passwd")} %{if true}"'}
OWNED = {
    "managed-by": "multi-cloud",
    "multi-cloud-resource-id": "12",
    "multi-cloud-installation": INSTALLATION,
}
PLACED = {"location": "westeurope", "tags": TAGS}
MACHINE = {
    **PLACED,
    "name": "vm-1",
    "resource_group": None,
    "size": "Standard_B1s",
    "image": "Canonical:ubuntu-24_04-lts:server:latest",
    "admin_username": "operator",
    "ssh_public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample operator@example.org",
    "disk_size_gb": None,
    "disk_type": "StandardSSD_LRS",
    "secure_boot": True,
    "subnet_id": None,
    "public_ip": True,
}
ACCOUNT = {
    **PLACED,
    "name": "media0012",
    "resource_group": None,
    "replication": "LRS",
    "access_tier": "Hot",
    "public_network_access": False,
    "shared_access_keys": False,
}
PARTS_OF_A_MACHINE = {
    "azurerm_resource_group.this[0]",
    "azurerm_virtual_network.this[0]",
    "azurerm_subnet.this[0]",
    "azurerm_public_ip.this[0]",
    "azurerm_network_interface.this",
    "azurerm_linux_virtual_machine.this",
}


@contextmanager
def an_azure() -> Iterator[AzureServer]:
    """Run one with a single subscription."""
    server = AzureServer()
    server.tenant.subscribe(Subscription(id=HERE, name="Here"))
    server.start()
    try:
        yield server
    finally:
        server.stop()


def azure_rig(azure: AzureServer, folder: Path, **environment: str) -> ProviderRig:
    credential = azure.credential()
    certificate = folder / "certificate.pem"
    certificate.write_text(credential["ca_certificate"])
    work = folder / "work"
    work.mkdir()
    opened = {
        "ARM_TENANT_ID": credential["tenant_id"],
        "ARM_CLIENT_ID": credential["client_id"],
        "ARM_CLIENT_SECRET": credential["client_secret"],
        "ARM_SUBSCRIPTION_ID": HERE,
        "MULTICLOUD_SANDBOX_ARM": credential["resource_manager_url"],
        "MULTICLOUD_SANDBOX_AUTHORITY": credential["authority_host"],
        "SSL_CERT_FILE": str(certificate),
    }
    mirror = write_mirror(folder / "mirror")
    return ProviderRig(folder=work, mirror=mirror, environment=opened | environment)


def everything(azure: AzureServer) -> set[str]:
    """The last parts of the ids of all that there is."""
    documents = [*azure.tenant.listed("/subscriptions", ANYTHING), *groups(azure)]
    return {document["id"].rpartition("/")[2] for document in documents}


def groups(azure: AzureServer) -> list[dict[str, Any]]:
    return azure.tenant.listed("/subscriptions", GROUP)


def ids(rig: ProviderRig) -> dict[str, str]:
    return {address: attributes["id"] for address, attributes in rig.state().items()}


def with_group(rig: ProviderRig, **arguments: object) -> None:
    """Configure one resource group, outside of any module."""
    rig.write(
        {
            "terraform": {"required_providers": {"azurerm": {"source": "hashicorp/azurerm"}}},
            "provider": {"azurerm": {"features": {}}},
            "resource": {"azurerm_resource_group": {"this": {"name": "Team", **arguments}}},
        }
    )

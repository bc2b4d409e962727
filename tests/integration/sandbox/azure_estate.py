"""A subscription in which somebody makes things through Resource Manager, one request each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from azure.core.rest import HttpRequest

from entrypoints.sandbox.azure.ids import MACHINE, NETWORK, NIC, PUBLIC_IP, STORAGE
from entrypoints.sandbox.azure.tenant import Subscription
from tests.integration.sandbox.azure_clients import Azure, Client

HERE = "11111111-2222-4333-8444-555555555555"
THERE = "66666666-7777-4888-8999-aaaaaaaaaaaa"
WEST = {"location": "westeurope"}

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Estate:
    """Asks Resource Manager, and answers with the status and the document."""

    azure: Azure
    client: Client
    subscription: str = HERE

    @property
    def root(self) -> str:
        return f"/subscriptions/{self.subscription}"

    def id(self, kind: str, name: str, group: str = "Team") -> str:
        return f"{self.root}/resourceGroups/{group}/providers/{kind}/{name}"

    def ask(self, method: str, path: str, document: object = None) -> tuple[int, Document]:
        request = HttpRequest(method, f"{path}?api-version=2025-03-01", json=document)
        answer = self.client.send_request(request)
        return answer.status_code, answer.json() if answer.content else {}

    def put(self, path: str, document: Mapping[str, Any]) -> Document:
        """Make something of which nothing is wrong."""
        status, made = self.ask("PUT", path, dict(document))
        assert status in {200, 201}, made
        return made

    def refused(self, method: str, path: str, document: object = None) -> tuple[int, str]:
        """Return the status and the code of what is refused."""
        status, answer = self.ask(method, path, document)
        assert status >= 400, answer
        return status, answer["error"]["code"]

    def group(self, name: str = "Team", **fields: object) -> Document:
        return self.put(f"{self.root}/resourceGroups/{name}", {**WEST, **fields})

    def network(self) -> Document:
        space = {"addressSpace": {"addressPrefixes": ["10.7.0.0/16"]}}
        return self.put(self.id(NETWORK, "net"), {**WEST, "properties": space})

    def subnet(
        self, prefix: str = "10.7.1.0/24", name: str = "sub", network: str = "net"
    ) -> Document:
        path = f"{self.id(NETWORK, network)}/subnets/{name}"
        return self.put(path, {"properties": {"addressPrefix": prefix}})

    def public_ip(self, name: str = "ip") -> Document:
        return self.put(self.id(PUBLIC_IP, name), WEST)

    def nic(self, name: str = "nic", subnet: str = "", public_ip: str = "") -> Document:
        return self.put(self.id(NIC, name), nic_document(subnet, public_ip))

    def machine(self, name: str = "vm", nics: tuple[str, ...] = (), **fields: object) -> Document:
        return self.put(self.id(MACHINE, name), {**machine_document(*nics), **fields})

    def account(self, name: str = "media", group: str = "Team", **fields: object) -> Document:
        return self.put(self.id(STORAGE, name, group), {**ACCOUNT, **fields})

    def with_machine(self) -> None:
        """Make a group with a machine, and all that it needs."""
        self.group()
        self.network()
        subnet = self.subnet()["id"]
        nic = self.nic(subnet=subnet, public_ip=self.public_ip()["id"])["id"]
        self.machine(nics=(nic,))


ACCOUNT = {**WEST, "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}}


def nic_document(subnet: str = "", public_ip: str = "") -> Document:
    address: Document = {}
    if subnet:
        address["subnet"] = {"id": subnet}
    if public_ip:
        address["publicIPAddress"] = {"id": public_ip}
    return {**WEST, "properties": {"ipConfigurations": [{"name": "main", "properties": address}]}}


def machine_document(*nics: str, size: str = "Standard_B2s", user: str = "operator") -> Document:
    image = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server"}
    return {
        **WEST,
        "properties": {
            "hardwareProfile": {"vmSize": size},
            "osProfile": {"adminUsername": user, "linuxConfiguration": {}},
            "storageProfile": {"imageReference": {**image, "version": "latest"}},
            "networkProfile": {"networkInterfaces": [{"id": nic} for nic in nics]},
        },
    }


def estate_in(azure: Azure, subscription: str = HERE) -> Estate:
    azure.server.tenant.subscribe(Subscription(id=subscription, name=subscription[:4]))
    return Estate(azure=azure, client=azure.groups(subscription), subscription=subscription)

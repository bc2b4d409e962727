"""Records as Azure sends them, with every field that is read."""

from typing import Any

PLACE = "11111111-aaaa-4111-8111-111111111111"
MACHINE_ID = (
    f"/subscriptions/{PLACE}/resourceGroups/WEB/providers/Microsoft.Compute/virtualMachines/Web-1"
)
ACCOUNT_ID = (
    f"/subscriptions/{PLACE}/resourceGroups/Data/providers/Microsoft.Storage/storageAccounts/media"
)
MACHINE: dict[str, Any] = {
    "id": MACHINE_ID,
    "name": "Web-1",
    "type": "Microsoft.Compute/virtualMachines",
    "location": "West Europe",
    "zones": ["3", "1"],
    "tags": {"team": "shop", "empty": None},
    "managedBy": "/subscriptions/X/Y",
    "properties": {
        "vmId": "5d2b",
        "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
        "storageProfile": {
            "osDisk": {"osType": "Linux"},
            "imageReference": {"publisher": "Canonical", "offer": "ubuntu", "sku": "server"},
        },
        "networkProfile": {"networkInterfaces": [{"id": "/NICS/One"}, {"id": "/NICS/Two"}]},
        "priority": "Spot",
        "evictionPolicy": "Deallocate",
        "licenseType": "RHEL_BYOS",
        "availabilitySet": {"id": "/subscriptions/X/SETS/A"},
        "virtualMachineScaleSet": {"id": "/subscriptions/X/SCALE/B"},
        "provisioningState": "Succeeded",
        "timeCreated": "2026-01-02T05:04:05.1234567+02:00",
    },
}
STATUS: dict[str, Any] = {
    "id": MACHINE_ID,
    "properties": {
        "instanceView": {
            "statuses": [
                {"code": "ProvisioningState/succeeded"},
                {"code": "PowerState/deallocated"},
            ]
        }
    },
}
ACCOUNT: dict[str, Any] = {
    "id": ACCOUNT_ID,
    "name": "media",
    "location": "northeurope",
    "sku": {"name": "Standard_LRS", "tier": "Standard"},
    "kind": "StorageV2",
    "tags": {"team": "data"},
    "properties": {
        "creationTime": "2024-05-06T07:08:09.1234567Z",
        "statusOfPrimary": "Available",
        "provisioningState": "Succeeded",
        "accessTier": "Hot",
        "minimumTlsVersion": "TLS1_2",
        "supportsHttpsTrafficOnly": True,
        "allowBlobPublicAccess": False,
        "publicNetworkAccess": "Enabled",
        "networkAcls": {"defaultAction": "Deny"},
        "primaryLocation": "northeurope",
        "primaryEndpoints": {"blob": "https://media.blob.core.windows.net/"},
    },
}
GROUP: dict[str, Any] = {
    "id": f"/subscriptions/{PLACE}/resourceGroups/Web",
    "name": "Web",
    "location": "westeurope",
    "managedBy": f"/subscriptions/{PLACE}/resourceGroups/Aks/Cluster",
    "tags": {"team": "shop"},
    "properties": {"provisioningState": "Deleting"},
}

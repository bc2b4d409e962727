"""What becomes of the wish for an instance: the instance, and the disks that are made for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from entrypoints.sandbox.gcp import resources
from entrypoints.sandbox.gcp.disks import Disk, wished_disks
from entrypoints.sandbox.gcp.errors import Json, invalid
from entrypoints.sandbox.gcp.fingerprints import fingerprint
from entrypoints.sandbox.gcp.interfaces import Interface, addressed, wished_interfaces
from entrypoints.sandbox.gcp.machine_types import check_machine_type
from entrypoints.sandbox.gcp.metadata import wished_metadata
from entrypoints.sandbox.gcp.names import check_labels, check_name
from entrypoints.sandbox.gcp.project import GcpProject

_SHIELD = {"enableSecureBoot": False, "enableVtpm": True, "enableIntegrityMonitoring": True}
"""What Google does unless it is told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """An instance that may be made: every part of the wish is in order."""

    project: GcpProject
    zone: str
    wish: Json
    machine_type: str
    interfaces: Sequence[Interface]
    attached: Sequence[Disk]
    now: str

    @property
    def disks(self) -> Sequence[Json]:
        """The disks that are made for it."""
        made = (each.document(self.project.id, self.zone, self.now) for each in self.attached)
        return [each for each in made if each is not None]

    def instance(self) -> Json:
        """Return the instance, with addresses that no other one has.

        Raises:
            OperationFailed: a subnetwork has no address left.
        """
        wish = self.wish
        made = resources.instance(
            self.project.id,
            self.zone,
            wish["name"],
            machine_type=self.machine_type,
            labels=wish.get("labels"),
            network_tags=(wish.get("tags") or {}).get("items") or (),
            spot=(wish.get("scheduling") or {}).get("provisioningModel") == "SPOT",
            created=self.now,
        )
        place = f"{resources.COMPUTE}/projects/{self.project.id}/zones/{self.zone}"
        return {
            **made,
            "description": wish.get("description", ""),
            "canIpForward": bool(wish.get("canIpForward")),
            "deletionProtection": bool(wish.get("deletionProtection")),
            "labelFingerprint": fingerprint(wish.get("labels") or {}),
            "metadata": wished_metadata(wish.get("metadata") or {}),
            "networkInterfaces": addressed(self.project, self.interfaces),
            "disks": [each.attached(place, at) for at, each in enumerate(self.attached)],
            "scheduling": {**made["scheduling"], **(wish.get("scheduling") or {})},
            "shieldedInstanceConfig": {**_SHIELD, **(wish.get("shieldedInstanceConfig") or {})},
            "shieldedInstanceIntegrityPolicy": {"updateAutoLearnPolicy": True},
            **_accounts(self.project, wish),
        }


def launched(project: GcpProject, zone: str, wish: Json, *, now: str) -> Launch:
    """Return what is made of *wish*.

    Raises:
        Refused: a part of it is malformed, or names what does not exist.
    """
    check_labels(wish.get("labels"))
    for at, tag in enumerate((wish.get("tags") or {}).get("items") or ()):
        check_name(tag, f"resource.tags.items[{at}]")
    wished_metadata(wish.get("metadata") or {})
    return Launch(
        project=project,
        zone=zone,
        wish=wish,
        machine_type=check_machine_type(wish.get("machineType"), zone, "resource.machineType"),
        interfaces=wished_interfaces(project, zone, wish.get("networkInterfaces")),
        attached=wished_disks(project, zone, wish),
        now=now,
    )


def _accounts(project: GcpProject, wish: Json) -> Json:
    """Return the service accounts of the instance; without any it has no such list."""
    wished = wish.get("serviceAccounts") or ()
    if len(wished) > 1:
        raise invalid(
            "Invalid value for field 'resource.serviceAccounts': ''. At most one service account "
            "per instance is supported."
        )
    default = f"{project.number}-compute@developer.gserviceaccount.com"
    accounts = [
        {**each, "email": default if each.get("email") in {None, "default"} else each["email"]}
        for each in wished
    ]
    return {"serviceAccounts": accounts} if accounts else {}

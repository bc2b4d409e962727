"""The disks of an instance: what is wished for, what is attached, and what is made."""

from collections.abc import Sequence
from dataclasses import dataclass

from entrypoints.sandbox.gcp.errors import Json, invalid
from entrypoints.sandbox.gcp.links import last, parsed
from entrypoints.sandbox.gcp.names import check_labels, check_name
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.resources import COMPUTE, unique_id

_SMALLEST = 10
"""Gigabytes; what every image here needs."""
_IMAGES = "global/images/{name}", "global/images/family/{name}"
_EDITION = "v20261015"
"""The newest image of every family."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """One disk of an instance."""

    name: str
    size: int
    """Gigabytes."""
    type: str
    image: str | None
    """None: the disk exists already."""
    boot: bool
    auto_delete: bool
    read_only: bool
    device_name: str
    labels: Json

    def attached(self, place: str, index: int) -> Json:
        """Return what the instance tells of it; *place* is the link of the zone."""
        return {
            "kind": "compute#attachedDisk",
            "type": "PERSISTENT",
            "mode": "READ_ONLY" if self.read_only else "READ_WRITE",
            "source": f"{place}/disks/{self.name}",
            "deviceName": self.device_name,
            "index": index,
            "boot": self.boot,
            "autoDelete": self.auto_delete,
            "interface": "SCSI",
            "diskSizeGb": str(self.size),
            "architecture": "X86_64",
        }

    def document(self, project: str, zone: str, created: str) -> Json | None:
        """Return the disk that is made; None: it was there before."""
        if self.image is None:
            return None
        place = f"{COMPUTE}/projects/{project}/zones/{zone}"
        document: Json = {
            "kind": "compute#disk",
            "id": unique_id("disk", project, zone, self.name, created),
            "creationTimestamp": created,
            "name": self.name,
            "sizeGb": str(self.size),
            "zone": place,
            "status": "READY",
            "sourceImage": self.image,
            "selfLink": f"{place}/disks/{self.name}",
            "type": f"{place}/diskTypes/{self.type}",
            "physicalBlockSizeBytes": "4096",
            "architecture": "X86_64",
        }
        return {**document, "labels": self.labels} if self.labels else document


def wished_disks(project: GcpProject, zone: str, wish: Json) -> Sequence[Disk]:
    """Return the disks of the instance that *wish* is about, the one that it starts from first.

    Raises:
        Refused: there is none to start from, or one is malformed.
    """
    wishes = wish.get("disks") or []
    if not wishes:
        raise invalid("Invalid value for field 'resource.disks': ''. No disks are specified.")
    if not wishes[0].get("boot"):
        raise invalid(
            "Invalid value for field 'resource.disks[0].boot': 'false'. Boot disk must be the "
            "first disk attached to the instance."
        )
    return [_disk(project, zone, each, at, wish["name"]) for at, each in enumerate(wishes)]


def _disk(project: GcpProject, zone: str, wish: Json, at: int, instance: str) -> Disk:
    field, params = f"resource.disks[{at}]", wish.get("initializeParams") or {}
    default = instance if at == 0 else f"{instance}-{at}"
    if wish.get("source"):
        made = _existing(project, zone, wish["source"], f"{field}.source")
        name, size, type_, image = made["name"], int(made["sizeGb"]), last(made["type"]), None
    else:
        name = check_name(params.get("diskName", default), f"{field}.initializeParams.diskName")
        size, type_ = _size(params, field), _type(params, zone, field)
        image = _image(project, params.get("sourceImage"), f"{field}.initializeParams.sourceImage")
    return Disk(
        name=name,
        size=size,
        type=type_,
        image=image,
        boot=bool(wish.get("boot")),
        auto_delete=bool(wish.get("autoDelete")),
        read_only=wish.get("mode") == "READ_ONLY",
        device_name=wish.get("deviceName") or f"persistent-disk-{at}",
        labels=dict(check_labels(params.get("labels"), f"{field}.initializeParams.labels")),
    )


def _existing(project: GcpProject, zone: str, link: str, field: str) -> Json:
    name = parsed(link, "zones/{zone}/disks/{name}", field)["name"] or ""
    found = project.disks.get((zone, name))
    if found is None:
        raise invalid(
            f"Invalid value for field '{field}': '{link}'. The referenced disk resource cannot be "
            "found."
        )
    return found


def _size(params: Json, field: str) -> int:
    size = int(params.get("diskSizeGb") or _SMALLEST)
    if size < _SMALLEST:
        raise invalid(
            f"Invalid value for field '{field}.initializeParams.diskSizeGb': '{size}'. Requested "
            f"disk size cannot be smaller than the image size ({_SMALLEST} GB)"
        )
    return size


def _type(params: Json, zone: str, field: str) -> str:
    link = params.get("diskType")
    if not link:
        return "pd-standard"
    found = parsed(link, "zones/{zone}/diskTypes/{name}", f"{field}.initializeParams.diskType")
    if found["zone"] != zone:
        raise invalid(
            f"Invalid value for field '{field}.initializeParams.diskType': '{link}'. The disk type "
            f"is not of the zone '{zone}'."
        )
    return found["name"] or ""


def _image(project: GcpProject, link: str | None, field: str) -> str:
    """Return the image that *link* is about; of a family it is the newest."""
    family = "/family/" in (link or "")
    found = parsed(link, _IMAGES[family], field)
    name = f"{found['name']}-{_EDITION}" if family else found["name"]
    return f"{COMPUTE}/projects/{found['project'] or project.id}/global/images/{name}"

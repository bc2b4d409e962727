"""One project: what exists in it, who may ask, and what is out of order."""

from collections.abc import Iterable, Mapping
from threading import RLock

from entrypoints.sandbox.gcp import resources
from entrypoints.sandbox.gcp.errors import Json, api_disabled
from entrypoints.sandbox.gcp.keys import ServiceAccount
from entrypoints.sandbox.gcp.links import last
from entrypoints.sandbox.gcp.subnetworks import automatic_block, subnetwork
from entrypoints.sandbox.gcp.warehouse import Warehouse

ZONES = ("europe-west1-b", "europe-west3-a", "europe-west3-b", "us-central1-a")


class GcpProject:
    """What exists, by name; every change and every look is made under `lock`."""

    def __init__(
        self,
        project_id: str = "sandbox-project",
        *,
        number: str = "471147114711",
        zones: Iterable[str] = ZONES,
    ) -> None:
        self.id = project_id
        self.number = number
        self.zones = tuple(sorted(zones))
        self.lock = RLock()
        self.account = ServiceAccount(project=project_id)
        self.warehouse = Warehouse(project_id)
        self.billing_export_table: str | None = None
        """As "project.dataset.table", once there is one."""
        self.instances: dict[tuple[str, str], Json] = {}
        """By zone and name."""
        self.networks: dict[str, Json] = {}
        self.subnetworks: dict[tuple[str, str], Json] = {}
        """By region and name; those that a network names are there with it."""
        self.disks: dict[tuple[str, str], Json] = {}
        """By zone and name; only those of instances that were created by a request."""
        self.buckets: dict[str, Json] = {}
        self.objects: dict[str, set[str]] = {}
        """Their names, by the bucket that they are in."""
        self.operations: dict[str, Json] = {}
        self.slowness = 0
        """How often a query, or a change, says that it is not done yet, before it is."""
        self._denied: set[str] = set()
        self._disabled: set[str] = set()
        self._unreachable: set[str] = set()
        self._exhausted: set[str] = set()
        self._names_elsewhere: set[str] = set()

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions of its zones, in alphabetical order."""
        return tuple(sorted({resources.region_of(zone) for zone in self.zones}))

    def put(self, *documents: Json) -> None:
        """Let instances, networks and buckets exist, each in place of the one of its name."""
        with self.lock:
            for document in documents:
                self._hold(document)

    def _hold(self, document: Json) -> None:
        name = document["name"]
        match document["kind"]:
            case "compute#instance":
                self.instances[document["zone"].rpartition("/")[2], name] = document
            case "compute#network":
                self.networks[name] = document
                self._hold_subnetworks_of(document)
            case "compute#subnetwork":
                self.subnetworks[last(document["region"]), name] = document
            case "storage#bucket":
                self.buckets[name] = {**document, "projectNumber": self.number}
            case kind:
                raise ValueError(f"A project holds no {kind}.")

    def _hold_subnetworks_of(self, network: Json) -> None:
        for number, link in enumerate(network.get("subnetworks", ())):
            *_, region, _, name = link.split("/")
            if (region, name) not in self.subnetworks:
                self.subnetworks[region, name] = subnetwork(
                    self.id,
                    region,
                    name,
                    network=network["name"],
                    block=automatic_block(number),
                    created=network["creationTimestamp"],
                )

    def empty(self) -> None:
        """Remove everything but the data warehouse, and put everything in order."""
        with self.lock:
            for held in (self.instances, self.networks, self.subnetworks, self.disks):
                held.clear()
            for held_by_name in (self.buckets, self.objects, self.operations):
                held_by_name.clear()
            for trouble in (self._denied, self._disabled, self._unreachable, self._exhausted):
                trouble.clear()
            self._names_elsewhere.clear()
            self.slowness = 0
            self.account.restore()

    def deny(self, permission: str) -> None:
        """Take a permission away from everybody, "compute.instances.list" for example."""
        with self.lock:
            self._denied.add(permission)

    def allow(self, permission: str) -> None:
        """Give it back."""
        with self.lock:
            self._denied.discard(permission)

    def disable_api(self, service: str) -> None:
        """Switch "compute", "storage" or "bigquery" off."""
        with self.lock:
            self._disabled.add(service)

    def enable_api(self, service: str) -> None:
        """Switch it on again."""
        with self.lock:
            self._disabled.discard(service)

    def unreachable(self, place: str) -> None:
        """Let a zone, or the location of buckets, not answer; spelled in lower case."""
        with self.lock:
            self._unreachable.add(place)

    def reachable(self, place: str) -> None:
        """Let it answer again."""
        with self.lock:
            self._unreachable.discard(place)

    def exhaust(self, zone: str) -> None:
        """Let a zone have no machine left for one more instance."""
        with self.lock:
            self._exhausted.add(zone)

    def replenish(self, zone: str) -> None:
        """Let it have machines again."""
        with self.lock:
            self._exhausted.discard(zone)

    def take_elsewhere(self, bucket: str) -> None:
        """Let somebody else in the world have a bucket of that name."""
        with self.lock:
            self._names_elsewhere.add(bucket)

    def store(self, bucket: str, *names: str) -> None:
        """Let objects of those names be in a bucket."""
        with self.lock:
            self.objects.setdefault(bucket, set()).update(names)

    def has_room(self, zone: str) -> bool:
        """Tell whether one more instance can be made in *zone*."""
        return zone not in self._exhausted

    def is_taken_elsewhere(self, bucket: str) -> bool:
        """Tell whether somebody else has a bucket of that name."""
        return bucket in self._names_elsewhere

    def permits(self, permission: str) -> bool:
        """Tell whether nobody took the permission away."""
        return permission not in self._denied

    def answers(self, place: str) -> bool:
        """Tell whether a zone or location is in order."""
        return place.lower() not in self._unreachable

    def check_enabled(self, service: str) -> None:
        """Pass when the service is switched on.

        Raises:
            Refused: it is not.
        """
        if service in self._disabled:
            raise api_disabled(service, self.number)

    def document(self) -> Mapping[str, object]:
        """Return the project as the compute service tells it."""
        place = f"{resources.COMPUTE}/projects/{self.id}"
        return {
            "kind": "compute#project",
            "id": self.number,
            "creationTimestamp": resources.CREATED,
            "name": self.id,
            "selfLink": place,
            "defaultServiceAccount": f"{self.number}-compute@developer.gserviceaccount.com",
            "xpnProjectStatus": "UNSPECIFIED_XPN_PROJECT_STATUS",
            "defaultNetworkTier": "PREMIUM",
        }

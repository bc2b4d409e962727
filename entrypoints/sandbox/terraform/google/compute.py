"""What the resource types of the compute service have in common."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar

from entrypoints.sandbox.terraform.google.cloud import GoogleCloud, OperationError
from entrypoints.sandbox.terraform.google.http import ApiError, Json, refusals
from entrypoints.sandbox.terraform.google.links import first_match
from entrypoints.sandbox.terraform.planning import settled
from entrypoints.sandbox.terraform.resource_type import CloudRefused, HalfMade, ResourceType
from entrypoints.sandbox.terraform.schema import Values


class ComputeType(ResourceType[GoogleCloud]):
    """A resource type whose objects have a name in a project, a region or a zone."""

    title: ClassVar[str]
    """What it is in a sentence: "Network"."""
    collection: ClassVar[str]
    """Where its objects are below the service: "projects/{project}/global/networks"."""
    also_imported_as: ClassVar[tuple[str, ...]]
    """Further patterns of an id, beside the whole one."""

    @abstractmethod
    def wish(self, cloud: GoogleCloud, planned: Values) -> Json:
        """Return what is sent to make it; nothing in *planned* is UNKNOWN."""

    @abstractmethod
    def told(self, found: Json, like: Values) -> Values:
        """Return the object that the service tells of, spelled as in *like* where it can be."""

    def made_like(self, cloud: GoogleCloud, planned: Values) -> Values:
        """Return what is like the object once it is made, for `told`."""
        del cloud
        return planned

    def create(self, cloud: GoogleCloud, planned: Values) -> Values:
        """Make it and read it."""
        values = self._placed(cloud, settled(self.schema, planned))
        with compute_refusals(f"Error creating {self.title}", self.title):
            cloud.change("POST", self.collection.format_map(values), self.wish(cloud, values))
        like = self.made_like(cloud, {**values, "id": self.path(values)})
        try:
            made = self.read(cloud, like)
        except CloudRefused as trouble:
            raise HalfMade(trouble.summary, trouble.detail, state=like) from None
        if made is None:
            raise CloudRefused(f"{self.title} {values['name']!r} was gone as soon as it was made.")
        return made

    def read(self, cloud: GoogleCloud, state: Values) -> Values | None:
        """Return it as it is now; None if it is gone."""
        found = self.document(cloud, state)
        return None if found is None else {**self.told(found, state), "id": self.path(state)}

    def document(self, cloud: GoogleCloud, state: Values) -> Json | None:
        """Return what the service tells of it; None if it is gone."""
        with refusals(f"Error reading {self.title}"):
            return cloud.compute.find(self.path(state))

    def delete(self, cloud: GoogleCloud, state: Values) -> None:
        """Destroy it."""
        try:
            with compute_refusals(f"Error deleting {self.title}", self.title):
                cloud.change("DELETE", self.path(state))
        except CloudRefused:
            if self.document(cloud, state) is not None:
                raise

    def find(self, cloud: GoogleCloud, import_id: str) -> Values | None:
        """Return what the id names, whole or in short."""
        patterns = (f"{self.collection}/{{name}}", *self.also_imported_as)
        named = first_match(patterns, import_id)
        if named is None:
            raise CloudRefused(
                f"Import id {import_id!r} doesn't match any of the accepted formats: "
                f"{', '.join(patterns)}",
                "Write it in one of them.",
            )
        return self.read(cloud, self._placed(cloud, {**self.schema.empty(), **named}))

    def path(self, values: Values) -> str:
        """Return where it is below the service, which is its id."""
        return f"{self.collection.format_map(values)}/{values['name']}"

    def _placed(self, cloud: GoogleCloud, values: Values) -> Values:
        """Return *values* with the provider's project, region and zone where they have none."""
        places: Mapping[str, str | None] = {
            "project": cloud.project,
            "region": cloud.region,
            "zone": cloud.zone,
        }
        missing = {
            name: place
            for name, place in places.items()
            if f"{{{name}}}" in self.collection and values[name] is None
        }
        for name, place in missing.items():
            if place is None:
                raise CloudRefused(
                    f"{name}: required field is not set",
                    f"Set {name} in the resource, in the provider block or in "
                    f"GOOGLE_{name.upper()}.",
                )
        return {**values, **missing}


@contextmanager
def compute_refusals(action: str, title: str) -> Iterator[None]:
    """Let what the compute service refuses, or tries in vain, say what it was about.

    Raises:
        CloudRefused: in place of ApiError and OperationError.
    """
    try:
        yield
    except ApiError as error:
        raise CloudRefused(f"{action}: {error}") from None
    except OperationError as error:
        raise CloudRefused(f"{action}: Error waiting for {title}: {error}") from None


def description_of(found: Json, like: Values) -> str | None:
    """Return the description; of an empty one nothing is told, and it may be null or empty."""
    return found.get("description") or (None if like["description"] is None else "")

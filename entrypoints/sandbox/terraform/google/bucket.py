"""google_storage_bucket."""

from urllib.parse import quote

from entrypoints.sandbox.terraform.google import labels
from entrypoints.sandbox.terraform.google.cloud import GoogleCloud
from entrypoints.sandbox.terraform.google.http import Json, refusals
from entrypoints.sandbox.terraform.google.links import kept, same_word, unchanged
from entrypoints.sandbox.terraform.planning import settled
from entrypoints.sandbox.terraform.resource_type import CloudRefused, ResourceType
from entrypoints.sandbox.terraform.schema import UNKNOWN, Attribute, Block, NestedBlock, Values

_COMPUTED = Attribute(type="string", computed=True)
_SCHEMA = Block(
    attributes={
        "id": Attribute(type="string", optional=True, computed=True),
        "name": Attribute(type="string", required=True, forces_replacement=True),
        "location": Attribute(type="string", required=True, forces_replacement=True),
        "project": Attribute(type="string", optional=True, computed=True, forces_replacement=True),
        "storage_class": Attribute(type="string", optional=True, default="STANDARD"),
        "force_destroy": Attribute(type="bool", optional=True, default=False),
        "public_access_prevention": Attribute(type="string", optional=True, computed=True),
        "uniform_bucket_level_access": Attribute(type="bool", optional=True, computed=True),
        **labels.ATTRIBUTES,
        "project_number": Attribute(type="number", computed=True),
        "self_link": _COMPUTED,
        "time_created": _COMPUTED,
        "updated": _COMPUTED,
        "url": _COMPUTED,
    },
    blocks={
        "versioning": NestedBlock(
            nesting="list",
            max_items=1,
            block=Block(attributes={"enabled": Attribute(type="bool", required=True)}),
        )
    },
)


class StorageBucket(ResourceType[GoogleCloud]):
    """A bucket; its id is its name, which nobody else in the world has."""

    name = "google_storage_bucket"
    schema = _SCHEMA

    def create(self, cloud: GoogleCloud, planned: Values) -> Values:
        """Make it and return it."""
        values = settled(self.schema, planned)
        project = values["project"] or cloud.project
        ours = labels.ours(cloud, values)
        with refusals(f"Error creating bucket {values['name']}"):
            made = cloud.storage.ask("POST", f"b?project={project}", _wish(values, ours))
        return _told(made, {**values, "project": project, "terraform_labels": ours})

    def read(self, cloud: GoogleCloud, state: Values) -> Values | None:
        """Return it as it is now; None if it is gone."""
        with refusals(f"Error reading bucket {state['name']}"):
            found = cloud.storage.find(_path(state))
        return None if found is None else _told(found, state)

    def foresee(self, prior: Values | None, proposed: Values) -> Values:
        """Take no other spelling of its location for a difference."""
        if prior is None:
            return proposed
        values = unchanged(prior, proposed, {"location": same_word})
        if values == prior:
            return values
        return {**values, "updated": UNKNOWN, **labels.foreseen(prior, values)}

    def update(self, cloud: GoogleCloud, prior: Values, planned: Values) -> Values:
        """Change its labels, versions, storage class and who may reach it."""
        values = settled(self.schema, planned)
        ours = labels.ours(cloud, values, prior)
        with refusals(f"Error updating bucket {prior['name']}"):
            there = cloud.storage.ask("GET", _path(prior)).get("labels", {})
            kept_ = labels.with_others(ours, prior=prior, there=there)
            gone: Json = dict.fromkeys(there.keys() - kept_.keys())
            wish = _changeable(values, {**gone, **kept_})
            changed = cloud.storage.ask("PATCH", _path(prior), wish)
        return _told(changed, {**prior, **values, "terraform_labels": ours})

    def delete(self, cloud: GoogleCloud, state: Values) -> None:
        """Destroy it, and what is in it if that is wanted."""
        with refusals(f"Error deleting bucket {state['name']}"):
            if cloud.storage.find(_path(state)) is None:
                return
            objects = cloud.storage.ask("GET", f"{_path(state)}/o").get("items", [])
            if objects and not state["force_destroy"]:
                raise CloudRefused(
                    f"Error trying to delete bucket {state['name']} containing objects without "
                    "`force_destroy` set to true",
                    "Empty it, or set force_destroy to true and apply that first.",
                )
            while objects:
                for each in objects:
                    cloud.storage.ask("DELETE", f"{_path(state)}/o/{quote(each['name'], safe='')}")
                objects = cloud.storage.ask("GET", f"{_path(state)}/o").get("items", [])
            cloud.storage.ask("DELETE", _path(state))

    def find(self, cloud: GoogleCloud, import_id: str) -> Values | None:
        """Return the bucket that the id names: `name` or `project/name`."""
        project, _, name = import_id.rpartition("/")
        named = {"name": name, "project": project or cloud.project, "force_destroy": False}
        return self.read(cloud, {**self.schema.empty(), **named})


def _path(values: Values) -> str:
    return f"b/{quote(values['name'], safe='')}"


def _wish(values: Values, ours: dict[str, str]) -> Json:
    return {"name": values["name"], "location": values["location"], **_changeable(values, ours)}


def _changeable(values: Values, wanted: Json) -> Json:
    wish: Json = {"storageClass": values["storage_class"], "labels": wanted}
    access: Json = {}
    if values["uniform_bucket_level_access"] is not None:
        access["uniformBucketLevelAccess"] = {"enabled": values["uniform_bucket_level_access"]}
    if values["public_access_prevention"] is not None:
        access["publicAccessPrevention"] = values["public_access_prevention"]
    if access:
        wish["iamConfiguration"] = access
    if values["versioning"]:
        wish["versioning"] = values["versioning"][0]
    return wish


def _told(found: Json, like: Values) -> Values:
    access = found["iamConfiguration"]
    return {
        "id": found["name"],
        "name": found["name"],
        "location": kept(found["location"], like["location"], same_word),
        "project": like["project"],
        "storage_class": found["storageClass"],
        "force_destroy": like["force_destroy"],
        "public_access_prevention": access["publicAccessPrevention"],
        "uniform_bucket_level_access": access["uniformBucketLevelAccess"]["enabled"],
        **labels.told(found.get("labels", {}), like),
        "project_number": int(found["projectNumber"]),
        "self_link": found["selfLink"],
        "time_created": found["timeCreated"],
        "updated": found["updated"],
        "url": f"gs://{found['name']}",
        "versioning": [found["versioning"]] if "versioning" in found else [],
    }

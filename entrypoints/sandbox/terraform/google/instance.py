"""google_compute_instance."""

from entrypoints.sandbox.terraform.google import labels
from entrypoints.sandbox.terraform.google.cloud import GoogleCloud
from entrypoints.sandbox.terraform.google.compute import ComputeType
from entrypoints.sandbox.terraform.google.http import Json, refusals
from entrypoints.sandbox.terraform.google.instance_changes import change_instance
from entrypoints.sandbox.terraform.google.instance_schema import SCHEMA
from entrypoints.sandbox.terraform.google.instance_state import instance_state, same_spelling
from entrypoints.sandbox.terraform.google.instance_wish import instance_wish
from entrypoints.sandbox.terraform.google.links import last
from entrypoints.sandbox.terraform.planning import settled
from entrypoints.sandbox.terraform.resource_type import CloudRefused
from entrypoints.sandbox.terraform.schema import UNKNOWN, Values

_CHANGING = {
    "machine_type": ("cpu_platform",),
    "metadata": ("metadata_fingerprint",),
    "tags": ("tags_fingerprint",),
    "labels": ("label_fingerprint",),
    "desired_status": ("current_status", "cpu_platform"),
}
"""What the cloud will say anew when an attribute is changed."""


class ComputeInstance(ComputeType):
    """A virtual machine; what needs it to stand still is changed only with leave to stop it."""

    name = "google_compute_instance"
    schema = SCHEMA
    title = "instance"
    collection = "projects/{project}/zones/{zone}/instances"
    also_imported_as = ("{project}/{zone}/{name}", "{name}")

    def wish(self, cloud: GoogleCloud, planned: Values) -> Json:
        """Return what is sent to make it."""
        return instance_wish(planned, labels.ours(cloud, planned))

    def made_like(self, cloud: GoogleCloud, planned: Values) -> Values:
        """Return *planned* with the labels that the provider adds."""
        return {**planned, "terraform_labels": labels.ours(cloud, planned)}

    def create(self, cloud: GoogleCloud, planned: Values) -> Values:
        """Make it, and stop it if that is how it is wanted."""
        made = super().create(cloud, planned)
        wanted = planned["desired_status"]
        if wanted in {None, made["current_status"]}:
            return {**made, "desired_status": wanted}
        return self.update(cloud, made, {**made, "desired_status": wanted})

    def read(self, cloud: GoogleCloud, state: Values) -> Values | None:
        """Return it as it is now, with what its boot disk was made of; None if it is gone."""
        found = self.document(cloud, state)
        if found is None:
            return None
        disk = f"projects/{state['project']}/zones/{state['zone']}/disks/"
        with refusals(f"Error reading the boot disk of {state['name']}"):
            made_of = cloud.compute.find(disk + last(found["disks"][0]["source"]))
        return {**instance_state(found, made_of, state), "id": self.path(state)}

    def told(self, found: Json, like: Values) -> Values:
        """Return the instance that the service tells of, without what its disk was made of."""
        return instance_state(found, None, like)

    def foresee(self, prior: Values | None, proposed: Values) -> Values:
        """Take no other spelling for a difference, and say what a difference will change."""
        if prior is None:
            return proposed
        values = same_spelling(prior, proposed)
        for name, changing in _CHANGING.items():
            if values[name] != prior[name]:
                values |= dict.fromkeys(changing, UNKNOWN)
        return {**values, **labels.foreseen(prior, values)}

    def update(self, cloud: GoogleCloud, prior: Values, planned: Values) -> Values:
        """Change what is different."""
        values = settled(self.schema, planned)
        ours = labels.ours(cloud, values, prior)
        change_instance(cloud, self.path(prior), prior=prior, wanted=values, labels_=ours)
        changed = self.read(cloud, {**values, "id": prior["id"], "terraform_labels": ours})
        if changed is None:
            raise CloudRefused(f"The instance {prior['name']!r} was gone when it was changed.")
        return changed

    def delete(self, cloud: GoogleCloud, state: Values) -> None:
        """Destroy it, with its boot disk, unless it is protected."""
        if state["deletion_protection"]:
            raise CloudRefused(
                f"Cannot delete instance {state['name']}: instance Deletion Protection is enabled.",
                "Set deletion_protection to false for this resource and apply that first.",
            )
        super().delete(cloud, state)

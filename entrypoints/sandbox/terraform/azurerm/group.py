"""azurerm_resource_group."""

from entrypoints.sandbox.terraform.azurerm.arm_type import IN_A_PLACE, ArmType
from entrypoints.sandbox.terraform.azurerm.asking import Document
from entrypoints.sandbox.terraform.azurerm.cloud import ArmCloud
from entrypoints.sandbox.terraform.azurerm.paths import GROUP
from entrypoints.sandbox.terraform.resource_type import CloudRefused
from entrypoints.sandbox.terraform.schema import Attribute, Block, Values


class ResourceGroup(ArmType):
    """What other resources are in, and go with."""

    name = "azurerm_resource_group"
    pattern = GROUP.replace("resource_group_name", "name")
    schema = Block(
        attributes={
            **{name: each for name, each in IN_A_PLACE.items() if name != "resource_group_name"},
            "managed_by": Attribute(type="string", optional=True),
        }
    )

    def wish(self, planned: Values) -> Document:
        """Return what is sent."""
        wish = {"location": planned["location"], "tags": planned["tags"] or {}}
        managed_by = {"managedBy": planned["managed_by"]} if planned["managed_by"] else {}
        return wish | managed_by

    def told(self, cloud: ArmCloud, document: Document) -> Values:
        """Return what is told."""
        del cloud
        return {"managed_by": document.get("managedBy")}

    def delete(self, cloud: ArmCloud, state: Values) -> None:
        """Remove it; with something in it only where the provider block allows that.

        Raises:
            CloudRefused: there is something in it.
        """
        if cloud.spares_full_groups and cloud.get(state["id"]) is not None:
            inside = [document["id"] for document in cloud.listed(f"{state['id']}/resources")]
            if inside:
                raise CloudRefused(
                    f'deleting Resource Group "{state["name"]}": the Resource Group still contains '
                    "Resources.",
                    "Delete these first, or set prevent_deletion_if_contains_resources to false in "
                    "the features of the provider: " + ", ".join(inside),
                )
        super().delete(cloud, state)

"""What all of Azure's resource types have in common: an id that is a path, and one document."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from entrypoints.sandbox.terraform.azurerm.asking import Document
from entrypoints.sandbox.terraform.azurerm.cloud import ArmCloud
from entrypoints.sandbox.terraform.azurerm.paths import names_in, written
from entrypoints.sandbox.terraform.resource_type import CloudRefused, ResourceType
from entrypoints.sandbox.terraform.schema import UNKNOWN, Attribute, Values

NAME: Final = Attribute(type="string", required=True, forces_replacement=True)
IN_A_GROUP: Final[Mapping[str, Attribute]] = {
    "id": Attribute(type="string", optional=True, computed=True),
    "name": NAME,
    "resource_group_name": NAME,
}
"""What each resource has that is in a resource group."""
IN_A_PLACE: Final[Mapping[str, Attribute]] = {
    **IN_A_GROUP,
    "location": NAME,
    "tags": Attribute(type=["map", "string"], optional=True),
}
"""What it has, too, if it can be billed."""


class ArmType(ResourceType[ArmCloud]):
    """A resource type that is one document in Resource Manager."""

    pattern: ClassVar[str]
    """Its ids, with attributes in braces."""

    @abstractmethod
    def wish(self, planned: Values) -> Document:
        """Return what is sent to Azure."""

    @abstractmethod
    def told(self, cloud: ArmCloud, document: Document) -> Values:
        """Return what Azure tells besides the names in the id; what it never tells is left out."""

    def create(self, cloud: ArmCloud, planned: Values) -> Values:
        """Make it.

        Raises:
            CloudRefused: it is there already, or Azure does not want to.
        """
        identity = written(self.pattern, {**planned, "subscription": cloud.subscription})
        if cloud.get(identity) is not None:
            raise CloudRefused(
                f'A resource with the ID "{identity}" already exists - to be managed via Terraform '
                "this resource needs to be imported into the State.",
                f"Import it as {self.name}, or choose another name.",
            )
        return self._put(cloud, identity, planned)

    def read(self, cloud: ArmCloud, state: Values) -> Values | None:
        """Return what Azure tells, and as it was what it never does."""
        document = cloud.get(state["id"])
        if document is None:
            return None
        now = self._all_told(cloud, document)
        if _same_place(state.get("location"), now.get("location")):
            now["location"] = state["location"]
        return {name: _newer(was, now.get(name, was)) for name, was in state.items()}

    def update(self, cloud: ArmCloud, prior: Values, planned: Values) -> Values:
        """Change it where it is."""
        return self._put(cloud, prior["id"], planned)

    def delete(self, cloud: ArmCloud, state: Values) -> None:
        """Remove it."""
        cloud.delete(state["id"])

    def find(self, cloud: ArmCloud, import_id: str) -> Values | None:
        """Return what has that id.

        Raises:
            CloudRefused: it is no id of this type.
        """
        try:
            names_in(self.pattern, import_id)
        except ValueError as exc:
            raise CloudRefused(f"parsing the ID {import_id!r} of {self.name}", str(exc)) from exc
        document = cloud.get(import_id)
        return None if document is None else self._all_told(cloud, document)

    def _put(self, cloud: ArmCloud, identity: str, planned: Values) -> Values:
        document = cloud.put(identity, self.wish(planned))
        made: Values = _filled(planned, self._all_told(cloud, document))
        return made

    def _all_told(self, cloud: ArmCloud, document: Document) -> Values:
        own = {"id": document["id"], **names_in(self.pattern, document["id"])}
        del own["subscription"]
        if "location" in self.schema.attributes:
            own |= {"location": document["location"], "tags": document.get("tags") or None}
        return own | self.told(cloud, document)


def _filled(planned: Any, told: Any) -> Any:  # noqa: ANN401 - any value of a schema
    """Return what was planned, with what Azure told where that was not known.

    Terraform insists on getting what it planned, down to whether no tags are none or null.
    """
    if planned is UNKNOWN:
        return told
    if isinstance(planned, dict) and isinstance(told, dict):
        return {name: _filled(value, told.get(name)) for name, value in planned.items()}
    if isinstance(planned, list) and isinstance(told, list) and len(planned) == len(told):
        return [_filled(*both) for both in zip(planned, told, strict=True)]
    return planned


def _newer(was: Any, now: Any) -> Any:  # noqa: ANN401 - any value of a schema
    """Return *now*, unless both are nothing: null, no, zero, or an empty text or collection."""
    return now if was or now else was


def _same_place(was: str | None, now: str | None) -> bool:
    """Tell whether both mean one place: "West Europe" is `westeurope`."""
    return was is not None and now is not None and was.replace(" ", "").lower() == now

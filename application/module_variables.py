"""What a module is told of a resource."""

from domain.errors import InvalidValue
from domain.inventory import Json
from domain.provisioning import InstallationId, Resource, RunAction
from domain.specs.reading import read_spec


def module_variables(
    resource: Resource, installation: InstallationId, *, for_action: RunAction
) -> dict[str, Json]:
    """Return the variables of the module that builds *resource*, or takes it down.

    The spec may have been written when the rules were others. What they forbid today is not
    built; but what was built once can always be taken down.

    Raises:
        InvalidValue: it is to be built, and its spec is not valid any more.
    """
    own: dict[str, Json] = {"resource_id": str(resource.id), "installation": installation}
    try:
        return read_spec(resource.spec).variables() | own
    except InvalidValue:
        if for_action is RunAction.PROVISION:
            raise
        return {name: value for name, value in resource.spec.items() if name != "kind"} | own

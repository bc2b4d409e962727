"""The ways of an instance to the internet, given and taken away."""

from entrypoints.sandbox.gcp.errors import Json, Refused, invalid
from entrypoints.sandbox.gcp.interfaces import access_config
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.routing import Call


def with_access(project: GcpProject, found: Json, call: Call) -> Json:
    """Return the instance *found* with one more way to the internet.

    Raises:
        Refused: the interface is not there, or has one already.
    """
    interface = _interface(found, call)
    if interface.get("accessConfigs"):
        raise Refused(
            400,
            f"Invalid value for field 'resource': ''. At most one access config currently "
            f"supported for {interface['name']}.",
            reason="invalid",
        )
    return _with(found, {**interface, "accessConfigs": [access_config(project, call.wish)]})


def without_access(found: Json, call: Call) -> Json:
    """Return the instance *found* without a way to the internet.

    Raises:
        Refused: it has none of that name.
    """
    interface, name = _interface(found, call), call.request.query.get("accessConfig", "")
    held = interface.get("accessConfigs", [])
    if name not in {each["name"] for each in held}:
        raise invalid(
            f"Invalid value for field 'accessConfig': '{name}'. The access config does not exist."
        )
    rest = [each for each in held if each["name"] != name]
    bare = {key: value for key, value in interface.items() if key != "accessConfigs"}
    return _with(found, {**bare, "accessConfigs": rest} if rest else bare)


def _interface(found: Json, call: Call) -> Json:
    name = call.request.query.get("networkInterface", "")
    for each in found["networkInterfaces"]:
        if each["name"] == name:
            interface: Json = each
            return interface
    raise invalid(
        f"Invalid value for field 'networkInterface': '{name}'. The specified network interface "
        "does not exist."
    )


def _with(found: Json, interface: Json) -> Json:
    interfaces = [
        interface if each["name"] == interface["name"] else each
        for each in found["networkInterfaces"]
    ]
    return {**found, "networkInterfaces": interfaces}

"""The messages of Terraform's plugin protocol 5, as far as a provider of resources needs them.

Field names and numbers are facts of the wire. They stand here as a table, from which the protobuf
classes are made when the provider starts (3 ms): a compiled .proto would be two thousand generated
lines that nobody reads, or a compiler in everybody's build. Left out is what we never send nor look
at: protobuf skips fields that it does not know. Messages are named after their RPC, since their
names do not travel; maps are written as what they are on the wire, repeated pairs.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

MESSAGES: Final[Mapping[str, str]] = {
    "Empty": "",
    "DynamicValue": "bytes msgpack=1",
    "Diagnostic": "int64 severity=1, string summary=2, string detail=3",
    "Step": "string attribute_name=1, string element_key_string=2, int64 element_key_int=3",
    "AttributePath": "repeated Step steps=1",
    "RawState": "bytes json=1",
    "Attribute": "string name=1, bytes type=2, bool required=4, bool optional=5, bool computed=6, "
    "bool sensitive=7, bool write_only=10",
    "Block": "int64 version=1, repeated Attribute attributes=2, repeated NestedBlock block_types=3",
    "NestedBlock": "string type_name=1, Block block=2, int64 nesting=3, int64 min_items=4, "
    "int64 max_items=5",
    "Schema": "int64 version=1, Block block=2",
    "NamedSchema": "string key=1, Schema value=2",
    "ServerCapabilities": "bool plan_destroy=1, bool get_provider_schema_optional=2",
    "GetSchemaResponse": "Schema provider=1, repeated NamedSchema resource_schemas=2, "
    "repeated Diagnostic diagnostics=4, ServerCapabilities server_capabilities=6",
    "PrepareProviderConfigRequest": "DynamicValue config=1",
    "PrepareProviderConfigResponse": "DynamicValue prepared_config=1, "
    "repeated Diagnostic diagnostics=2",
    "ValidateResourceTypeConfigRequest": "string type_name=1, DynamicValue config=2",
    "ValidateResourceTypeConfigResponse": "repeated Diagnostic diagnostics=1",
    "UpgradeResourceStateRequest": "string type_name=1, int64 version=2, RawState raw_state=3",
    "UpgradeResourceStateResponse": "DynamicValue upgraded_state=1, "
    "repeated Diagnostic diagnostics=2",
    "ConfigureRequest": "string terraform_version=1, DynamicValue config=2",
    "ConfigureResponse": "repeated Diagnostic diagnostics=1",
    "ReadResourceRequest": "string type_name=1, DynamicValue current_state=2",
    "ReadResourceResponse": "DynamicValue new_state=1, repeated Diagnostic diagnostics=2",
    "PlanResourceChangeRequest": "string type_name=1, DynamicValue prior_state=2, "
    "DynamicValue proposed_new_state=3, DynamicValue config=4",
    "PlanResourceChangeResponse": "DynamicValue planned_state=1, "
    "repeated AttributePath requires_replace=2, repeated Diagnostic diagnostics=4, "
    "bool legacy_type_system=5",
    "ApplyResourceChangeRequest": "string type_name=1, DynamicValue prior_state=2, "
    "DynamicValue planned_state=3, DynamicValue config=4",
    "ApplyResourceChangeResponse": "DynamicValue new_state=1, repeated Diagnostic diagnostics=3, "
    "bool legacy_type_system=4",
    "ImportResourceStateRequest": "string type_name=1, string id=2",
    "ImportedResource": "string type_name=1, DynamicValue state=2",
    "ImportResourceStateResponse": "repeated ImportedResource imported_resources=1, "
    "repeated Diagnostic diagnostics=2",
    "GetFunctionsResponse": "repeated Diagnostic diagnostics=2",
    "StopResponse": "string Error=1",
    "HealthCheckRequest": "string service=1",
    "HealthCheckResponse": "int64 status=1",
}
"""Each message: `[repeated] type name=number`, with commas between. Enumerations are numbers."""

_FIELD = re.compile(r"(?P<many>repeated )?(?P<type>\w+) (?P<name>\w+)=(?P<number>\d+)")
_SCALARS = {
    "string": FieldDescriptorProto.TYPE_STRING,
    "bytes": FieldDescriptorProto.TYPE_BYTES,
    "bool": FieldDescriptorProto.TYPE_BOOL,
    "int64": FieldDescriptorProto.TYPE_INT64,
}
_PACKAGE = "sandbox"


def message(name: str) -> Any:  # noqa: ANN401 - made at run time
    """Return the protobuf class of the message *name*; made with keywords, one per field."""
    return _classes()[name]


@cache
def _classes() -> Mapping[str, Any]:
    pool = DescriptorPool()
    # Without a syntax a field that was set is sent even when it is 0 or empty, which a step to
    # the first element of a list needs.
    file = FileDescriptorProto(name="sandbox.proto", package=_PACKAGE)
    file.message_type.extend(_described(name, fields) for name, fields in MESSAGES.items())
    pool.Add(file)
    return {
        name: GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}")) for name in MESSAGES
    }


def _described(name: str, fields: str) -> DescriptorProto:
    described = DescriptorProto(name=name)
    for field in _FIELD.finditer(fields):
        many = FieldDescriptorProto.LABEL_REPEATED
        one = FieldDescriptorProto.LABEL_OPTIONAL
        added = described.field.add(
            name=field["name"], number=int(field["number"]), label=many if field["many"] else one
        )
        if field["type"] in _SCALARS:
            added.type = _SCALARS[field["type"]]
        else:
            added.type = FieldDescriptorProto.TYPE_MESSAGE
            added.type_name = f".{_PACKAGE}.{field['type']}"
    return described

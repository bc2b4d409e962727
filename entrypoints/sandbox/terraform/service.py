"""The provider as Terraform calls it: one method per RPC of plugin protocol 5."""

import sys
import traceback
from collections.abc import Iterable
from typing import Any, Final

from entrypoints.sandbox.terraform.changes import Change, Life
from entrypoints.sandbox.terraform.described import described
from entrypoints.sandbox.terraform.planning import Path, settled
from entrypoints.sandbox.terraform.resource_type import CloudRefused, Provider
from entrypoints.sandbox.terraform.schema import Block, Values
from entrypoints.sandbox.terraform.trouble import Trouble
from entrypoints.sandbox.terraform.values import from_json, packed, unpacked
from entrypoints.sandbox.terraform.wire import message

_ERROR: Final = 1


class ProviderService:
    """Answers one terraform command; every refusal becomes a diagnostic, whatever was raised."""

    def __init__(self, provider: Provider[Any], trouble: Trouble) -> None:
        self._provider = provider
        self._lives = {each.name: Life(kind=each, trouble=trouble) for each in provider.resources}
        self._cloud: Any = None

    def get_schema(self, _request: Any) -> Any:  # noqa: ANN401 - messages are made at run time
        """Say what can be configured and made."""
        pair = message("NamedSchema")
        return message("GetSchemaResponse")(
            provider=described(self._provider.config),
            resource_schemas=[
                pair(key=name, value=described(life.kind.schema))
                for name, life in self._lives.items()
            ],
            server_capabilities={"get_provider_schema_optional": True},
        )

    def prepare_provider_config(self, request: Any) -> Any:  # noqa: ANN401 - as above
        """Take the provider block as it is."""
        return message("PrepareProviderConfigResponse")(prepared_config=request.config)

    def configure(self, request: Any) -> Any:  # noqa: ANN401 - as above
        """Learn which cloud to work in."""
        response = message("ConfigureResponse")
        try:
            config = unpacked(request.config.msgpack, self._provider.config.type)
            self._cloud = self._provider.connect(config)
        except Exception as trouble:  # noqa: BLE001 - see the class
            return response(diagnostics=[_diagnostic(trouble)])
        return response()

    def validate_resource_type_config(self, request: Any) -> Any:  # noqa: ANN401 - as above
        """Refuse what the schema allows and the provider does not."""
        response = message("ValidateResourceTypeConfigResponse")
        kind = self._lives[request.type_name].kind
        try:
            kind.check(unpacked(request.config.msgpack, kind.schema.type))
        except Exception as trouble:  # noqa: BLE001 - see the class
            return response(diagnostics=[_diagnostic(trouble)])
        return response()

    def upgrade_resource_state(self, request: Any) -> Any:  # noqa: ANN401 - as above
        """Read a state file's object; there is one version of each schema."""
        schema = self._lives[request.type_name].kind.schema
        state = from_json(request.raw_state.json, schema.type)
        return message("UpgradeResourceStateResponse")(
            upgraded_state=_dynamic(state and settled(schema, state), schema)
        )

    def read_resource(self, request: Any) -> Any:  # noqa: ANN401 - as above
        """Say how an object is now."""
        response = message("ReadResourceResponse")
        life = self._lives[request.type_name]
        schema = life.kind.schema
        try:
            state = life.read(self._cloud, unpacked(request.current_state.msgpack, schema.type))
            return response(new_state=_dynamic(state, schema))
        except Exception as trouble:  # noqa: BLE001 - see the class
            return response(new_state=request.current_state, diagnostics=[_diagnostic(trouble)])

    def plan_resource_change(self, request: Any) -> Any:  # noqa: ANN401 - as above
        """Say what a change will bring."""
        response = message("PlanResourceChangeResponse")
        life = self._lives[request.type_name]
        schema = life.kind.schema
        try:
            planned, forced = life.plan(_change(request, request.proposed_new_state, schema))
            return response(
                planned_state=_dynamic(planned, schema),
                requires_replace=_paths(forced),
                legacy_type_system=True,  # as the real ones say: a default may fill a null
            )
        except Exception as trouble:  # noqa: BLE001 - see the class
            return response(planned_state=request.prior_state, diagnostics=[_diagnostic(trouble)])

    def apply_resource_change(self, request: Any) -> Any:  # noqa: ANN401 - as above
        """Make, change or destroy, and say what there is afterwards."""
        response = message("ApplyResourceChangeResponse")
        life = self._lives[request.type_name]
        schema = life.kind.schema
        try:
            applied = life.apply(self._cloud, _change(request, request.planned_state, schema))
            return response(
                new_state=_dynamic(applied.state, schema),
                diagnostics=[_diagnostic(applied.trouble)] if applied.trouble else [],
                legacy_type_system=True,
            )
        except Exception as trouble:  # noqa: BLE001 - see the class
            return response(new_state=request.prior_state, diagnostics=[_diagnostic(trouble)])

    def import_resource_state(self, request: Any) -> Any:  # noqa: ANN401 - as above
        """Find an object that Terraform did not make."""
        response = message("ImportResourceStateResponse")
        kind = self._lives[request.type_name].kind
        try:
            found = kind.find(self._cloud, request.id)
            if found is None:
                raise _nothing_to_import(request)
            state = _dynamic(settled(kind.schema, found), kind.schema)
        except Exception as trouble:  # noqa: BLE001 - see the class
            return response(diagnostics=[_diagnostic(trouble)])
        imported = message("ImportedResource")(type_name=kind.name, state=state)
        return response(imported_resources=[imported])

    def get_functions(self, _request: Any) -> Any:  # noqa: ANN401 - as above
        """Offer none."""
        return message("GetFunctionsResponse")()

    def stop(self, _request: Any) -> Any:  # noqa: ANN401 - as above
        """Let what has begun end: half a creation is worse than a late one."""
        return message("StopResponse")()


def _change(request: Any, wanted: Any, schema: Block) -> Change:  # noqa: ANN401 - as above
    prior, new, config = (
        unpacked(each.msgpack, schema.type)
        for each in (request.prior_state, wanted, request.config)
    )
    return Change(prior=prior, wanted=new, config=config)


def _dynamic(values: Values | None, schema: Block) -> Any:  # noqa: ANN401 - as above
    return message("DynamicValue")(msgpack=packed(values, schema.type))


def _paths(paths: Iterable[Path]) -> list[Any]:
    step = message("Step")
    return [
        message("AttributePath")(
            steps=[
                step(element_key_int=part) if isinstance(part, int) else step(attribute_name=part)
                for part in path
            ]
        )
        for path in paths
    ]


def _diagnostic(trouble: Exception) -> Any:  # noqa: ANN401 - as above
    if isinstance(trouble, CloudRefused):
        summary, detail = trouble.summary, trouble.detail
    else:
        traceback.print_exception(trouble, file=sys.stderr)  # terraform logs it, if asked to
        summary = "The sandbox's provider broke"
        detail = f"{type(trouble).__name__}: {trouble}"
    return message("Diagnostic")(severity=_ERROR, summary=summary, detail=detail)


def _nothing_to_import(request: Any) -> CloudRefused:  # noqa: ANN401 - as above
    return CloudRefused(
        "Cannot import non-existent remote object",
        f"There is no {request.type_name} {request.id!r} in the cloud; check the id.",
    )

"""One object of the sandbox's google provider, made and changed as terraform would, but for it."""

import json
from typing import Any

from entrypoints.sandbox.gcp.server import GcpServer
from entrypoints.sandbox.terraform.changes import Change, Life
from entrypoints.sandbox.terraform.google.cloud import GoogleCloud, connect
from entrypoints.sandbox.terraform.google.provider import PROVIDER
from entrypoints.sandbox.terraform.schema import Block, Values
from entrypoints.sandbox.terraform.trouble import Trouble


def connected(server: GcpServer, **config: Any) -> GoogleCloud:  # noqa: ANN401 - any value
    """Return the project of *server*, with *config* in the provider block."""
    credential = server.credential()
    block: Values = {
        **PROVIDER.config.empty(),
        "credentials": json.dumps(credential["service_account_info"]),
        "project": credential["project_id"],
        "zone": "europe-west1-b",
        "region": "europe-west1",
        "compute_custom_endpoint": f"{server.endpoint}/compute/v1/",
        "storage_custom_endpoint": f"{server.endpoint}/storage/v1/",
        "add_terraform_attribution_label": False,
    }
    return connect({**block, **config})


class GoogleObject:
    """An object of the type *name* in *cloud*; `state` is None while there is none."""

    def __init__(self, cloud: GoogleCloud, name: str) -> None:
        self.life = next(
            Life(kind=each, trouble=Trouble(file=None))
            for each in PROVIDER.resources
            if each.name == name
        )
        self.cloud = cloud
        self.state: Values | None = None

    def apply(self, **config: Any) -> str:  # noqa: ANN401 - any value
        """Plan and apply *config*, and return how: create, update, replace or nothing.

        Raises:
            CloudRefused: it was in vain; what came of it is in `state`.
        """
        wanted = written(self.life.kind.schema, config)
        proposed = _proposed(self.life.kind.schema, self.state, wanted)
        planned, forced = self.life.plan(Change(prior=self.state, wanted=proposed, config=wanted))
        if forced:
            return "replace"
        if planned == self.state:
            return "nothing"
        return self._changed(planned, wanted)

    def refresh(self) -> None:
        """Read it."""
        self.state = None if self.state is None else self.life.read(self.cloud, self.state)

    def adopt(self, id_: str) -> None:
        """Import it."""
        self.state = self.life.kind.find(self.cloud, id_)
        self.refresh()

    def destroy(self) -> None:
        """Destroy it."""
        self._changed(None, None)

    def _changed(self, planned: Values | None, config: Values | None) -> str:
        verb = "create" if self.state is None else "update"
        applied = self.life.apply(
            self.cloud, Change(prior=self.state, wanted=planned, config=config)
        )
        self.state = applied.state
        if applied.trouble is not None:
            raise applied.trouble
        return verb


def state(of: GoogleObject) -> Values:
    """Return the state of what exists."""
    assert of.state is not None
    return of.state


def written(block: Block, config: Values) -> Values:
    """Return *config* with every name of the schema, as terraform completes what is written."""
    values = {**block.empty(), **config}
    for name, nested in block.blocks.items():
        values[name] = [written(nested.block, each) for each in values[name]]
    return values


def _proposed(block: Block, prior: Values | None, config: Values) -> Values:
    """Return *config*, where it leaves a computed value out with what there was before."""
    values = dict(config)
    if prior is not None:
        for name, each in block.attributes.items():
            if each.computed and values[name] is None:
                values[name] = prior[name]
    for name, nested in block.blocks.items():
        before = [] if prior is None else prior[name]
        if nested.computed and not values[name]:
            values[name] = before
            continue
        values[name] = [
            _proposed(nested.block, before[at] if at < len(before) else None, each)
            for at, each in enumerate(values[name])
        ]
    return values

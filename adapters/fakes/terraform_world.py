"""What Terraform in memory works on: a module, a cloud behind it, and a state."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from adapters.fakes.terraform_lines import (
    Line,
    about,
    complaint,
    plan_text,
    remark,
    state_text,
    summary,
)
from application.ports.terraform import TerraformCommand
from domain.inventory import Json
from domain.terraform import (
    CHANGES,
    FAILED,
    UNCHANGED,
    Address,
    ChangeAction,
    Command,
    EventType,
)
from domain.terraform_state import read_state

THING = Address("terraform_data.this")


@dataclass(slots=True, kw_only=True)
class World:
    """One workspace as it truly is; tests look at it and change it behind Terraform's back."""

    module: tuple[Address, ...] = (THING,)
    """What the module makes, in this order."""
    certain_ids: dict[Address, str] = field(default_factory=dict)
    """The ids that follow from what is asked for; for the rest the cloud makes some up."""
    outputs: dict[str, Json] = field(default_factory=dict)
    """As in a state: `{"name": {"value": ..., "sensitive": false}}`."""
    cloud: list[tuple[Address, str]] = field(default_factory=list)
    """What exists, in the order in which it was made; an object made twice is there twice."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """The tags that whatever is made gets."""
    tags: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """The tags of what exists, by its id."""
    state: str | None = None
    plan: dict[Address, ChangeAction] | None = None
    adopting: dict[Address, str] = field(default_factory=dict)
    attributes: dict[Address, dict[str, Json]] = field(default_factory=dict)
    """What the state is to hold of an object beside its id."""
    broken: dict[Address, str] = field(default_factory=dict)
    """What the cloud says when it is asked to make or unmake an object."""
    unplannable: str | None = None
    """What keeps anything from being planned but to take all down; None: nothing does."""
    unimportable: dict[Address, str] = field(default_factory=dict)
    """What the provider says when it is asked to take over an object."""
    surprises: dict[Address, ChangeAction] = field(default_factory=dict)
    """What the next plans want to do beside what they should."""

    def known(self) -> dict[Address, str]:
        """Return what the state knows."""
        if not self.state:
            return {}
        return {each.address: each.cloud_id for each in read_state(self.state).objects}

    def perform(self, command: TerraformCommand) -> Iterator[Line | int]:
        """Do *command* line by line; last comes the exit code."""
        match command.command:
            case Command.INIT:
                yield remark("Terraform has been successfully initialized!")
                yield UNCHANGED
            case Command.PLAN:
                yield from self._plan(command)
            case Command.APPLY:
                yield from self._apply()

    def plan_document(self) -> dict[str, Json] | None:
        """Return the plan; None if there is none."""
        if self.plan is None:
            return None
        found = {
            address: (cloud_id, self.tags.get(cloud_id, {}))
            for address, cloud_id in self.adopting.items()
        }
        return plan_text(self.plan, found)

    def _plan(self, command: TerraformCommand) -> Iterator[Line | int]:
        if self.unplannable is not None and not command.destroy:
            yield complaint(self.unplannable)
            yield FAILED
            return
        known, real = self.known(), {cloud_id for _, cloud_id in self.cloud}
        for address, cloud_id in self.adopting.items():
            if address in self.unimportable:
                yield complaint(self.unimportable[address])
                yield FAILED
            if cloud_id not in real:
                yield complaint("Cannot import non-existent remote object", address)
                yield FAILED
        gone = [address for address, cloud_id in known.items() if cloud_id not in real]
        for address in gone:
            yield about(EventType.RESOURCE_DRIFT, ChangeAction.DELETE, address)
        self.plan = self._wanted(command, known, gone)
        for address, action in self.plan.items():
            yield about(EventType.PLANNED_CHANGE, action, address)
        yield summary(f"Plan: {len(self.plan)} to do.")
        changes = gone if command.refresh_only else self.plan
        yield CHANGES if changes else UNCHANGED

    def _wanted(
        self, command: TerraformCommand, known: Mapping[Address, str], gone: list[Address]
    ) -> dict[Address, ChangeAction]:
        there = [address for address in known if address not in gone]
        if command.refresh_only:
            return {}
        if command.destroy:
            return dict.fromkeys(reversed(there), ChangeAction.DELETE) | self.surprises
        chosen = [each for each in self.module if not command.targets or each in command.targets]
        missing = {
            each: ChangeAction.IMPORT if each in self.adopting else ChangeAction.CREATE
            for each in chosen
            if each not in there
        }
        return missing | self.surprises

    def _apply(self) -> Iterator[Line | int]:
        for address, action in (self.plan or {}).items():
            if action is ChangeAction.IMPORT:
                self._keep(address, self.adopting[address])
                continue
            refusal = self._refusal(address, action)
            # the cloud is quicker than the answer: who dies in between never learns of it
            cloud_id = None if refusal else self._changed_in_cloud(address, action)
            yield about(EventType.APPLY_START, action, address)
            if refusal:
                yield about(EventType.APPLY_ERRORED, action, address)
                yield complaint(refusal, address)
                yield FAILED
            self._keep(address, cloud_id)
            yield about(EventType.APPLY_COMPLETE, action, address, cloud_id)
        self._write(self.known())  # the outputs
        yield summary("Apply complete!")
        yield UNCHANGED

    def _refusal(self, address: Address, action: ChangeAction) -> str | None:
        taken = self.certain_ids.get(address) in {cloud_id for _, cloud_id in self.cloud}
        if action is ChangeAction.CREATE and taken:
            return f"{address} already exists"
        return self.broken.get(address)

    def _changed_in_cloud(self, address: Address, action: ChangeAction) -> str | None:
        """Let the cloud do it; return the id of what is there now, None if nothing is."""
        if action is ChangeAction.UPDATE:
            return self.known().get(address)
        if action in {ChangeAction.DELETE, ChangeAction.REPLACE}:
            gone = self.known().get(address)
            self.cloud = [each for each in self.cloud if each[1] != gone]
        if action is ChangeAction.DELETE:
            return None
        cloud_id = self.certain_ids.get(address) or str(uuid4())
        self.cloud.append((address, cloud_id))
        self.tags[cloud_id] = dict(self.marks)
        return cloud_id

    def _keep(self, address: Address, cloud_id: str | None) -> None:
        """Have the state know *address* by its id; None: no longer."""
        known = self.known()
        known.pop(address, None)
        self._write(known if cloud_id is None else known | {address: cloud_id})

    def _write(self, objects: Mapping[Address, str]) -> None:
        before = read_state(self.state) if self.state else None
        self.state = state_text(
            lineage=str(uuid4()) if before is None else before.lineage,
            serial=1 if before is None else before.serial + 1,
            objects={
                address: {"id": cloud_id, **self.attributes.get(address, {})}
                for address, cloud_id in objects.items()
            },
            outputs=self.outputs if objects else {},
        )

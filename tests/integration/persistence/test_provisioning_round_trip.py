"""Whatever Terraform may say, and people may ask for, comes back as it was."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from application.ports.provisioning import ManagedObject, StoredState, TerraformOutput
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import SealedSecret, SubAccountId
from domain.inventory import ExternalId, ResourceKind
from domain.provisioning import Leak, RunStatus
from domain.terraform import Address, ChangeAction, EventType, LogLevel, LogRecord
from tests.contract.provisioning_builders import (
    a_line,
    add_resource,
    begin_step,
    put_state,
    queue_run,
)
from tests.contract.store_builders import NOW, add_credential
from tests.integration.persistence.test_round_trip import (
    any_text,
    documents,
    moments,
    on_one_database,
)

specs = st.dictionaries(any_text, documents, max_size=4)
outputs = st.builds(
    TerraformOutput,
    logs=st.lists(any_text, max_size=3).map(tuple),
    outputs=specs,
    error=st.none() | any_text,
)
lines = st.builds(
    LogRecord,
    offset=st.integers(0, 2**40),
    length=st.integers(0, 2**31 - 1),
    at=moments,
    level=st.sampled_from(LogLevel),
    type=st.sampled_from(EventType),
    message=any_text,
    address=st.none() | any_text.map(Address),
    action=st.none() | st.sampled_from(ChangeAction),
    cloud_id=st.none() | any_text,
)
logs = st.lists(lines, max_size=6, unique_by=lambda line: line.offset)
objects = st.builds(
    ManagedObject,
    address=any_text.map(Address),
    type=any_text,
    cloud_id=any_text,
    kind=st.none() | st.sampled_from(ResourceKind),
    external_id=st.none() | any_text.map(ExternalId),
)
estates = st.lists(objects, max_size=4, unique_by=lambda found: found.address)
leaks = st.lists(st.builds(Leak, address=any_text, cloud_id=st.none() | any_text), max_size=3)
states = st.builds(
    StoredState,
    lineage=any_text,
    serial=st.integers(0, 2**62),
    sealed=st.binary(max_size=50).map(SealedSecret),
    lock_file=st.none() | any_text,
)

_numbers = count()


@on_one_database
@given(
    spec=specs,
    place=any_text.map(SubAccountId),
    output=outputs,
    sealed=st.none() | st.binary(max_size=50).map(SealedSecret),
)
def test_every_resource_comes_back_with_what_its_last_run_left(
    units: OpenUnitOfWork,
    spec: Mapping[str, Any],
    place: SubAccountId,
    output: TerraformOutput,
    sealed: SealedSecret | None,
) -> None:
    owner = add_credential(units, name=f"credential {next(_numbers)}")
    resource = add_resource(units, owner, spec=spec)
    with units() as work:
        work.resources.save_output(resource.id, output, sensitive=sealed)
        work.resources.bind(resource.id, place)
        assert work.resources.get(resource.id) == replace(resource, sub_account_id=place)
        assert work.resources.get(resource.id).spec == spec
        assert work.resources.output(resource.id) == output
        assert work.resources.sensitive_outputs(resource.id) == sealed


@on_one_database
@given(log=logs, at=moments, error=any_text, leaks=leaks)
def test_every_run_comes_back_with_what_terraform_said(
    units: OpenUnitOfWork, log: list[LogRecord], at: datetime, error: str, leaks: list[Leak]
) -> None:
    owner = add_credential(units, name=f"credential {next(_numbers)}")
    run = queue_run(units, add_resource(units, owner), at=at)
    ended = run.moved_to(RunStatus.ERRORED, at=at, error=error, leaks=tuple(leaks))
    step = begin_step(units, run)
    with units() as work:
        work.runs.save(ended)
        work.run_log.write(step.id, log)
        assert work.runs.get(run.id) == ended
        kept = [line for _, line in work.run_log.read(run.id, limit=10)]
    assert kept == sorted(log, key=lambda line: line.offset)


@on_one_database
@given(state=states, estate=estates)
def test_every_state_comes_back_with_what_it_says_exists(
    units: OpenUnitOfWork, state: StoredState, estate: list[ManagedObject]
) -> None:
    owner = add_credential(units, name=f"credential {next(_numbers)}")
    resource = add_resource(units, owner)
    put_state(units, resource, state, *estate)
    with units() as work:
        assert work.states.latest(resource.id) == state
        in_order = sorted(estate, key=lambda found: found.address)
        assert list(work.states.objects(resource.id)) == in_order


def test_texts_that_postgresql_cannot_keep_are_kept_somehow(units: OpenUnitOfWork) -> None:
    odd, kept = "a\x00b\ud800", "a\u2400b\ufffd"
    run = queue_run(units, add_resource(units, add_credential(units), name=odd, spec={odd: [odd]}))
    step = begin_step(units, run)
    with units() as work:
        resource = work.resources.get(run.resource_id)
        assert (resource.name, resource.spec) == (kept, {kept: [kept]})
        output = TerraformOutput(logs=(odd,), outputs={odd: float("nan")}, error=odd)
        work.resources.save_output(resource.id, output, sensitive=None)
        work.runs.save(run.moved_to(RunStatus.ERRORED, at=NOW, error=odd))
        work.run_log.write(step.id, [a_line(0, message=odd), a_line(1, message="plain")])
        shown = work.resources.output(resource.id)
        assert (shown.logs, shown.outputs, shown.error) == ((kept,), {kept: "nan"}, kept)
        assert work.runs.get(run.id).error == kept
        said = [line.message for line in work.run_log.last_lines(run.id, limit=2)]
        assert said == [kept, "plain"]

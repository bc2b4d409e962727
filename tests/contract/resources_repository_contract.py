"""What every store of resources promises."""

from dataclasses import replace

import pytest

from application.ports.errors import Conflict, NotFound
from application.ports.provisioning import ResourceFilter, TerraformOutput
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import CredentialId, Provider, SealedSecret, SubAccountId, UserId
from domain.inventory import Json, ResourceKind
from domain.provisioning import Resource, ResourceId, ResourceStatus
from tests.contract.provisioning_builders import NO_RESOURCE, add_resource, become
from tests.contract.store_builders import HOUR, NOW, add_credential

EVERYTHING = ResourceFilter(statuses=frozenset(ResourceStatus))
GONE = (ResourceStatus.DESTROYING, ResourceStatus.DESTROYED)


class ResourcesRepositoryContract:
    def test_what_is_asked_for_is_pending_and_comes_back_as_it_was_asked(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        spec: dict[str, Json] = {
            "name": "web",
            "subnets": ["10.0.1.0/24"],
            "tags": {"ä": '${file("x")}'},
        }
        resource = add_resource(units, owner, spec=spec)
        assert (resource.user_id, resource.credential_id) == (owner.user_id, owner.id)
        assert (resource.kind, resource.name) == (ResourceKind.AWS_EC2_INSTANCE, "web")
        assert (resource.status, resource.spec) == (ResourceStatus.PENDING, spec)
        assert (resource.created_at, resource.updated_at) == (NOW, NOW)
        assert resource.sub_account_id is None
        with units() as work:
            assert work.resources.get(resource.id) == resource
            assert work.resources.get(resource.id, for_update=True) == resource

    def test_a_credential_has_a_kind_and_name_once_until_it_is_destroyed(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        first = add_resource(units, owner)
        with pytest.raises(Conflict, match=f"already has resource {first.id} of that kind"):
            add_resource(units, owner)
        add_resource(units, owner, name="other")
        add_resource(units, owner, kind=ResourceKind.AWS_VPC)
        add_resource(units, add_credential(units, name="staging"))
        become(units, first, *GONE)
        assert add_resource(units, owner).id > first.id

    def test_a_taken_name_leaves_the_unit_usable(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        first = add_resource(units, owner)
        with units() as work:
            with pytest.raises(Conflict):
                work.resources.add(
                    user_id=owner.user_id,
                    credential_id=owner.id,
                    kind=first.kind,
                    name=first.name,
                    spec={},
                    at=NOW,
                )
            assert work.resources.get(first.id) == first

    def test_nothing_is_asked_for_with_a_key_of_somebody_else(self, units: OpenUnitOfWork) -> None:
        ada = add_credential(units)
        grace = add_credential(units, email="grace@example.org")
        for user_id, credential_id in (
            (ada.user_id, grace.id),
            (ada.user_id, CredentialId(987_654)),
            (UserId(987_654), ada.id),
        ):
            with units() as work, pytest.raises(NotFound, match="no such credential"):
                work.resources.add(
                    user_id=user_id,
                    credential_id=credential_id,
                    kind=ResourceKind.AWS_VPC,
                    name="net",
                    spec={},
                    at=NOW,
                )

    def test_where_it_is_built_is_kept_whatever_becomes_of_it(self, units: OpenUnitOfWork) -> None:
        asked = add_resource(units, add_credential(units))
        for place in (SubAccountId("there"), SubAccountId("here")):
            with units() as work:
                work.resources.bind(asked.id, place)
                work.commit()
            with units() as work:
                assert work.resources.get(asked.id) == replace(asked, sub_account_id=place)
        become(units, asked, ResourceStatus.PROVISIONING)
        with units() as work:
            [kept] = work.resources.page(EVERYTHING, after=None, limit=2)
        assert (kept.sub_account_id, kept.status) == ("here", ResourceStatus.PROVISIONING)

    def test_only_its_status_ever_moves(self, units: OpenUnitOfWork) -> None:
        asked = add_resource(units, add_credential(units), spec={"a": 1})
        moved = become(units, asked, ResourceStatus.PROVISIONING, ResourceStatus.ACTIVE)
        with units() as work:
            kept = work.resources.get(asked.id)
        assert kept == moved
        assert (kept.status, kept.updated_at) == (ResourceStatus.ACTIVE, NOW + 2 * HOUR)

    def test_what_never_existed_is_not_found(self, units: OpenUnitOfWork) -> None:
        ghost = Resource(
            id=NO_RESOURCE,
            user_id=UserId(1),
            credential_id=CredentialId(1),
            kind=ResourceKind.AWS_VPC,
            name="ghost",
            spec={},
            status=ResourceStatus.ACTIVE,
            created_at=NOW,
            updated_at=NOW,
        )
        with units() as work:
            resources, nothing = work.resources, TerraformOutput(logs=())
            for ask in (
                lambda: resources.get(NO_RESOURCE),
                lambda: resources.save(ghost),
                lambda: resources.bind(NO_RESOURCE, SubAccountId("here")),
                lambda: resources.output(NO_RESOURCE),
                lambda: resources.sensitive_outputs(NO_RESOURCE),
                lambda: resources.save_output(NO_RESOURCE, nothing, sensitive=None),
                lambda: resources.replace_sensitive_outputs(NO_RESOURCE, SealedSecret(b"x")),
            ):
                with pytest.raises(NotFound, match="no resource 987654"):
                    ask()

    def test_each_part_of_a_filter_narrows_the_choice(self, units: OpenUnitOfWork) -> None:
        ada, grace = add_credential(units), add_credential(units, email="grace@example.org")
        machine, network = add_resource(units, ada), add_resource(units, grace, name="net")
        bucket = add_resource(units, ada, kind=ResourceKind.GCP_STORAGE_BUCKET)
        destroyed = become(units, add_resource(units, ada, name="old"), *GONE)
        every = [machine.id, network.id, bucket.id, destroyed.id]
        assert self._ids(units, EVERYTHING) == every
        assert self._ids(units, ResourceFilter()) == every[:3]
        assert self._ids(units, ResourceFilter(user_id=ada.user_id)) == [machine.id, bucket.id]
        assert self._ids(units, ResourceFilter(credential_id=grace.id)) == [network.id]
        assert self._ids(units, ResourceFilter(provider=Provider.GCP)) == [bucket.id]
        assert self._ids(units, ResourceFilter(kind=bucket.kind)) == [bucket.id]
        gone = ResourceFilter(statuses=frozenset({ResourceStatus.DESTROYED}))
        assert self._ids(units, gone) == [destroyed.id]
        assert self._ids(units, ResourceFilter(statuses=frozenset())) == []

    @staticmethod
    def _ids(units: OpenUnitOfWork, chosen: ResourceFilter) -> list[ResourceId]:
        """Read them page by page."""
        seen: list[ResourceId] = []
        with units() as work:
            while page := work.resources.page(chosen, after=seen[-1] if seen else None, limit=2):
                assert len(page) <= 2
                seen += [resource.id for resource in page]
        return seen

    def test_the_output_is_what_the_last_run_left(self, units: OpenUnitOfWork) -> None:
        resource = add_resource(units, add_credential(units))
        with units() as work:
            assert work.resources.output(resource.id) == TerraformOutput(logs=())
            assert work.resources.sensitive_outputs(resource.id) is None
        first = TerraformOutput(
            logs=("one", "two"), outputs={"id": "i-1", "ips": ["10.0.0.1"]}, error="It broke."
        )
        second = TerraformOutput(logs=("three",))
        sealed = SealedSecret(b"\x00sealed")
        for output, sensitive in ((first, sealed), (second, None)):
            with units() as work:
                work.resources.save_output(resource.id, output, sensitive=sensitive)
                work.commit()
            with units() as work:
                assert work.resources.output(resource.id) == output
                assert work.resources.sensitive_outputs(resource.id) == sensitive
                assert work.resources.get(resource.id) == resource

    def test_what_is_sensitive_can_be_sealed_anew(self, units: OpenUnitOfWork) -> None:
        resource = add_resource(units, add_credential(units))
        output = TerraformOutput(logs=("one",))
        with units() as work:
            work.resources.save_output(resource.id, output, sensitive=SealedSecret(b"old"))
            work.resources.replace_sensitive_outputs(resource.id, SealedSecret(b"new"))
            work.commit()
        with units() as work:
            assert work.resources.sensitive_outputs(resource.id) == SealedSecret(b"new")
            assert work.resources.output(resource.id) == output

    def test_an_installation_keeps_its_name(self, units: OpenUnitOfWork) -> None:
        with units() as work:
            first = work.resources.installation()
        with units() as work:
            assert work.resources.installation() == first
        assert len(first) == 36

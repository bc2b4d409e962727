"""What every store of Terraform's states promises."""

import pytest

from application.ports.errors import Conflict, NotFound
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import SealedSecret
from domain.inventory import ResourceKind
from tests.contract.provisioning_builders import (
    NO_RESOURCE,
    a_state,
    add_resource,
    an_object,
    put_state,
)
from tests.contract.store_builders import NOW, add_credential

SUBNET = an_object("subnet-1", None, address='aws_subnet.this["10.0.1.0/24"]')
MACHINE = an_object("i-1")
VPC = an_object("vpc-1", ResourceKind.AWS_VPC, address="aws_vpc.this[0]")


class StatesRepositoryContract:
    def test_a_state_comes_back_as_it_was_stored_with_what_it_says_exists(
        self, units: OpenUnitOfWork
    ) -> None:
        resource = add_resource(units, add_credential(units))
        state = a_state(3, sealed=b"\x00\xff")
        with units() as work:
            assert work.states.latest(resource.id) is None
            assert list(work.states.versions(resource.id)) == []
            assert list(work.states.objects(resource.id)) == []
        put_state(units, resource, state, VPC, MACHINE, SUBNET)
        with units() as work:
            assert work.states.latest(resource.id) == state
            assert list(work.states.objects(resource.id)) == [MACHINE, SUBNET, VPC]

    def test_a_newer_version_says_what_exists_now(self, units: OpenUnitOfWork) -> None:
        resource, other = (
            add_resource(units, add_credential(units, name=name)) for name in ("a", "b")
        )
        put_state(units, other, a_state(1), VPC)
        put_state(units, resource, a_state(1), MACHINE, VPC)
        put_state(units, resource, a_state(4), MACHINE, SUBNET)
        with units() as work:
            assert work.states.latest(resource.id) == a_state(4)
            assert list(work.states.objects(resource.id)) == [MACHINE, SUBNET]
            assert list(work.states.objects(other.id)) == [VPC]
        put_state(units, resource, a_state(5))
        with units() as work:
            assert list(work.states.objects(resource.id)) == []

    def test_a_version_that_is_there_is_left_as_it_is(self, units: OpenUnitOfWork) -> None:
        resource = add_resource(units, add_credential(units))
        put_state(units, resource, a_state(2), MACHINE)
        put_state(units, resource, a_state(2, sealed=b"other"))
        with units() as work:
            assert list(work.states.versions(resource.id)) == [a_state(2)]
            assert list(work.states.objects(resource.id)) == [MACHINE]

    @pytest.mark.parametrize("late", [a_state(4), a_state(9, lineage="another")])
    def test_what_is_known_is_never_undone_by_an_older_or_another_state(
        self, units: OpenUnitOfWork, late: object
    ) -> None:
        resource = add_resource(units, add_credential(units))
        put_state(units, resource, a_state(5), MACHINE)
        with units() as work:
            with pytest.raises(Conflict, match=f"state of resource {resource.id} "):
                work.states.put(resource.id, late, [], at=NOW)  # type: ignore[arg-type]
            assert list(work.states.versions(resource.id)) == [a_state(5)]
            assert list(work.states.objects(resource.id)) == [MACHINE]

    def test_the_newest_twenty_versions_are_kept(self, units: OpenUnitOfWork) -> None:
        resource = add_resource(units, add_credential(units))
        other = add_resource(units, add_credential(units, name="other"))
        put_state(units, other, a_state(1))
        serials = [*range(1, 24, 2), *range(24, 36)]
        with units() as work:
            for serial in serials:
                work.states.put(resource.id, a_state(serial), [MACHINE], at=NOW)
            work.commit()
        newest_first = [a_state(serial) for serial in sorted(serials, reverse=True)]
        with units() as work:
            assert list(work.states.versions(resource.id)) == newest_first[:20]
            assert list(work.states.versions(other.id)) == [a_state(1)]

    def test_each_version_can_be_sealed_anew(self, units: OpenUnitOfWork) -> None:
        resource = add_resource(units, add_credential(units))
        for serial in (1, 2):
            put_state(units, resource, a_state(serial))
        with units() as work:
            work.states.replace_sealed(resource.id, 1, SealedSecret(b"new"))
            work.commit()
        with units() as work:
            with pytest.raises(NotFound, match="3"):
                work.states.replace_sealed(resource.id, 3, SealedSecret(b"new"))
            versions = list(work.states.versions(resource.id))
        assert versions == [a_state(2), a_state(1, sealed=b"new")]

    def test_a_state_needs_a_resource(self, units: OpenUnitOfWork) -> None:
        with units() as work:
            with pytest.raises(NotFound, match="no resource 987654"):
                work.states.put(NO_RESOURCE, a_state(1), [], at=NOW)
            assert work.states.latest(NO_RESOURCE) is None

"""What every store promises about adding up cost."""

from collections.abc import Mapping
from decimal import Decimal

from application.ports.cost_ledger import ChargeId, CostDimension, CostFilter, CostSum
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Credential, CredentialName, EmailAddress, Provider, SealedSecret
from domain.costs import Period, SubAccountId
from domain.inventory import ItemState, ResourceKind
from tests.builders import a_charge
from tests.contract.cost_ledger_contract import ALL, DAY, NEXT, THERE, put, stored
from tests.contract.store_builders import HOUR, NOW, a_resource, a_scope, add_credential, listed

Shown = list[tuple[str, str, str]]


def sums(
    units: OpenUnitOfWork, by: CostDimension, chosen: CostFilter = ALL, limit: int = 100
) -> list[CostSum]:
    with units() as work:
        return list(work.costs.sums(chosen, by, limit=limit))


def shown(found: list[CostSum]) -> Shown:
    return [(each.key, each.billing_currency, str(each.billed_cost)) for each in found]


def totals(units: OpenUnitOfWork, chosen: CostFilter = ALL) -> Mapping[str, Decimal]:
    with units() as work:
        return work.costs.totals(chosen)


def add_google(units: OpenUnitOfWork) -> Credential:
    with units() as work:
        user = work.users.add(EmailAddress("grace@example.org"), at=NOW)
        credential = work.credentials.add(
            user_id=user.id,
            provider=Provider.GCP,
            name=CredentialName("warehouse"),
            secret=SealedSecret(b"sealed"),
            at=NOW,
        )
        work.commit()
    return credential


class CostSumsContract:
    def test_where_nothing_was_charged_there_is_no_sum(self, units: OpenUnitOfWork) -> None:
        add_credential(units)
        assert totals(units) == {}
        assert [sums(units, by) for by in CostDimension] == [[]] * len(CostDimension)

    def test_each_dimension_adds_up_what_belongs_together_the_highest_first(
        self, units: OpenUnitOfWork
    ) -> None:
        aws, gcp = add_credential(units), add_google(units)
        put(units, aws, [a_charge("Compute", "1"), a_charge("Storage", "2")])
        put(units, aws, [a_charge("Compute", "4")], day=NEXT, sub_account=THERE)
        put(units, gcp, [a_charge("Storage", "8")], day=NEXT)
        by = {dimension: shown(sums(units, dimension)) for dimension in CostDimension}
        assert by == {
            CostDimension.PROVIDER: [("gcp", "EUR", "8"), ("aws", "EUR", "7")],
            CostDimension.SERVICE: [
                ("Storage", "EUR", "8"),
                ("Compute", "EUR", "5"),
                ("Storage", "EUR", "2"),
            ],
            CostDimension.CREDENTIAL: [(str(gcp.id), "EUR", "8"), (str(aws.id), "EUR", "7")],
            CostDimension.DAY: [(DAY.isoformat(), "EUR", "3"), (NEXT.isoformat(), "EUR", "12")],
            CostDimension.RESOURCE: [("", "EUR", "8"), ("", "EUR", "7")],
        }
        assert totals(units) == {"EUR": 15}

    def test_a_sum_says_which_provider_and_which_credential_it_is_of(
        self, units: OpenUnitOfWork
    ) -> None:
        gcp = add_google(units)
        put(units, gcp, [a_charge()])
        providers = {by: sums(units, by)[0].provider for by in CostDimension}
        assert providers.pop(CostDimension.DAY) is None
        assert set(providers.values()) == {Provider.GCP}
        assert sums(units, CostDimension.CREDENTIAL)[0].name == "warehouse"

    def test_currencies_are_never_mixed(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        put(units, owner, [a_charge("Compute", "1"), a_charge("Compute", "1", "USD")])
        for by in CostDimension:
            found = shown(sums(units, by))
            assert [each[1:] for each in found] == [("EUR", "1"), ("USD", "1")]
        assert totals(units) == {"EUR": 1, "USD": 1}

    def test_sums_are_exact_to_the_last_digit(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        put(units, owner, [a_charge("Compute", "100000000000000000000.1")])
        put(units, owner, [a_charge("Compute", "0.00000000000000000000000000001")], day=NEXT)
        exact = Decimal("100000000000000000000.10000000000000000000000000001")
        (found,) = sums(units, CostDimension.SERVICE)
        assert (found.billed_cost, found.effective_cost) == (exact, exact)
        assert totals(units) == {"EUR": exact}

    def test_sums_that_differ_in_the_last_digit_alone_are_still_in_their_order(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        amounts = {"a": "99999999999999999999999999999.9", "b": "1E+29", "c": "-1E+29"}
        put(units, owner, [a_charge(service, amount) for service, amount in amounts.items()])
        keys = [each.key for each in sums(units, CostDimension.SERVICE)]
        assert keys == ["b", "a", "c"]

    def test_only_so_many_sums_as_asked_for_are_shown_equal_ones_in_the_order_of_their_names(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        put(units, owner, [a_charge(service, "1") for service in ("b", "B", "a", "é")])
        put(units, owner, [a_charge("z", "9"), a_charge("credit", "-1")], day=NEXT)
        keys = [each.key for each in sums(units, CostDimension.SERVICE)]
        assert keys == ["z", "B", "a", "b", "é", "credit"]
        top = sums(units, CostDimension.SERVICE, limit=2)
        assert [each.key for each in top] == ["z", "B"]

    def test_what_is_added_up_is_what_was_chosen(self, units: OpenUnitOfWork) -> None:
        ada, gcp = add_credential(units), add_google(units)
        bob = add_credential(units, email="bob@example.org")
        second = add_credential(units, name="second")
        for charged, owner in (("1", ada), ("2", gcp), ("4", bob), ("8", second)):
            own = SubAccountId(f"of {owner.id}")
            put(units, owner, [a_charge("Compute", charged)], sub_account=own)
        put(units, ada, [a_charge("Compute", "16")], day=NEXT)
        expected = {
            CostFilter(period=Period(DAY, DAY)): 15,
            CostFilter(period=Period(NEXT, NEXT)): 16,
            CostFilter(period=ALL.period, user_id=ada.user_id): 25,
            CostFilter(period=ALL.period, credential_id=second.id): 8,
            CostFilter(period=ALL.period, provider=Provider.GCP): 2,
            CostFilter(period=Period(DAY, DAY), user_id=ada.user_id, provider=Provider.AWS): 9,
        }
        assert {chosen: totals(units, chosen)["EUR"] for chosen in expected} == expected
        for chosen, amount in expected.items():
            assert (
                sum(each.billed_cost for each in sums(units, CostDimension.DAY, chosen)) == amount
            )
            assert sum(kept.charge.billed_cost for kept in stored(units, chosen)) == amount


class CostOfResourcesContract:
    def test_the_cost_of_a_resource_is_joined_with_the_inventory_deleted_or_not(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1", name="web"), a_resource("i-2", name="db")])
        for hours in (1, 2):
            listed(units, owner, [a_resource("i-1", name="web")], at=NOW + hours * HOUR)
        charges = [
            a_charge("Compute", "3", resource="arn:i-1", external_id="i-1"),
            a_charge("Network", "1", resource="arn:i-1", external_id="i-1"),
            a_charge("Compute", "2", resource="arn:i-2", external_id="i-2"),
            a_charge("Compute", "1", resource="arn:i-3", external_id="i-3"),
            a_charge("Support", "0.5"),
        ]
        put(units, owner, charges)
        found = sums(units, CostDimension.RESOURCE)
        assert [(each.key, str(each.billed_cost), each.name, each.state) for each in found] == [
            ("arn:i-1", "4", "web", ItemState.ACTIVE),
            ("arn:i-2", "2", "db", ItemState.DELETED),
            ("arn:i-3", "1", None, None),
            ("", "0.5", None, None),
        ]
        assert [each.kind for each in found[1:3]] == [ResourceKind.AWS_EC2_INSTANCE, None]
        assert found[0].item_id is not None
        names = {kept.charge.resource_id: kept.resource_name for kept in stored(units)}
        assert names == {"arn:i-1": "web", "arn:i-2": "db", "arn:i-3": None, None: None}
        assert len(stored(units)) == len(charges)

    def test_a_cost_counts_once_though_the_inventory_has_the_resource_twice(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        moved_to, moved_from = a_scope(owner, "us-east-1"), a_scope(owner)
        listed(units, owner, [a_resource("b-1", name="here")], scope=moved_to)
        listed(units, owner, [a_resource("b-1", name="gone")], scope=moved_from)
        for hours in (1, 2):
            listed(units, owner, [], at=NOW + hours * HOUR, scope=moved_from)
        put(units, owner, [a_charge("Storage", "1", resource="b-1", external_id="b-1")])
        (found,) = sums(units, CostDimension.RESOURCE)
        assert found.billed_cost == 1
        assert (found.name, found.state) == ("here", ItemState.ACTIVE)
        assert [kept.resource_name for kept in stored(units)] == ["here"]

    def test_a_resource_of_another_credential_is_another_resource(
        self, units: OpenUnitOfWork
    ) -> None:
        owner, other = add_credential(units), add_credential(units, name="other")
        listed(units, other, [a_resource("i-1", name="theirs")])
        put(units, owner, [a_charge(resource="i-1", external_id="i-1")])
        (found,) = sums(units, CostDimension.RESOURCE)
        assert (found.item_id, found.name) == (None, None)

    def test_charges_are_read_page_by_page_in_the_order_of_their_ids(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        put(units, owner, [a_charge(f"Service {number}") for number in range(5)])
        seen: list[ChargeId] = []
        after = None
        with units() as work:
            while page := work.costs.charges(ALL, after=after, limit=2):
                seen += [kept.id for kept in page]
                after = seen[-1]
        assert len(seen) == 5
        assert seen == sorted(set(seen))

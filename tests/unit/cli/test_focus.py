import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.ports.cost_ledger import ChargeId, StoredCharge
from domain.accounts import CredentialId, Provider, UserId
from domain.costs import SubAccountId
from domain.inventory import ResourceKind
from entrypoints.cli.focus import COLUMNS, Level, write_focus
from entrypoints.cli.focus_services import category_of_service
from tests.builders import a_charge

MANDATORY = {
    *("BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency"),
    *("BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass"),
    *("ChargeDescription", "ChargePeriodEnd", "ChargePeriodStart", "ContractedCost"),
    *("EffectiveCost", "InvoiceIssuerName", "ListCost", "PricingQuantity", "PricingUnit"),
    *("ProviderName", "PublisherName", "ServiceCategory", "ServiceName"),
}
"""What version 1.2 of the specification says must be there."""
NULLABLE = {
    *("BillingAccountName", "ChargeClass", "ChargeDescription", "PricingQuantity", "PricingUnit"),
}
"""Those of them that may be null."""


def stored(
    day: date = date(2028, 2, 29),
    *,
    kind: str | None = None,
    **charge: Any,  # noqa: ANN401
) -> StoredCharge:
    return StoredCharge(
        id=ChargeId(1),
        user_id=UserId(1),
        credential_id=CredentialId(7),
        provider=Provider.AZURE,
        sub_account_id=SubAccountId("0042"),
        day=day,
        charge=a_charge(**charge),
        read_at=datetime(2028, 3, 1, 1, 2, 3, 999, tzinfo=UTC),
        resource_kind=ResourceKind(kind) if kind else None,
    )


def written(*charges: StoredCharge) -> list[dict[str, str]]:
    file = io.StringIO()
    write_focus(charges, file)
    return list(csv.DictReader(io.StringIO(file.getvalue())))


def test_every_mandatory_column_is_there_and_called_so() -> None:
    assert {each.name for each in COLUMNS if each.level is Level.MANDATORY} == MANDATORY


def test_columns_of_our_own_come_last_and_are_marked_as_such() -> None:
    names = [column.name for column in COLUMNS]
    own = [column.name for column in COLUMNS if column.level is Level.OWN]
    assert names[-len(own) :] == own
    assert {name for name in names if name.startswith("x_")} == set(own)


def test_what_must_not_be_null_never_is() -> None:
    (row,) = written(stored())
    assert {name for name in MANDATORY if not row[name]} == NULLABLE


def test_a_day_is_a_charge_period_of_a_calendar_month_and_ends_are_exclusive() -> None:
    leap, last = written(stored(date(2028, 2, 29)), stored(date(2027, 12, 31)))
    assert (leap["ChargePeriodStart"], leap["ChargePeriodEnd"]) == (
        "2028-02-29T00:00:00Z",
        "2028-03-01T00:00:00Z",
    )
    assert (last["BillingPeriodStart"], last["BillingPeriodEnd"]) == (
        "2027-12-01T00:00:00Z",
        "2028-01-01T00:00:00Z",
    )
    assert last["x_ReadAt"] == "2028-03-01T01:02:03Z"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("1E+3", "1000"),
        ("1E-18", "0.000000000000000001"),
        ("-0.10", "-0.10"),
        ("-0", "0"),
        ("0E-9", "0"),
    ],
)
def test_amounts_are_plain_to_their_last_digit(amount: str, text: str) -> None:
    (row,) = written(stored(amount=amount))
    assert row["BilledCost"] == row["ListCost"] == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_no_amount_is_changed_by_being_written(amount: Decimal) -> None:
    (row,) = written(stored(amount=amount))
    assert Decimal(row["EffectiveCost"]) == amount
    assert not {"E", "e", "+", ","} & set(row["EffectiveCost"])


def test_text_is_exact_where_a_spreadsheet_would_have_an_apostrophe() -> None:
    (row,) = written(stored(service="=A1", resource='-x, "y"'))
    assert (row["ServiceName"], row["ResourceId"]) == ("=A1", '-x, "y"')


def test_what_would_steer_a_terminal_or_break_a_line_is_spelt_out() -> None:
    (row,) = written(stored(service="a\x1b[2J\nb"))
    assert row["ServiceName"] == "a\\x1b[2J\\nb"


def test_what_the_bill_does_not_say_is_empty() -> None:
    (row,) = written(stored())
    assert {row[name] for name in ("ResourceId", "ResourceName", "ResourceType", "RegionId")} == {
        ""
    }
    (row,) = written(stored(region="westeurope", resource="/vm", kind="azure_virtual_machine"))
    assert (row["RegionId"], row["ResourceType"]) == ("westeurope", "azure_virtual_machine")
    assert (row["SubAccountId"], row["SubAccountType"]) == ("0042", "Subscription")


def test_services_have_their_category_and_unknown_ones_are_other() -> None:
    named = ("Virtual Machines", "Amazon Simple Storage Service", "BigQuery", "compute engine", "?")
    assert [category_of_service(name) for name in named] == [
        *("Compute", "Storage", "Analytics", "Compute", "Other"),
    ]


def test_charges_are_written_as_they_come() -> None:
    file = io.StringIO()
    lines = []

    def charges() -> Iterator[StoredCharge]:
        for _ in range(3):
            yield stored()
            lines.append(file.getvalue().count("\n"))

    write_focus(charges(), file)
    assert lines == [2, 3, 4]

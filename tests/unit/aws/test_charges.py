"""What a type of charge is for."""

import pytest

from adapters.aws.charges import category_of
from domain.costs import ChargeCategory


@pytest.mark.parametrize(
    ("record_type", "expected"),
    [
        ("Usage", ChargeCategory.USAGE),
        ("DiscountedUsage", ChargeCategory.USAGE),
        ("SavingsPlanCoveredUsage", ChargeCategory.USAGE),
        ("SavingsPlanNegation", ChargeCategory.USAGE),
        ("RIFee", ChargeCategory.PURCHASE),
        ("SavingsPlanRecurringFee", ChargeCategory.PURCHASE),
        ("SavingsPlanUpfrontFee", ChargeCategory.PURCHASE),
        ("Support", ChargeCategory.PURCHASE),
        ("Credit", ChargeCategory.CREDIT),
        ("Refund", ChargeCategory.CREDIT),
        ("Enterprise Discount Program Discount", ChargeCategory.CREDIT),
        ("Tax", ChargeCategory.TAX),
    ],
)
def test_a_type_of_charge_has_a_category(record_type: str, expected: ChargeCategory) -> None:
    assert category_of(record_type) is expected


@pytest.mark.parametrize("spelled", ["savingsplannegation", "Savings Plan Negation"])
def test_spaces_and_capitals_make_no_difference(spelled: str) -> None:
    assert category_of(spelled) is ChargeCategory.USAGE


@pytest.mark.parametrize("unknown", ["Newly invented", ""])
def test_a_type_that_nobody_knows_is_an_adjustment(unknown: str) -> None:
    assert category_of(unknown) is ChargeCategory.ADJUSTMENT

"""What the account was charged, read with the real SDK."""

import json
from datetime import date
from decimal import Decimal

import pytest

from application.ports.errors import NotFound
from domain.costs import ChargeCategory, DailyCharges, Period, SubAccountId
from entrypoints.sandbox.aws.replay import Fault
from entrypoints.sandbox.aws.seed import furnish
from tests.integration.aws.bill import (
    DAYS,
    OWN,
    QUESTION,
    WEEK,
    billed,
    costs_of,
    read,
    row,
    write,
)
from tests.integration.aws.rig import Rig, asked, post


def questions(rig: Rig) -> list[dict[str, object]]:
    return [json.loads(each.body) for each in rig.line.requests if each.operation == QUESTION]


def test_pages_that_part_days_in_the_middle_add_up_to_the_cent_and_beyond(rig: Rig) -> None:
    rows = [
        row(day, f"{number * 37 + place}.1234567891", f"Service {number:02d}")
        for place, day in enumerate(DAYS)
        for number in range(5)
    ]
    write(rig, rows, page=4)
    rig.line.forget()
    days = read(rig)
    assert [daily.day for daily in days] == list(DAYS)
    assert [len(daily.charges) for daily in days] == [5] * 7
    assert billed(days) == sum(Decimal(each["amount"]) for each in rows)
    assert asked(rig.line, QUESTION) == 9  # 35 groups, four at a time


@pytest.mark.parametrize("page", [1, 3, 1000])
def test_one_series_of_pages_answers_for_the_whole_period(rig: Rig, page: int) -> None:
    write(rig, [row(day, "1.5") for day in DAYS], page=page)
    rig.line.forget()
    assert billed(read(rig)) == Decimal("10.5")
    first, *others = questions(rig)
    assert len(others) == -(-7 // page) - 1
    assert "NextPageToken" not in first
    assert all("NextPageToken" in each for each in others)
    assert all({**each, "NextPageToken": ""} == {**first, "NextPageToken": ""} for each in others)
    assert first["TimePeriod"] == {"Start": "2024-03-28", "End": "2024-04-04"}


def test_nothing_is_asked_before_the_first_day_is_wanted(rig: Rig) -> None:
    costs = costs_of(rig)
    rig.line.forget()
    days = costs.read(OWN, WEEK)
    assert rig.line.requests == ()
    next(days)
    assert asked(rig.line, QUESTION) == 1


def test_a_day_without_cost_is_there_and_empty(rig: Rig) -> None:
    write(rig, [row(DAYS[0], "2"), row(DAYS[6], "3")])
    days = read(rig)
    assert [billed([daily]) for daily in days] == [2, 0, 0, 0, 0, 0, 3]
    assert [daily.charges for daily in days[1:6]] == [()] * 5


def test_what_the_members_of_an_organisation_cost_is_not_counted_to_its_payer(rig: Rig) -> None:
    write(rig, [row(DAYS[0], "2"), row(DAYS[0], "500", account="999988887777")])
    assert billed(read(rig)) == 2


def test_another_account_is_not_read_with_this_key(rig: Rig) -> None:
    with pytest.raises(NotFound, match="does not open the AWS account 999988887777"):
        next(costs_of(rig).read(SubAccountId("999988887777"), WEEK))


def test_the_one_sub_account_is_the_account_of_the_role_that_is_taken_on(rig: Rig) -> None:
    role = "arn:aws:iam::222222222222:role/multi-cloud-read"
    assert costs_of(rig).sub_accounts() == (OWN,)
    assert costs_of(rig, role_arn=role).sub_accounts() == ("222222222222",)


@pytest.mark.parametrize(
    ("partition", "region"),
    [("aws", "us-east-1"), ("aws-cn", "cn-northwest-1"), ("aws-us-gov", "us-gov-west-1")],
)
def test_the_bill_is_where_the_cloud_of_the_account_keeps_it(
    rig: Rig, partition: str, region: str
) -> None:
    body = (
        "<GetCallerIdentityResponse><GetCallerIdentityResult>"
        f"<Arn>arn:{partition}:iam::{OWN}:user/reader</Arn><Account>{OWN}</Account>"
        "</GetCallerIdentityResult></GetCallerIdentityResponse>"
    ).encode()
    rig.line.fail(Fault(operation="GetCallerIdentity", status=200, body=body))
    rig.line.forget()
    read(rig)
    regions = {each.region for each in rig.line.requests if each.operation == QUESTION}
    assert regions == {region}


def test_what_is_paid_in_advance_is_billed_at_once_and_effective_day_by_day(rig: Rig) -> None:
    write(
        rig,
        [
            row(DAYS[4], "31", amortized="0", record_type="RIFee"),
            row(DAYS[4], "0", amortized="1.0000000001", record_type="DiscountedUsage"),
        ],
    )
    told = {each.charge_category: each for each in read(rig)[4].charges}
    fee, usage = told[ChargeCategory.PURCHASE], told[ChargeCategory.USAGE]
    assert (fee.billed_cost, fee.effective_cost) == (Decimal(31), Decimal(0))
    assert (usage.billed_cost, usage.effective_cost) == (Decimal(0), Decimal("1.0000000001"))
    assert (fee.list_cost, fee.contracted_cost) == (Decimal(31), Decimal(31))
    assert fee.billing_account_id == OWN
    assert (fee.region_id, fee.resource_id, fee.external_id) == (None, None, None)


def test_types_of_charge_that_mean_the_same_become_one_charge(rig: Rig) -> None:
    write(
        rig,
        [
            row(DAYS[0], "5", record_type="SavingsPlanCoveredUsage"),
            row(DAYS[0], "-5", record_type="SavingsPlanNegation"),
            row(DAYS[0], "2.25"),
            row(DAYS[0], "-1", record_type="Credit"),
        ],
    )
    told = {each.charge_category: each.billed_cost for each in read(rig)[0].charges}
    assert told == {ChargeCategory.USAGE: Decimal("2.25"), ChargeCategory.CREDIT: Decimal(-1)}


def test_a_correction_that_comes_late_is_there_when_the_day_is_read_again(rig: Rig) -> None:
    write(rig, [row(DAYS[0], "2")])
    assert billed(read(rig)) == 2
    write(rig, [row(DAYS[0], "2"), row(DAYS[0], "-0.75", record_type="Refund")])
    assert billed(read(rig)) == Decimal("1.25")


class TestShop:
    """The bill of the demo account."""

    YEAR = Period(date(2023, 6, 1), date(2024, 5, 31))

    @pytest.fixture
    def shop(self, rig: Rig) -> Rig:
        post(f"{rig.moto}/sandbox/bill/shop", b"")
        return rig

    def test_comes_with_the_demo_account(self, rig: Rig) -> None:
        assert billed(read(rig)) == 0
        furnish(rig.moto)
        assert billed(read(rig)) > 100

    def test_has_every_day_of_a_year_and_says_the_same_when_asked_again(self, shop: Rig) -> None:
        days = read(shop, self.YEAR)
        assert [daily.day for daily in days] == list(self.YEAR.days())
        assert days == read(shop, self.YEAR)
        assert not any(daily.estimated for daily in days)

    def test_adds_up_to_what_is_told_without_going_into_types(self, shop: Rig) -> None:
        answer = shop.client("ce", "us-east-1").get_cost_and_usage(
            TimePeriod={"Start": "2024-03-28", "End": "2024-04-04"},
            Granularity="DAILY",
            Metrics=["UnblendedCost"],
            GroupBy=[{"Type": "DIMENSION", "Key": "REGION"}],
        )
        groups = [group for day in answer["ResultsByTime"] for group in day["Groups"]]
        amounts = [Decimal(group["Metrics"]["UnblendedCost"]["Amount"]) for group in groups]
        told = billed(read(shop))
        assert told > 100
        # Each of them is rounded to ten decimals, but not in the same groups.
        assert abs(told - sum(amounts, Decimal(0))) < Decimal("1e-7")

    def test_has_tax_and_fees_on_the_first_of_the_month_and_a_credit_every_day(
        self, shop: Rig
    ) -> None:
        def categories(daily: DailyCharges) -> set[str]:
            return {str(charge.charge_category) for charge in daily.charges}

        first = DAYS.index(date(2024, 4, 1))
        days = read(shop)
        assert categories(days[first]) == {"Usage", "Purchase", "Tax", "Credit"}
        assert categories(days[first - 1]) == {"Usage", "Credit"}

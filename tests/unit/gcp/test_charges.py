"""Money is read as it is, or not at all."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from adapters.gcp.billing_question import sql
from adapters.gcp.charges import COLUMNS, Illegible, read_row
from adapters.gcp.secret import BillingExport
from domain.costs import Charge, ChargeCategory

BUCKET = "//storage.googleapis.com/projects/_/buckets/media"
ROW: dict[str, Any] = {
    "day": "2026-10-01",
    "billing_account": "0A1B2C-3D4E5F-6A7B8C",
    "service": "Compute Engine",
    "cost_type": "regular",
    "currency": "EUR",
    "region": "europe-west1",
    "resource": BUCKET,
    "cost": "12345678901234567890.123456789",
    "credits": "-0.000000001",
    "unpriced": "0",
    "newest": "2026-10-04",
}


def row(**changed: object) -> dict[str, Any]:
    cells = {**ROW, **changed}
    return {"f": [{"v": cells[name]} for name in COLUMNS]}


def charged(**changed: object) -> Charge:
    charge = read_row(row(**changed)).charge
    assert isinstance(charge, Charge)
    return charge


def test_a_row_is_a_charge_to_the_last_digit() -> None:
    part, charge = read_row(row()), charged()
    assert (part.day, part.newest) == (date(2026, 10, 1), date(2026, 10, 4))
    assert charge.billed_cost == charge.effective_cost
    assert charge.billed_cost == Decimal("12345678901234567890.123456788")
    assert charge.list_cost == charge.contracted_cost == Decimal(ROW["cost"])
    assert (charge.resource_id, charge.external_id) == (BUCKET, "media")
    assert (charge.service_name, charge.region_id) == ("Compute Engine", "europe-west1")
    assert charge.billing_account_id == "0A1B2C-3D4E5F-6A7B8C"


@pytest.mark.parametrize(
    ("cost_type", "category"),
    [
        ("regular", ChargeCategory.USAGE),
        (None, ChargeCategory.USAGE),
        ("tax", ChargeCategory.TAX),
        ("adjustment", ChargeCategory.ADJUSTMENT),
        ("rounding_error", ChargeCategory.ADJUSTMENT),
        ("newly_invented", ChargeCategory.ADJUSTMENT),
    ],
)
def test_what_a_charge_is_for(cost_type: str | None, category: ChargeCategory) -> None:
    assert charged(cost_type=cost_type).charge_category is category


def test_what_belongs_to_no_service_and_no_resource_is_charged_all_the_same() -> None:
    charge = charged(service=None, resource=None, region=None)
    assert charge.service_name == "Unassigned"
    assert (charge.resource_id, charge.external_id, charge.region_id) == (None, None, None)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("day", None),
        ("day", "yesterday"),
        ("day", 20261001),
        ("cost", 1.5),
        ("credits", ["1"]),
        ("service", 7),
        ("newest", None),
        ("newest", "today"),
    ],
)
def test_what_is_of_no_day_or_no_text_is_refused_and_named(column: str, value: object) -> None:
    with pytest.raises(Illegible) as caught:
        read_row(row(**{column: value}))
    assert str(caught.value)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("cost", None),
        ("cost", "NaN"),
        ("cost", "much"),
        ("credits", None),
        ("currency", None),
        ("currency", "euros"),
        ("unpriced", "3"),
        ("unpriced", None),
    ],
)
def test_what_makes_no_charge_is_named_and_its_day_is_known(column: str, value: object) -> None:
    part = read_row(row(**{column: value}))
    assert isinstance(part.charge, Illegible)
    assert str(part.charge)
    assert part.day == date(2026, 10, 1)


@pytest.mark.parametrize("odd", [None, [], {}, {"f": {}}, {"f": []}, {"f": [1] * len(COLUMNS)}])
def test_what_is_no_row_is_refused(odd: object) -> None:
    with pytest.raises(Illegible):
        read_row(odd)


@pytest.mark.parametrize(
    ("resource", "external_id"),
    [
        ("//compute.googleapis.com/projects/shop-1/zones/europe-west1-b/instances/4711", "4711"),
        ("//compute.googleapis.com/projects/shop-1/zones/europe-west1-b/disks/4711", None),
        ("//compute.googleapis.com/projects/shop-1/global/snapshots/4711", None),
        ("//storage.googleapis.com/projects/_/buckets/assets", "assets"),
        ("//storage.googleapis.com/assets", "assets"),
        ("//storage.googleapis.com/projects/_/anywhereCaches/assets", None),
        ("//cloudfunctions.googleapis.com/projects/shop-1/locations/eu/functions/assets", None),
        ("//sqladmin.googleapis.com/projects/shop-1/instances/4711", None),
        ("assets", None),
    ],
)
def test_only_what_the_inventory_knows_is_joined_with_it(
    resource: str, external_id: str | None
) -> None:
    charge = charged(resource=resource)
    assert (charge.resource_id, charge.external_id) == (resource, external_id)


def test_only_the_detailed_export_is_asked_for_resources() -> None:
    detailed, standard = (
        sql(BillingExport(table=f"shop-1.billing.gcp_billing_export_{kind}v1_0A"))
        for kind in ("resource_", "")
    )
    assert "resource.global_name" in detailed
    assert "resource.global_name" not in standard

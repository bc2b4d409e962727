"""The columns that Google's billing export has, in the words of the BigQuery interface."""

from collections.abc import Sequence

from entrypoints.sandbox.gcp.errors import Json

PARTITION_COLUMNS = ("_PARTITIONTIME", "_PARTITIONDATE")
"""Of a table that is partitioned by the day a row arrived; `SELECT *` leaves them out."""


def _field(name: str, type_: str, *fields: Json, mode: str = "NULLABLE") -> Json:
    document: Json = {"name": name, "type": type_, "mode": mode}
    if fields:
        document["fields"] = list(fields)
    return document


def _texts(*names: str) -> Sequence[Json]:
    return [_field(name, "STRING") for name in names]


def _record(name: str, *fields: Json) -> Json:
    return _field(name, "RECORD", *fields)


def _many(name: str, *fields: Json) -> Json:
    return _field(name, "RECORD", *fields, mode="REPEATED")


def _labels(name: str) -> Json:
    return _many(name, *_texts("key", "value"))


STANDARD: Sequence[Json] = (
    _field("billing_account_id", "STRING"),
    _record("service", *_texts("id", "description")),
    _record("sku", *_texts("id", "description")),
    _field("usage_start_time", "TIMESTAMP"),
    _field("usage_end_time", "TIMESTAMP"),
    _record(
        "project",
        *_texts("id", "number", "name"),
        _labels("labels"),
        _field("ancestry_numbers", "STRING"),
        _many("ancestors", *_texts("resource_name", "display_name")),
    ),
    _labels("labels"),
    _labels("system_labels"),
    _record("location", *_texts("location", "country", "region", "zone")),
    _field("export_time", "TIMESTAMP"),
    _field("cost", "FLOAT"),
    _field("currency", "STRING"),
    _field("currency_conversion_rate", "FLOAT"),
    _record(
        "usage",
        _field("amount", "FLOAT"),
        _field("unit", "STRING"),
        _field("amount_in_pricing_units", "FLOAT"),
        _field("pricing_unit", "STRING"),
    ),
    _many(
        "credits",
        _field("name", "STRING"),
        _field("amount", "FLOAT"),
        *_texts("full_name", "id", "type"),
    ),
    _record("invoice", *_texts("month", "publisher_type")),
    _field("cost_type", "STRING"),
    _record("adjustment_info", *_texts("id", "description", "mode", "type")),
    _many("tags", *_texts("key", "value"), _field("inherited", "BOOLEAN"), *_texts("namespace")),
    _field("cost_at_list", "FLOAT"),
    _field("transaction_type", "STRING"),
    _field("seller_name", "STRING"),
)
"""gcp_billing_export_v1_*: what each service cost in each project."""

DETAILED: Sequence[Json] = (*STANDARD, _record("resource", *_texts("name", "global_name")))
"""gcp_billing_export_resource_v1_*: what each resource cost."""

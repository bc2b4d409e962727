"""What a plan says has changed, counts as drift where the module had set it."""

from typing import Any

from domain.plan_drift import DriftedObject, drifted
from domain.terraform import Address


def a_plan(*drift: dict[str, Any], **settings: list[str]) -> dict[str, Any]:
    resources = [
        {"address": address.replace("__", "."), "expressions": {name: {} for name in names}}
        for address, names in settings.items()
    ]
    return {
        "resource_drift": list(drift),
        "configuration": {"root_module": {"resources": resources}},
    }


def changed(address: str, before: dict[str, Any], after: dict[str, Any] | None) -> dict[str, Any]:
    return {"address": address, "change": {"before": before, "after": after}}


def test_an_argument_that_the_module_sets_is_told_by_name_without_its_value() -> None:
    drift = changed("aws_vpc.this", {"tags": {"a": "canary"}, "id": "v"}, {"tags": {}, "id": "v"})
    (found,) = drifted(a_plan(drift, aws_vpc__this=["tags", "cidr_block"]))
    assert found == DriftedObject(address=Address("aws_vpc.this"), gone=False, fields=("tags",))
    assert "canary" not in repr(found)


def test_what_the_cloud_fills_in_is_no_drift() -> None:
    drift = changed("azurerm_network_interface.this", {"vm_id": ""}, {"vm_id": "vm-1"})
    assert drifted(a_plan(drift, azurerm_network_interface__this=["name"])) == ()


def test_an_object_of_many_is_known_by_the_address_of_all() -> None:
    drift = changed('aws_subnet.this["10.0.1.0/24"]', {"tags": {}}, {"tags": {"a": "b"}})
    (found,) = drifted(a_plan(drift, aws_subnet__this=["tags"]))
    assert found.address == 'aws_subnet.this["10.0.1.0/24"]'


def test_what_is_gone_is_told_whatever_was_set() -> None:
    (found,) = drifted(a_plan(changed("aws_vpc.this", {"id": "v"}, None)))
    assert found.gone


def test_a_plan_without_drift_has_none() -> None:
    assert drifted({}) == ()


def a_rule(algorithm: str, key: bool | None) -> dict[str, Any]:
    inner = {"sse_algorithm": algorithm, "kms_master_key_id": ""}
    return {"bucket_key_enabled": key, "apply_by_default": [inner]}


def a_plan_of_rules(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> dict[str, Any]:
    address = "aws_s3_bucket_encryption.this"
    rule = {"apply_by_default": [{"sse_algorithm": {"constant_value": "AES256"}}]}
    resources = [{"address": address, "expressions": {"rule": [rule]}}]
    return {
        "resource_drift": [changed(address, {"rule": before}, {"rule": after})],
        "configuration": {"root_module": {"resources": resources}},
    }


def test_of_a_block_only_what_the_module_sets_in_it_can_drift() -> None:
    asked = [a_rule("AES256", None)]
    assert drifted(a_plan_of_rules(asked, [a_rule("AES256", False)])) == ()
    (found,) = drifted(a_plan_of_rules(asked, [a_rule("aws:kms", False)]))
    assert found.fields == ("rule",)


def test_a_block_that_is_gone_or_doubled_is_drift() -> None:
    asked = [a_rule("AES256", None)]
    assert drifted(a_plan_of_rules(asked, []))
    assert drifted(a_plan_of_rules(asked, asked * 2))

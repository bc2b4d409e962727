"""Resource Manager's paths, taken apart."""

import pytest

from entrypoints.sandbox.azure.ids import parse_path

S, G = "/subscriptions/s", "/subscriptions/s/resourceGroups/g"


@pytest.mark.parametrize(
    ("path", "scope", "kind", "name"),
    [
        ("/subscriptions", "", "Microsoft.Resources/subscriptions", None),
        (S, "", "Microsoft.Resources/subscriptions", "s"),
        (f"{S}/resourcegroups", S, "Microsoft.Resources/resourceGroups", None),
        (G, S, "Microsoft.Resources/resourceGroups", "g"),
        (f"{S}/resources", S, "*", None),
        (f"{G}/resources", G, "*", None),
        (f"{S}/locations", S, "locations", None),
        (f"{S}/providers/A.B/cs", S, "A.B/cs", None),
        (f"{G}/providers/A.B/cs", G, "A.B/cs", None),
        (f"{G}/providers/A.B/cs/c", G, "A.B/cs", "c"),
        (f"{G}/providers/A.B/cs/c/ds", f"{G}/providers/A.B/cs/c", "A.B/cs/ds", None),
        (f"{G}/providers/A.B/cs/c/ds/d", f"{G}/providers/A.B/cs/c", "A.B/cs/ds", "d"),
        (f"{G}/providers/A.B/cs/with%20space", G, "A.B/cs", "with space"),
    ],
)
def test_a_path_leads_to_one_or_to_a_list(
    path: str, scope: str, kind: str, name: str | None
) -> None:
    parsed = parse_path(path)
    assert parsed is not None
    assert (parsed.scope, parsed.type, parsed.name) == (scope, kind, name)


def test_two_spellings_lead_to_the_same() -> None:
    one, other = (
        parse_path(f"{G}/providers/A.B/cs/c"),
        parse_path(f"{G}/providers/a.b/CS/C".upper()),
    )
    assert one is not None
    assert other is not None
    assert one.key == other.key
    assert (one.subscription, one.group) == ("s", "g")


@pytest.mark.parametrize("path", ["/", "/providers/A.B/cs", "/nothing"])
def test_other_paths_are_none_of_resource_managers(path: str) -> None:
    assert parse_path(path) is None

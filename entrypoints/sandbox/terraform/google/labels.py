"""Labels as the provider keeps them: those of the configuration, its own, and all there are.

`labels` are what the user wrote; a label that somebody else put there is not touched and shows in
`effective_labels` alone. `terraform_labels` are those of the user with the provider's.
"""

from collections.abc import Mapping
from typing import Final

from entrypoints.sandbox.terraform.google.cloud import GoogleCloud
from entrypoints.sandbox.terraform.schema import UNKNOWN, Attribute, Values

ATTRIBUTION: Final = "goog-terraform-provisioned"
ATTRIBUTES: Final[Mapping[str, Attribute]] = {
    "labels": Attribute(type=["map", "string"], optional=True),
    "terraform_labels": Attribute(type=["map", "string"], computed=True),
    "effective_labels": Attribute(type=["map", "string"], computed=True),
}


def ours(cloud: GoogleCloud, planned: Values, prior: Values | None = None) -> dict[str, str]:
    """Return the labels that are to be there; the provider's own comes with the creation alone."""
    before = {} if prior is None else prior["terraform_labels"] or {}
    marked = cloud.attribution if prior is None else ATTRIBUTION in before
    own = {ATTRIBUTION: "true"} if marked else {}
    return {**own, **cloud.default_labels, **(planned["labels"] or {})}


def with_others(
    ours: Mapping[str, str], *, prior: Values, there: Mapping[str, str]
) -> dict[str, str]:
    """Return *ours* and those that somebody else put *there*."""
    before = prior["terraform_labels"] or {}
    return {**{key: value for key, value in there.items() if key not in before}, **ours}


def told(there: Mapping[str, str], like: Values) -> Values:
    """Return the three attributes; *like* says which labels are the user's and the provider's."""
    return {
        "labels": None if like["labels"] is None else _only(there, like["labels"]),
        "terraform_labels": _only(there, like["terraform_labels"] or {}),
        "effective_labels": dict(there),
    }


def foreseen(prior: Values | None, proposed: Values) -> Values:
    """Return what will be known of the attributes that an update changes."""
    if prior is None or prior["labels"] == proposed["labels"]:
        return {}
    return {"terraform_labels": UNKNOWN, "effective_labels": UNKNOWN}


def _only(there: Mapping[str, str], keys: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in there.items() if key in keys}

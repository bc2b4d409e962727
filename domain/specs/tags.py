"""What clouds let one write into tags and labels, and what is kept for ourselves."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from domain.specs.rules import RuleBroken

Tags: TypeAlias = Mapping[str, str]

MANAGED_BY = "managed-by"
_OURS = "multi-cloud-"
_SHOWN = 60  # characters of a key in a sentence
_MOST_TOLD = 5  # tags that are wrong, in one sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRules:
    """What one cloud takes. Lengths are in UTF-16 units, the count of whoever counts most."""

    word: str = "tag"
    """What the cloud calls them."""
    most: int = 40
    """How many; less than the cloud's own limit, as ours come on top."""
    longest_key: int
    longest_value: int
    key_allowed: Callable[[str], bool] = lambda _: True
    key_rule: str = ""
    value_allowed: Callable[[str], bool] = lambda _: True
    value_rule: str = ""
    reserved: tuple[str, ...] = ()
    """Beginnings of keys that the cloud keeps for itself, in lower case."""
    taken: Mapping[str, str] = field(default_factory=dict)
    """Keys that a field of the spec fills, and that field."""
    case_matters: bool = True

    def check(self, tags: Tags) -> Tags:
        """Return *tags*.

        Raises:
            RuleBroken: what the cloud would not take, or what is not the user's to set.
        """
        if len(tags) > self.most:
            raise RuleBroken(f"at most {self.most} {self.word}s can be set, not {len(tags)}")
        if broken := [told for key, value in tags.items() if (told := self._broken(key, value))]:
            more = len(broken) - _MOST_TOLD
            others = [f"and {more} more of them"] if more > 0 else []
            raise RuleBroken("; ".join(broken[:_MOST_TOLD] + others))
        if not self.case_matters and len({key.casefold() for key in tags}) < len(tags):
            raise RuleBroken(
                f"two {self.word}s differ only in capitals, which the cloud takes as one"
            )
        return tags

    def _broken(self, key: str, value: str) -> str:
        """Return why this one cannot be set; empty if it can."""
        why = self._why_not_key(key) or self._why_not_value(value)
        shown = repr(key if len(key) <= _SHOWN else key[:_SHOWN] + "...")
        return f"the {self.word} {shown} cannot be set: {why}" if why else ""

    def _why_not_key(self, key: str) -> str:
        folded = key.casefold()
        if folded == MANAGED_BY or folded.startswith(_OURS):
            return "it marks what this service manages, and is set by it"
        if folded.startswith(self.reserved):
            return "the cloud keeps keys that begin so for itself"
        if key in self.taken:
            return f"it is set from the field {self.taken[key]}"
        if not 1 <= _units(key) <= self.longest_key or key != key.strip():
            return f"a key has 1 to {self.longest_key} characters, and no space at its ends"
        if _unprintable(key) or not self.key_allowed(key):
            return self.key_rule or "a key may not hold control characters"
        return ""

    def _why_not_value(self, value: str) -> str:
        if _units(value) > self.longest_value:
            return f"its value has {_units(value)} characters, and at most {self.longest_value} fit"
        if _unprintable(value):
            return "its value may not hold control characters, such as a new line"
        if self.value_allowed(value):
            return ""
        return self.value_rule or "its value is not one that the cloud takes"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _unprintable(text: str) -> bool:
    return any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in text)


def _made_of(extra: str, *categories: str) -> Callable[[str], bool]:
    """Tell whether text has only letters of Unicode's *categories*, or of *extra*."""

    def holds(text: str) -> bool:
        return all(letter in extra or unicodedata.category(letter) in categories for letter in text)

    return holds


def _without(letters: str) -> Callable[[str], bool]:
    return lambda text: not set(letters) & set(text)


_S3_RULE = "only letters, digits, spaces and + - = . _ : / @ may stand in tags of S3"
_s3 = _made_of("+-=._:/@", "Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Zs")
_label = _made_of("_-", "Ll", "Lo", "Nd", "Nl", "No")


def _label_key(key: str) -> bool:
    return _label(key) and unicodedata.category(key[0]) in {"Ll", "Lo"} and _in_128_bytes(key)


def _label_value(value: str) -> bool:
    return _label(value) and _in_128_bytes(value)


def _in_128_bytes(text: str) -> bool:
    return len(text.encode()) <= 128  # noqa: PLR2004 - Google's limit, beside that of 63 characters


EC2_TAGS = TagRules(longest_key=128, longest_value=256, reserved=("aws:",), taken={"Name": "name"})
S3_TAGS = TagRules(
    longest_key=128,
    longest_value=256,
    reserved=("aws:",),
    key_allowed=_s3,
    key_rule=_S3_RULE,
    value_allowed=_s3,
    value_rule=_S3_RULE,
)
AZURE_TAGS = TagRules(
    longest_key=512,
    longest_value=256,
    reserved=("microsoft", "azure", "windows"),
    key_allowed=_without("<>%&\\?/"),
    key_rule="a key may hold neither control characters nor any of < > % & \\ ? /",
    case_matters=False,
)
AZURE_STORAGE_TAGS = TagRules(
    longest_key=128,
    longest_value=256,
    reserved=AZURE_TAGS.reserved,
    key_allowed=AZURE_TAGS.key_allowed,
    key_rule=AZURE_TAGS.key_rule,
    case_matters=False,
)
GCP_LABELS = TagRules(
    word="label",
    most=50,
    longest_key=63,
    longest_value=63,
    key_allowed=_label_key,
    key_rule="a key begins with a lower-case letter and has only such letters, digits, _ and -",
    value_allowed=_label_value,
    value_rule="its value may have only lower-case letters, digits, _ and -",
)


def _no_labels(tags: Tags) -> Tags:
    if tags:
        raise RuleBroken("networks of Google Cloud carry no labels: leave tags out")
    return tags


Ec2Tags = Annotated[Tags, AfterValidator(EC2_TAGS.check)]
S3Tags = Annotated[Tags, AfterValidator(S3_TAGS.check)]
AzureTags = Annotated[Tags, AfterValidator(AZURE_TAGS.check)]
AzureStorageTags = Annotated[Tags, AfterValidator(AZURE_STORAGE_TAGS.check)]
GcpLabels = Annotated[Tags, AfterValidator(GCP_LABELS.check)]
NoLabels = Annotated[Tags, AfterValidator(_no_labels)]

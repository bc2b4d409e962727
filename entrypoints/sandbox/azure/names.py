"""What nothing may be called, and how nothing may be tagged."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from entrypoints.sandbox.azure.errors import ArmError
from entrypoints.sandbox.azure.ids import GROUP, MACHINE, NETWORK, NIC, PUBLIC_IP, STORAGE, SUBNET
from entrypoints.sandbox.azure.tenant import Document

_MOST_TAGS: Final = 50
_LONGEST_TAG_NAME: Final = 512
_LONGEST_STORAGE_TAG_NAME: Final = 128
_LONGEST_TAG_VALUE: Final = 256
_NO_TAG_NAME: Final = re.compile(r"[<>%&\\?/]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    pattern: str
    code: str
    sentence: str

    def check(self, name: str) -> None:
        if not re.fullmatch(self.pattern, name):
            raise ArmError(400, self.code, self.sentence.format(name=name, pattern=self.pattern))


_GROUP_RULE: Final = _Rule(
    pattern=r"[-\w._()]{0,89}[-\w_()]",
    code="InvalidResourceGroup",
    sentence="The provided resource group name '{name}' is invalid: it may have 90 letters, digits "
    "and any of '-', '_', '.', '(', ')', and may not end with '.'.",
)
_MACHINE_RULE: Final = _Rule(
    pattern=r"[^_\W][\w.-]{0,79}(?<![-.])",
    code="InvalidParameter",
    sentence="The entity name '{name}' is invalid according to its validation rule: {pattern}.",
)
_ACCOUNT_RULE: Final = _Rule(
    pattern="[a-z0-9]{3,24}",
    code="AccountNameInvalid",
    sentence="{name} is not a valid storage account name. Storage account name must be between 3 "
    "and 24 characters in length and use numbers and lower-case letters only.",
)
_NETWORK_RULE: Final = _Rule(
    pattern=r"\w([\w.-]{0,78}\w)?",
    code="InvalidResourceName",
    sentence="Resource name {name} is invalid. The name can be up to 80 characters long. It must "
    "begin with a word character, and it must end with a word character or with '_'. The name may "
    "contain word characters or '.', '-', '_'.",
)
_RULES: Final[Mapping[str, _Rule]] = {
    GROUP.lower(): _GROUP_RULE,
    MACHINE.lower(): _MACHINE_RULE,
    STORAGE.lower(): _ACCOUNT_RULE,
    **{kind.lower(): _NETWORK_RULE for kind in (NIC, PUBLIC_IP, NETWORK, SUBNET)},
}


def check_name(wished: Document) -> None:
    """Do nothing if a thing may be called so; what the sandbox has no rule for may.

    Raises:
        ArmError: it may not.
    """
    rule = _RULES.get(wished["type"].lower())
    if rule is not None:
        rule.check(wished["name"])


def check_tags(wished: Document) -> None:
    """Do nothing if a thing may have its tags.

    Raises:
        ArmError: there are too many, or one is too long or has a sign in its name that none may.
    """
    tags: Mapping[str, Any] = wished.get("tags") or {}
    if len(tags) > _MOST_TAGS:
        said = f"The resource '{wished['name']}' may have {_MOST_TAGS} tags and no more."
        raise ArmError(400, "InvalidTagCount", said)
    stored = wished["type"].lower() == STORAGE.lower()
    longest = _LONGEST_STORAGE_TAG_NAME if stored else _LONGEST_TAG_NAME
    for name, value in tags.items():
        _check_tag(name, value, longest)


def _check_tag(name: str, value: object, longest: int) -> None:
    if _NO_TAG_NAME.search(name):
        said = f"The tag name '{name}' may not contain any of '<,>,%,&,\\,?,/'."
        raise ArmError(400, "InvalidTagNameCharacters", said)
    if not 0 < len(name) <= longest:
        said = f"A tag name may have 1 to {longest} characters."
        raise ArmError(400, "InvalidTagNameLength", said)
    if not isinstance(value, str) or len(value) > _LONGEST_TAG_VALUE:
        said = f"The value of the tag '{name}' may have {_LONGEST_TAG_VALUE} characters."
        raise ArmError(400, "InvalidTagValueLength", said)

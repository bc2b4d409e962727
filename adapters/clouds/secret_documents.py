"""Reading a credential's document so that a refusal names the field and never its value."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from application.ports.errors import Rejected
from application.ports.secret_box import SecretText

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NAME = re.compile(r"[a-z_]{1,40}")
_MOST_NAMED = 5


class SecretDocument(BaseModel):
    """The secret of one credential, checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    @property
    def custom_endpoints(self) -> tuple[str, ...]:
        """The fields that lead elsewhere than to the cloud itself."""
        return ()

    def canonical(self) -> SecretText:
        """Return the one text that stands for this secret."""
        return SecretText(self.model_dump_json(exclude_none=True))


Document = TypeVar("Document", bound=SecretDocument)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How to speak of one cloud's credentials."""

    whose: str
    """The cloud with its article: `an AWS`."""
    shapes: Mapping[str, str]
    """What the value of each field looks like, in words."""
    fields: str
    """Which fields there are: one sentence."""
    rules: Mapping[str, str] = field(default_factory=dict)
    """A sentence for each rule about several fields, by the word that the rule's error says."""

    @property
    def the(self) -> str:
        """The cloud as one that was named before: `The AWS`."""
        return f"The {self.whose.partition(' ')[2]}"


def parse_document(
    model: type[Document], document: object, *, wording: Wording, allow_custom_endpoints: bool
) -> Document:
    """Return *document*, a JSON object or its text, as a *model*.

    Raises:
        Rejected: a field is missing, unknown or malformed; the text names it, never its value.
    """
    try:
        if isinstance(document, str | bytes):
            secret = model.model_validate_json(document)
        else:
            secret = model.model_validate(document)
    except ValidationError as error:
        # Not chained: the values that were refused stay out of every traceback.
        raise Rejected(_complaint(error, wording), remedy=wording.fields) from None
    if secret.custom_endpoints and not allow_custom_endpoints:
        named = " and ".join(secret.custom_endpoints)
        raise Rejected(
            f"{wording.the} credential names {_with_article(named)}, which this service does not "
            "allow.",
            remedy=f"Remove {named}, or set MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS=true.",
        )
    return secret


def is_safe_endpoint(url: str, *, plain_on_loopback: bool = True) -> bool:
    """Tell whether a key may be sent to *url*: https anywhere, http on this machine only."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    bare = not (parts.username or parts.password or parts.query or parts.fragment)
    nearby = plain_on_loopback and parts.scheme == "http" and host in _LOOPBACK
    secure = parts.scheme == "https" or nearby
    return bool(host) and bare and secure and url.isprintable() and " " not in url


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _complaint(error: ValidationError, wording: Wording) -> str:
    """Put pydantic's findings into words, without the values."""
    missing, unknown, others = [], [], []
    for problem in error.errors(include_url=False, include_input=False):
        match problem["type"]:
            case "missing":
                missing.append(_path(problem["loc"]))
            case "extra_forbidden":
                unknown.append(str(problem["loc"][-1]))
            case _:
                others.append(_malformed(problem, wording))
    found = (_lacking(missing, wording), _unknown(unknown, wording), *dict.fromkeys(others))
    return " ".join(filter(None, found))


def _path(location: Sequence[int | str]) -> str:
    return ".".join(step for step in location if isinstance(step, str))


def _lacking(fields: Sequence[str], wording: Wording) -> str:
    if not fields:
        return ""
    plural = "s" if len(fields) > 1 else ""
    return f"{wording.the} credential lacks the field{plural} {' and '.join(fields)}."


def _unknown(fields: Sequence[str], wording: Wording) -> str:
    """Name those *fields* that look like names; whoever swaps key and value writes a secret."""
    if not fields:
        return ""
    names = [name for name in fields if _NAME.fullmatch(name)][:_MOST_NAMED]
    if len(names) > 1:
        return f"{wording.the} credential has the unknown fields {', '.join(names)}."
    return " ".join((f"{wording.the} credential has an unknown field", *names)) + "."


def _malformed(problem: Any, wording: Wording) -> str:  # noqa: ANN401 - pydantic's own dictionary
    path = _path(problem["loc"])
    name = path if path in wording.shapes else path.partition(".")[0]
    if name:
        shape = wording.shapes[name]
        return f"The field {name} of the {wording.the[4:]} credential must be {shape}."
    if problem["type"] == "value_error":
        return wording.rules[str(problem["ctx"]["error"])]
    return f"{wording.the} credential is not a JSON object."

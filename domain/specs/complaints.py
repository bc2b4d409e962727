"""What is wrong with a spec, in a sentence for each fault, for the person who wrote it."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final, TypeAlias

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.errors import InvalidValue
from domain.sentences import counted
from domain.specs.rules import RuleBroken

Context: TypeAlias = Mapping[str, Any]

_LONGEST = 60  # characters of a name or a value in a sentence
_LARGEST = 10**18
_MOST_TOLD: Final = 20
"""Faults that are told one by one; so many nobody makes by mistake."""
_TEXT = "it must be text; put it in quotes"

_RULES: Final[Mapping[str, Callable[[Context], str]]] = {
    "invalid_key": lambda _: "the name of a field must be text",
    "string_type": lambda _: _TEXT,
    "string_unicode": lambda _: "it must be text that UTF-8 can hold",
    "bool_type": lambda _: "it must be true or false",
    "int_type": lambda _: "it must be a whole number",
    "greater_than_equal": lambda context: f"it must be at least {context['ge']}",
    "less_than_equal": lambda context: f"it must be at most {context['le']}",
    "literal_error": lambda context: f"it must be {context['expected']}",
    "tuple_type": lambda _: "it must be a list",
    "too_long": lambda context: f"it may have at most {context['max_length']} entries",
    "mapping_type": lambda _: "it must be a mapping of names to text",
    "dict_type": lambda _: "it must be a mapping of names to text",
}
"""What each of pydantic's complaints means; those that no spec can cause are not here."""


class InvalidSpec(InvalidValue):
    """A spec that asks for something that cannot be, or asks for it in the wrong words."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        """Say of each fault which field it is in, and the trouble, a clause without a full stop."""
        told = [_sentence(*fault) for fault in faults[:_MOST_TOLD]]
        if len(faults) > _MOST_TOLD:
            more = counted(len(faults) - _MOST_TOLD, "more field is", "more fields are")
            told.append(f"{more} wrong.")
        Exception.__init__(self, " ".join(told))
        self.field, self.rule = faults[0]
        self._sentences = tuple(told)

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each fault, in the order of the fields."""
        return self._sentences


def complaint(error: ValidationError, model: type[BaseModel]) -> InvalidSpec:
    """Return everything that pydantic found wrong."""
    return InvalidSpec(*(_clause(each, model) for each in error.errors(include_url=False)))


def unknown_kind(found: object, known: Iterable[str]) -> InvalidSpec:
    """Return what to say of a kind that is none."""
    names = tuple(known)
    return InvalidSpec(("kind", f"{_shown(found)} is not known: {_meant(found, names)}".lstrip()))


def _sentence(field: str, trouble: str) -> str:
    return f"{field} {trouble}{'' if trouble.endswith('?') else '.'}"


def _clause(error: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    """Return the field that is wrong and what is wrong with it."""
    where, context = error["loc"], error.get("ctx", {})
    field = _path(where) if where else ""
    if error["type"] == "missing":
        meaning = model.model_fields[field].description or ""
        return field, f"is missing: {meaning[:1].lower()}{meaning[1:]}".rstrip(".")
    if error["type"] == "extra_forbidden":
        return field, f"is not a field of this kind: {_meant(where[0], tuple(model.model_fields))}"
    broken = context.get("error")
    if isinstance(broken, RuleBroken):
        shown = "" if broken.hidden else _shown(error["input"])
        return field, f"{shown} is not valid: {broken.rule}".lstrip()
    rule = _RULES.get(error["type"])
    return field, f"is not valid: {rule(context) if rule else error['msg']}"


def _path(where: tuple[int | str, ...]) -> str:
    """Return the way to a field: `tags['team']`, `subnets[0]`."""
    first, *steps = where
    name = str(first)
    shown = name if name.isidentifier() and len(name) <= _LONGEST else _shown(name)
    return shown + "".join(f"[{_shown(step)}]" for step in steps if step != "[key]")


def _meant(found: object, known: tuple[str, ...]) -> str:
    short = isinstance(found, str) and len(found) <= _LONGEST
    near = get_close_matches(str(found), known, n=1) if short else []
    return f"did you mean {near[0]}?" if near else f"it must be one of {', '.join(known)}"


def _shown(value: object) -> str:
    """Return *value* as it can stand in a sentence; empty if it is neither text nor a number."""
    match value:
        case str() if len(value) > _LONGEST:
            return repr(value[:_LONGEST]) + "..."
        case str() | bool():
            return repr(value)
        case int() if abs(value) < _LARGEST:
            return repr(value)
        case _:
            return ""

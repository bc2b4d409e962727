"""What is wrong with settings, in our own words: which variable, and what it must be."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

_Context: TypeAlias = Mapping[str, Any]


def _choice(_field: FieldInfo, context: _Context) -> str:
    return f"it must be {context['expected']}"


def _number(field: FieldInfo, _context: _Context) -> str:
    bounds = {
        name: getattr(one, name)
        for one in field.metadata
        for name in ("ge", "le")
        if hasattr(one, name)
    }
    return f"it must be a whole number from {bounds['ge']} to {bounds['le']}"


RULES: Final[Mapping[str, Callable[[FieldInfo, _Context], str]]] = {
    "bool_parsing": lambda *_: "it must be true or false",
    "enum": _choice,
    "literal_error": _choice,
    "string_unicode": lambda *_: "it must be UTF-8 text",
    "int_parsing": _number,
    "int_parsing_size": _number,
    "greater_than_equal": _number,
    "less_than_equal": _number,
}
"""What each of pydantic's complaints means; those that no variable can cause are not here."""


def faults(
    error: ValidationError, fields: Mapping[str, FieldInfo], *, variable: Callable[[str], str]
) -> str:
    """Return one sentence for each fault: the *variable* and its rule, never its value.

    Rules of ours are pydantic's own errors with our text.
    """
    found = error.errors(include_input=False, include_url=False)
    return " ".join(_sentence(each, fields, variable) for each in found)


def _sentence(
    fault: ErrorDetails, fields: Mapping[str, FieldInfo], variable: Callable[[str], str]
) -> str:
    name = str(fault["loc"][0])
    field = _field(name, fields)
    rule = RULES.get(fault["type"])
    told = rule(fields[field], fault.get("ctx", {})) if rule else fault["msg"]
    return f"{variable(field)} is not valid: {told}."


def _field(name: str, fields: Mapping[str, FieldInfo]) -> str:
    """Return the field that pydantic means, which calls some by their variable."""
    return next(field for field, info in fields.items() if name in {field, info.validation_alias})

"""The means by which a field says what it may hold, to a person and in its JSON Schema."""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


class RuleBroken(ValueError):
    """A value breaks a rule; the text is the rule: `it must be ...`."""

    def __init__(self, rule: str, *, hidden: bool = False) -> None:
        """Say which rule.

        Args:
            rule: what the value must be, in a clause without a full stop.
            hidden: whether the value may not be shown, or says nothing.
        """
        super().__init__(rule)
        self.rule = rule
        self.hidden = hidden


class TextRule(ABC):
    """A rule about text: it is an annotation of a field, for pydantic and for JSON Schema."""

    __slots__ = ()

    @abstractmethod
    def check(self, text: str) -> str:
        """Return *text*.

        Raises:
            RuleBroken: it breaks the rule.
        """

    @abstractmethod
    def told_in(self, found: JsonSchemaValue) -> JsonSchemaValue:
        """Return *found*, the JSON Schema of the field, with as much of the rule as it can say."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return self.told_in(handler(schema))


@dataclass(frozen=True, slots=True)
class Shape(TextRule):
    """Text of one shape, as a whole."""

    pattern: str
    """A regular expression that Python and JavaScript read alike."""
    rule: str

    def check(self, text: str) -> str:
        """Return *text*.

        Raises:
            RuleBroken: it has another shape.
        """
        if re.fullmatch(self.pattern, text) is None:
            raise RuleBroken(self.rule)
        return text

    def told_in(self, found: JsonSchemaValue) -> JsonSchemaValue:
        """Return *found* with the pattern."""
        return found | {"pattern": f"^(?:{self.pattern})$"}


@dataclass(frozen=True, slots=True)
class Never(TextRule):
    """Text in which something may not stand."""

    pattern: str
    """Searched for; the same in Python and JavaScript."""
    rule: str

    def check(self, text: str) -> str:
        """Return *text*.

        Raises:
            RuleBroken: it stands there.
        """
        if re.search(self.pattern, text):
            raise RuleBroken(self.rule)
        return text

    def told_in(self, found: JsonSchemaValue) -> JsonSchemaValue:
        """Return *found* without what may not stand there; several such rules stand together."""
        never = [*found.get("allOf", []), {"not": {"pattern": self.pattern}}]
        return found | {"allOf": never}

"""YAML as a spec needs it: plain values, each key once, and nothing that stands for more.

An alias can make a kilobyte of text unfold into more than fits into memory.
"""

from collections.abc import Hashable
from typing import Any, Final

from yaml import AliasEvent, MappingNode, MarkedYAMLError, Node, SafeLoader, ScalarNode

_LONGEST: Final = 60
"""Characters of a key in a sentence."""


class _PlainLoader(SafeLoader):
    """The safe loader, without aliases and without keys that stand twice."""

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:  # noqa: ANN401
        """Refuse an alias before anything is made of it."""
        if self.check_event(AliasEvent):
            raise MarkedYAMLError(
                problem="aliases are not allowed",
                problem_mark=self.peek_event().start_mark,  # type: ignore[no-untyped-call]
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Refuse a key that stands twice: which of them counts is anybody's guess."""
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, ScalarNode) and key.value in seen:
                raise MarkedYAMLError(
                    problem=f"{key.value[:_LONGEST]!r} stands there twice",
                    problem_mark=key.start_mark,
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def load(text: str) -> object:
    """Return the one document in *text*; None if there is none.

    Raises:
        YAMLError: it is no YAML, or has an alias or a key that stands twice.
        ValueError, RecursionError: a value in it cannot be read, or is nested too deeply.
    """
    loader = _PlainLoader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()

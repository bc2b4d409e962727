"""Values as Terraform sends them, and as Python has them; the type decides how each is read."""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgpack

from entrypoints.sandbox.terraform.schema import UNKNOWN, Type

_UNKNOWN: Final = msgpack.ExtType(0, b"\0")
_PYTHON: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "bool": (bool,),
    "number": (int, float),
}


class WrongValue(Exception):
    """A resource type returned what its own schema does not allow."""


def unpacked(data: bytes, kind: Type) -> Any:  # noqa: ANN401 - as the type says
    """Return what *data* holds, a value of *kind*."""
    raw = msgpack.unpackb(data, strict_map_key=False, ext_hook=lambda _code, _data: UNKNOWN)
    return _read(raw, kind)


def from_json(data: bytes, kind: Type) -> Any:  # noqa: ANN401 - as the type says
    """Return a value of *kind* from a state file; what the type no longer has is left out."""
    return _read(json.loads(data), kind)


def packed(value: object, kind: Type) -> bytes:
    """Return *value* as Terraform reads it.

    Raises:
        WrongValue: it is not of that type; says where.
    """
    data: bytes = msgpack.packb(_written(value, kind, "value"))
    return data


def _read(raw: Any, kind: Type) -> Any:  # noqa: ANN401 - as the type says
    if raw is None or raw is UNKNOWN:
        return raw
    if isinstance(kind, str):
        return _number(raw) if kind == "number" else raw
    shape, inner = kind
    if shape == "object":
        return {name: _read(raw.get(name), each) for name, each in inner.items()}
    if shape == "map":
        return {key: _read(each, inner) for key, each in raw.items()}
    return [_read(each, inner) for each in raw]


def _number(raw: int | float | str) -> int | float:
    """Return the number; one too long for the wire's own numbers arrives as text."""
    if isinstance(raw, str):
        return int(raw) if raw.lstrip("-").isdecimal() else _number(float(raw))
    return int(raw) if isinstance(raw, float) and raw.is_integer() else raw


def _written(value: Any, kind: Type, place: str) -> Any:  # noqa: ANN401 - as the type says
    if value is None:
        return None
    if value is UNKNOWN:
        return _UNKNOWN
    if isinstance(kind, str):
        return _scalar(value, kind, place)
    shape, inner = kind
    return _SHAPES[shape](value, inner, place)


def _scalar(value: object, kind: str, place: str) -> object:
    right = isinstance(value, _PYTHON[kind]) and (kind == "bool" or not isinstance(value, bool))
    if not right:
        raise WrongValue(f"{place} must be a {kind}, and is a {type(value).__name__}.")
    # A float is only nearly the decimal that was meant, and its text is exactly that; the wire's
    # own numbers end at 64 bits.
    return str(value) if kind == "number" else value


def _list(value: Any, inner: Type, place: str) -> list[Any]:  # noqa: ANN401 - as the type says
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise WrongValue(f"{place} must be a list, and is a {type(value).__name__}.")
    return [_written(each, inner, f"{place}[{at}]") for at, each in enumerate(value)]


def _map(value: Any, inner: Type, place: str) -> dict[str, Any]:  # noqa: ANN401 - as the type says
    if not isinstance(value, dict):
        raise WrongValue(f"{place} must be a map, and is a {type(value).__name__}.")
    return {key: _written(each, inner, f"{place}[{key!r}]") for key, each in value.items()}


def _object(value: Any, inner: dict[str, Type], place: str) -> dict[str, Any]:  # noqa: ANN401
    if not isinstance(value, dict):
        raise WrongValue(f"{place} must be an object, and is a {type(value).__name__}.")
    if strange := sorted(set(value) - set(inner)):
        raise WrongValue(f"{place} has no {strange[0]} in its schema.")
    return {
        name: _written(value.get(name), each, f"{place}.{name}") for name, each in inner.items()
    }


_SHAPES: Final[dict[str, Callable[[Any, Any, str], Any]]] = {
    "list": _list,
    "set": _list,
    "map": _map,
    "object": _object,
}

"""Asking AWS one question, or one question page by page; every error leaves as one of ours."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from adapters.aws.errors import SDK_ERRORS, Operation, port_error, unreadable

Client: TypeAlias = Any  # the SDK makes its clients at run time and ships no types for them
Answer: TypeAlias = dict[str, Any]


def operation_of(client: Client, method: str) -> Operation:
    """Return what calling *method* of *client* asks of AWS."""
    meta = client.meta
    return Operation(
        service=meta.service_model.service_name,
        name=meta.method_to_api_mapping[method],
        region=meta.region_name,
    )


def ask(client: Client, method: str, **parameters: object) -> Answer:
    """Return the answer to one question.

    Raises:
        PortError: there was none.
    """
    try:
        answer: Answer = getattr(client, method)(**parameters)
    except SDK_ERRORS as exc:
        raise port_error(exc, operation_of(client, method)) from exc
    return answer


def ask_pages(
    client: Client, method: str, *, of: str, page_size: int, **parameters: object
) -> Iterator[list[Any]]:
    """Yield the list called *of* from every page; the end is reached only after the last page.

    Raises:
        PortError: a page could not be read, or holds no such list: empty is not unknown.
    """
    asked = client.get_paginator(method).paginate(
        **parameters, PaginationConfig={"PageSize": page_size}
    )
    pages = iter(asked)
    while True:
        try:
            page = next(pages, None)
        except SDK_ERRORS as exc:
            raise port_error(exc, operation_of(client, method)) from exc
        if page is None:
            return
        records = page.get(of)
        if not isinstance(records, list):
            raise unreadable(operation_of(client, method), lacking=of)
        yield records

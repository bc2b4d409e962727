"""Reading the JSON that a cloud answers."""

import json
from decimal import Decimal

from pydantic_core import from_json


def read_json(body: bytes) -> object:
    """Return what *body* means, in a third of the time that the standard library takes.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested too deep.
    """
    try:
        # Names are kept from one answer to the next, or Google's pages would take twice as long.
        # Those of a customer's tags and labels are among them, what they say is not: 2 MB at most
        # of such as have fewer than 64 bytes, for as long as the process.
        return from_json(body, cache_strings="keys")
    except ValueError:
        # It is stricter: no page is lost for half of a surrogate pair, or a byte order mark.
        return json.loads(body)


def read_exactly(body: bytes) -> object:
    """Return what *body* means; fractions are decimals, as they were written.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested too deep.
    """
    return json.loads(body, parse_float=Decimal)

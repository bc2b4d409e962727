"""An answer that cannot be read is not kept where a log or a report could show it."""

import pytest

from application.ports.errors import Unavailable
from domain.inventory import EVERYWHERE
from tests.integration.gcp.rig import NETWORKS, Rig, records

CANARY = "canary-of-an-answer"


def held_by(error: BaseException) -> str:
    """Return everything that *error* and those behind it carry, also what no traceback shows."""
    told, behind = "", [error]
    while behind:
        each = behind.pop()
        told += repr(each.args) + repr(getattr(each, "__dict__", ""))
        behind.extend(filter(None, (each.__cause__, each.__context__)))
    return told


@pytest.mark.parametrize("body", [f'{{"secret": "{CANARY}"', f'["{CANARY}"]', f"<p>{CANARY}</p>"])
def test_an_answer_that_is_no_page_is_not_carried_along(rig: Rig, body: str) -> None:
    rig.fail("/networks", status=200, body=body.encode())
    with pytest.raises(Unavailable) as caught:
        list(records(rig.inventory(), NETWORKS, EVERYWHERE))
    assert CANARY not in held_by(caught.value)

"""Flower's metrics, behind the password that its pages are behind.

Measured with flower 2.2.0: `/metrics`, which names every worker and task, answers anybody.
`tests/integration/worker/test_flower.py` tells whether another version still needs this module.
"""

import sys
from typing import Final

_VIEWS: Final = "flower.views.monitor"


def close_the_door(**_: object) -> None:
    """Let Flower's metrics ask who is there, if Flower is loaded; safe to call again.

    Who may open them is Flower's own decision, and the same as for its pages.
    """
    metrics = getattr(sys.modules.get(_VIEWS), "Metrics", None)
    if metrics is None or hasattr(metrics.get, "__wrapped__"):
        return
    from tornado.web import authenticated  # noqa: PLC0415 - Flower brings it, and has loaded it

    metrics.get = authenticated(metrics.get)

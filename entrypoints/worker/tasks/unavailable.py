"""Published names that this version does not serve yet.

They are registered so that a message that carries one ends as a failure which says so, instead
of being dropped as unknown.
"""

from typing import TYPE_CHECKING, NoReturn

from application.ports.errors import Rejected
from entrypoints.worker.tasks.base import Outcome

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container


def provision_resource(_container: "Container", resource_id: int) -> Outcome:
    """Refuse: nothing can be provisioned yet."""
    _refuse(f"provision resource {resource_id}")


def destroy_resource(_container: "Container", resource_id: int) -> Outcome:
    """Refuse: nothing can be destroyed yet."""
    _refuse(f"destroy resource {resource_id}")


def _refuse(what: str) -> NoReturn:
    raise Rejected(f"This version cannot {what}.", remedy="Nothing was done.")

"""Refusing to start with another key than the one that the stored secrets were sealed with."""

from collections.abc import Callable
from functools import partial

from adapters.persistence.engine import opened_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from adapters.secrets.box import FernetSecretBox
from application.key_proof import KeyProof
from application.ports.secret_box import SecretText


def must_open_what_is_stored(
    keys: SecretText | None,
    database_url: str,
    *,
    learn: Callable[[str], None] = lambda _text: None,
) -> None:
    """Check that *keys* are the right ones for what a database holds.

    *learn* is told what is opened for that, where a log might repeat it.

    Raises:
        WrongKey: they open nothing of it.
        Rejected: they are none, or the tables are not those of this version of the service.
        Unavailable: the database cannot be reached.
    """
    box = FernetSecretBox(keys=keys, learn=learn)
    with opened_engine(database_url) as engine:
        KeyProof(unit_of_work=partial(SqlUnitOfWork, engine), secret_box=box)()

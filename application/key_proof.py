"""Whether this process has the key that the stored secrets were sealed with."""

from collections.abc import Callable, Generator
from contextlib import closing
from typing import NoReturn, TypeAlias

from application.ports.errors import Rejected, SealedOtherwise, WrongKey
from application.ports.secret_box import SecretBox, SecretText
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import SealedSecret

ProveKey: TypeAlias = Callable[[], None]
"""Returns if this process may open secrets, and raises as a `KeyProof` does if not."""


class KeyProof:
    """Tells a process with the wrong key from a credential with a secret that does not open.

    One secret that opens is proof enough, for as long as the process lives: what else does not
    open is trouble of its own credential. Where none opens, it is the process that must not work:
    it would find every credential broken, and write that down.
    """

    def __init__(
        self, *, unit_of_work: OpenUnitOfWork, secret_box: SecretBox, page_size: int = 100
    ) -> None:
        self._unit_of_work = unit_of_work
        self._secret_box = secret_box
        self._page_size = page_size
        self._proven = False

    def __call__(self) -> None:
        """Return if the key is the right one, or nothing is stored that tells.

        Raises:
            WrongKey: it opens no secret of an active credential, and another key would.
            Rejected: there is no usable key.
            Unavailable: the store cannot be reached.
        """
        if self._proven:
            return
        self._secret_box.seal(SecretText(""))  # without a key every secret would seem unreadable
        unopened = 0
        with closing(self._stored()) as stored:
            for sealed in stored:
                try:
                    self._secret_box.open(sealed)
                except SealedOtherwise:
                    unopened += 1
                except Rejected:  # it is damaged, and says nothing about the key
                    continue
                else:
                    self._proven = True
                    return
        if unopened:
            _refuse(unopened)

    def _stored(self) -> Generator[SealedSecret]:
        after = None
        while True:
            with self._unit_of_work() as work:
                page = work.credentials.page(after=after, limit=self._page_size, active_only=True)
                yield from (work.credentials.secret(each.id) for each in page)
            if len(page) < self._page_size:
                return
            after = page[-1].id


def _refuse(unopened: int) -> NoReturn:
    stored = "the one stored secret" if unopened == 1 else f"any of the {unopened} stored secrets"
    damaged = ", or that secret is damaged" if unopened == 1 else ""
    raise WrongKey(
        f"The key of this process does not open {stored}: it is another than the service's"
        f"{damaged}.",
        remedy="Start it with the service's own key, in MULTICLOUD_SECRET_KEY or as secret.key in "
        "the data folder; if that is lost, give a credential its cloud key again with "
        "`multicloud credentials replace`.",
    )

"""Everything that can go wrong outside the hexagon, split by whether trying again may help."""


class PortError(Exception):
    """Something outside did not do what was asked.

    PortError
    ├── Transient            trying again may help
    │   ├── Unavailable      it could not be reached, or failed on its side
    │   ├── Throttled        it asks us to slow down; `retry_after` says for how long, if known
    │   ├── TimedOut         it did not answer in time
    │   └── Busy             somebody else is using what we need
    │       └── LeaseTaken   somebody else does this very work now
    └── Permanent            trying again will not help until somebody acts
        ├── AccessDenied     known and refused; `permission` names what to grant, if known
        ├── CredentialsExpired  the key is not, or no longer, accepted
        ├── NotFound         there is no such thing
        ├── Conflict         it contradicts what is there
        │   └── LeaseLost    somebody newer does this work now
        ├── Rejected         what was asked is not acceptable
        │   └── SealedOtherwise  this secret was sealed with a key that we do not have
        ├── WrongKey         this process has a key that opens nothing of what is stored
        └── Postponed        it did not work, and is tried again by itself: nobody has to act
    """

    def __init__(
        self,
        summary: str,
        *,
        remedy: str = "",
        permission: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        """Say what happened, to what (*summary*) and what to do (*remedy*), a sentence each.

        *permission* is in the cloud's own notation; *retry_after* is in seconds.
        """
        super().__init__(" ".join(filter(None, (summary, remedy))))
        self.summary = summary
        self.remedy = remedy
        self.permission = permission
        self.retry_after = retry_after


class Transient(PortError):
    """Trying again may help."""


class Unavailable(Transient):
    """It could not be reached, or failed on its side."""


class Throttled(Transient):
    """It asks us to slow down."""


class TimedOut(Transient):
    """It did not answer in time."""


class Busy(Transient):
    """Somebody else is using what we need."""


class LeaseTaken(Busy):
    """Somebody else does this very work now."""


class Permanent(PortError):
    """Trying again will not help until somebody acts."""


class AccessDenied(Permanent):
    """The caller is known and refused."""


class CredentialsExpired(Permanent):
    """The key is not, or no longer, accepted."""


class NotFound(Permanent):
    """There is no such thing."""


class Conflict(Permanent):
    """It contradicts what is already there."""


class LeaseLost(Conflict):
    """Somebody newer does this work now; whatever we still wanted to write is refused."""


class Rejected(Permanent):
    """What was asked is not acceptable as it stands."""


class SealedOtherwise(Rejected):
    """No key of this process opens this secret, which is whole."""


class WrongKey(Permanent):
    """This process has another key than the secrets that are stored: nothing is wrong with them."""


class Postponed(Permanent):
    """It did not work this time, and is tried again later by itself: whoever asked need not."""

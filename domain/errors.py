"""What can be wrong with a value or a move, in the words of the business."""

_LONGEST_SHOWN = 100  # characters of a value that is not valid


class DomainError(Exception):
    """A rule of the business was broken; the text is one sentence for a person.

    DomainError
    ├── InvalidValue        a value that may not exist: names the field and the rule
    ├── IllegalMove         something cannot go from the status it is in to another
    ├── AccountChanged      a credential now opens another cloud account than before
    └── BuiltElsewhere      a credential now opens another place than a resource is built in
    """

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is wrong: one sentence, or one for each of several faults found at once."""
        return (str(self),)


class InvalidValue(DomainError):
    """A value that may not exist."""

    def __init__(self, field: str, value: object, rule: str) -> None:
        shown = repr(value)
        if len(shown) > _LONGEST_SHOWN:
            shown = shown[:_LONGEST_SHOWN] + "..."
        super().__init__(f"{field} {shown} is not valid: {rule}.")
        self.field = field
        self.rule = rule


class IllegalMove(DomainError):
    """A status that cannot be reached from the one before."""

    def __init__(self, what: str, before: str, after: str) -> None:
        super().__init__(f"{what} is {before} and cannot become {after}.")
        self.before = before
        self.after = after


class AccountChanged(DomainError):
    """A credential now opens another cloud account, so its inventory may not be compared."""

    def __init__(self, *, credential: str, known: str, found: str) -> None:
        super().__init__(
            f"Credential {credential!r} used to open account {known} and now opens {found}: "
            f"nothing was changed; give it a secret for {known} again, and add account {found} "
            "as a credential of its own."
        )


class BuiltElsewhere(DomainError):
    """A credential now opens another place, where what it built cannot be found."""

    def __init__(self, *, credential: str, sub_account: str, known: str, found: str) -> None:
        """*sub_account* is what the cloud calls such a place, as in "Azure subscription"."""
        super().__init__(
            f"Credential {credential!r} now opens the {sub_account} {found}, and this resource is "
            f"built in {known}: nothing was done; give the credential a secret for {known} again, "
            "then try again."
        )

"""What can be wrong before any work begins."""


class SettingsError(Exception):
    """A setting is missing or unusable; the text says which, and what to do."""

    def __init__(self, summary: str, *, remedy: str = "") -> None:
        """Say what is wrong (*summary*) and, unless that says it too, what to do (*remedy*)."""
        super().__init__(" ".join(filter(None, (summary, remedy))))
        self.summary = summary
        self.remedy = remedy

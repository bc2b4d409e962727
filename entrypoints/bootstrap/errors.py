"""What can be wrong before any work begins."""


class SettingsError(Exception):
    """A setting is missing or unusable; the text says which, and what to do."""

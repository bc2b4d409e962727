"""Showing text that strangers chose, harmlessly."""


def visible(text: str) -> str:
    r"""Return *text* on one line, with whatever would steer a terminal spelt out (`\x1b`).

    That covers control characters, line breaks, invisible characters and those that turn the
    direction of writing.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _spelt(char) for char in text)


def _spelt(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")

"""What becomes of a command when somebody presses Ctrl-C."""

from typing import Final

EXIT_CODE: Final = 130
SENTENCE: Final = "Interrupted; what was finished is kept."

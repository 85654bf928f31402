"""Entry point of ``spinesense`` and ``python -m spinesense``."""

import sys

_OF_A_BAR = ["status", "--line"]


def main() -> None:
    """Run the command line; a status bar, which asks all day, is answered without loading it."""
    if sys.argv[1:] == _OF_A_BAR:
        _answer_bar()
    from spinesense.cli import main as command_line

    command_line()


def _answer_bar() -> None:
    """Answer and exit, unless there is trouble: the command itself says it in a sentence."""
    from spinesense.model.errors import SpinesenseError
    from spinesense.store import monitor_line

    try:
        words = monitor_line.shown()
    except SpinesenseError:
        return
    print(words)  # noqa: T201  # click takes five times as long to load as all else here
    sys.exit(1 if words == monitor_line.NO_MONITOR else 0)


if __name__ == "__main__":
    main()

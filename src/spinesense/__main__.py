"""Entry point of ``spinesense`` and ``python -m spinesense``."""

from spinesense.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()

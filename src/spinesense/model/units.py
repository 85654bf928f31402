"""Constants that tie one unit to another."""

from typing import Final

STANDARD_GRAVITY_MPS2: Final = 9.80665
"""One g, by definition (3rd CGPM, 1901)."""
